import type { Figures } from "./Figures.ts"
import type { Spread } from "./Statistics.ts"

const fixed = (value: number, digits: number): string => value.toFixed(digits)

/** The middle, and the middle half in parentheses. */
const range = ({ high, low, median }: Spread, digits: number): string =>
  `${fixed(median, digits)} (${fixed(low, digits)}–${fixed(high, digits)})`

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: ReadonlyArray<string>) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n")
}

const mebibytes = (bytes: number): string => `${fixed(bytes / 1024 / 1024, 1)} MiB`

const title = (name: string, code: "typed" | "item"): string =>
  code === "typed" ? `${name}, code typed at once` : `${name}, code from the item`

/** All figures for a person, in Markdown. */
export const report = (figures: Figures): string => {
  const { crowds, date, doctors, hits, machine, many, memory, misses, rounds, sizes, versions } = figures
  return `# Benchmark

\`npm run bench\` wrote this on ${date}: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")},
on ${machine.system}, ${machine.cores} × ${machine.processor}.
Every figure is the median, with the middle half of all runs in parentheses; ${rounds} rounds, in each of which every
program ran once, in another order each time. A ratio is that of two runs of the same round. Processor time says more
than the clock where other programs are at work on the machine. All figures are in [results.json](results.json).

![Hits and misses](plot.svg)

## A hit

${
    table(
      ["program", "ms", "ms of processor", "beside", "ratio", "ratio of processor time"],
      [...hits, ...many].map((row) => [
        row.name,
        range(row.milliseconds, 1),
        range(row.cpu, 1),
        row.beside,
        range(row.ratio, 2),
        range(row.cpuRatio, 2)
      ])
    )
  }

## A miss, with an \`op\` of 300 ms and an STS of 50 ms

${
    table(
      ["program", "ms", "of its own"],
      misses.map((row) => [title(row.name, row.code), range(row.milliseconds, 0), range(row.own, 0)])
    )
  }

## ${crowds[0]?.count ?? 0} cold calls at once

${
    table(
      ["program", "calls of `op`", "calls of STS", "sessions", "first done, ms", "last done, ms"],
      crowds.map((row) => [
        row.name,
        String(row.opCalls),
        String(row.stsCalls),
        String(row.sessions),
        fixed(row.first, 0),
        fixed(row.last, 0)
      ])
    )
  }

## Peak memory of a hit

${
    table(
      ["program", "resident", "beside", "ratio"],
      memory.map((row) => [row.name, `${fixed(row.mebibytes, 1)} MiB`, row.beside, fixed(row.ratio, 2)])
    )
  }

## \`doctor\` with many profiles

${
    table(
      ["program", "profiles", "ms", "at most"],
      doctors.map((row) => [row.name, String(row.profiles), range(row.milliseconds, 0), String(row.most)])
    )
  }

## Download

${table(["program", "size", "compressed"], sizes.map((row) => [row.name, mebibytes(row.bytes), mebibytes(row.compressed)]))}
`
}
