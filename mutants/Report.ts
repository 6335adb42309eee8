import { dirname } from "node:path/posix"
import type { Fate } from "./Job.ts"
import type { Judged, Ran } from "./Run.ts"

const fates: ReadonlyArray<Fate> = ["killed", "timed out", "survived", "not reached"]

const count = (judged: ReadonlyArray<Judged>, fate: Fate): number => judged.filter(({ verdict }) => verdict.fate === fate).length

/** Of a hundred mutants so many were noticed; what is never reached counts against it. */
const score = (judged: ReadonlyArray<Judged>): string =>
  judged.length === 0 ? "–" : `${(100 * (count(judged, "killed") + count(judged, "timed out")) / judged.length).toFixed(1)} %`

/** The last line of a run. */
export const summary = ({ judged }: Ran): string =>
  `${judged.length} mutants: ${fates.map((fate) => `${count(judged, fate)} ${fate}`).join(", ")}; score ${score(judged)}`

const table = (what: string, judged: ReadonlyArray<Judged>, keyOf: (one: Judged) => string): ReadonlyArray<string> => [
  `| ${what} | mutants | ${fates.join(" | ")} | score |`,
  "|---|---:|---:|---:|---:|---:|---:|",
  ...[...Map.groupBy(judged, keyOf)].sort(([one], [other]) => one < other ? -1 : 1).map(([key, own]) =>
    `| ${key} | ${own.length} | ${fates.map((fate) => count(own, fate)).join(" | ")} | ${score(own)} |`),
  ""
]

const code = (text: string): string => {
  const short = text.length > 240 ? `${text.slice(0, 240)} …` : text
  return short.includes("`") ? `\`\` ${short} \`\`` : `\`${short}\``
}

const survivor = ({ mutant, verdict }: Judged): string =>
  `- ${mutant.path}:${mutant.line} ${code(mutant.name)}${verdict.fate === "not reached" ? " (not reached)" : ""}\n  ${code(mutant.before)} → ${code(mutant.after)}`

/** A page of what was tried, what came of it, and everything that nobody noticed. */
export const report = (ran: Ran, words: string): string => {
  const { broken, judged } = ran
  const alive = judged.filter(({ verdict }) => verdict.fate === "survived" || verdict.fate === "not reached")
  return [
    "# Mutants", "", `${words}.`, "", `${summary(ran)}.`, "",
    "## By folder", "", ...table("folder", judged, ({ mutant }) => dirname(mutant.path)),
    "## By operator", "", ...table("operator", judged, ({ mutant }) => mutant.operator),
    ...broken.length === 0 ? [] : ["## Tests that fail without any mutant", "", ...broken.map((one) => `- ${one.replaceAll("\n", " ")}`), ""],
    "## Survivors", "",
    ...alive.sort((one, other) => one.mutant.path < other.mutant.path ? -1 : one.mutant.path > other.mutant.path ? 1 : one.mutant.line - other.mutant.line).map(survivor),
    ""
  ].join("\n")
}
