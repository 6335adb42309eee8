import type { Result } from "./Fuzz.ts"

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all + one, 0)

/** The commonest of what came out, the rest counted. */
const outcomes = ({ outcomes }: Result): string => {
  const sorted = [...outcomes].sort(([, one], [, other]) => other - one)
  const shown = sorted.slice(0, 4).map(([word, count]) => `${word} ${count.toLocaleString("en")}`)
  return sorted.length > 4 ? `${shown.join(", ")}, ${sorted.length - 4} more` : shown.join(", ")
}

/** A page of what was tried and what came of it. */
export const report = (results: ReadonlyArray<Result>, seed: number): string =>
  [
    "# Fuzzing",
    "",
    "Every decoder of the program is given texts that are nearly what it reads: cut, doubled, spliced, with awkward",
    "characters in the middle. None may throw, take long, or say anything that does not fit on two lines. Made by",
    "`npm run fuzz -- --report docs/fuzz.md`; the same seed gives the same texts.",
    "",
    `${sum(results.map(({ inputs }) => inputs)).toLocaleString("en")} texts for ${results.length} decoders, seed ${seed}, Node ${process.versions.node}: ` +
    `${sum(results.map(({ defects }) => defects.length))} defects.`,
    "",
    "| decoder | texts | microseconds each | slowest, ms | what came out |",
    "|---|---:|---:|---:|---|",
    ...results.map((result) =>
      `| ${result.name} | ${result.inputs.toLocaleString("en")} | ${(1000 * result.took / result.inputs).toFixed(1)} | ` +
      `${result.slowest.toFixed(0)} | ${outcomes(result)} |`),
    ""
  ].join("\n")

/** What broke a promise, to be read again by whoever mends it; nothing where nothing did. */
export const failuresIn = (results: ReadonlyArray<Result>): string =>
  results.flatMap(({ defects, name }) => defects.map(({ text, what }) => `${name}: ${what}\n  ${JSON.stringify(text)}`)).join("\n")
