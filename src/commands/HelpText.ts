import { ExitCode } from "../domain/base/Failure.ts"
import { type TerminalStyle, widthOf, wrapped } from "../domain/base/TerminalText.ts"
import { flagSpecs } from "../domain/settings/Flags.ts"

/** A name and what it stands for. */
export type HelpRow = readonly [name: string, words: string]

export interface HelpPage {
  readonly description: string
  /** How it is called, a line each. */
  readonly usage: ReadonlyArray<string>
  readonly sections: ReadonlyArray<{ readonly title: string; readonly rows: ReadonlyArray<HelpRow> }>
  /** Lines to copy, and what each is for. */
  readonly examples: ReadonlyArray<HelpRow>
}

/** What a script may go by. */
const exitCodes: Readonly<Record<keyof typeof ExitCode, string>> = {
  done: "done",
  findings: "`doctor` has found something",
  usage: "usage or configuration",
  op: "the 1Password CLI was not found or does not work",
  refused: "1Password said no",
  mfa: "MFA: no way to ask, or three refused codes",
  sts: "AWS refused",
  network: "network",
  timeout: "time-out",
  bug: "a bug of ours",
  notExecutable: "`exec`: the command cannot be run",
  notFound: "`exec`: there is no such command",
  hangUp: "the terminal was closed",
  interrupted: "Ctrl-C",
  quit: "Ctrl-\\",
  terminated: "ended by SIGTERM"
}

/** By their number, which is how they are met. */
export const exitCodeRows: ReadonlyArray<HelpRow> = Object.entries(exitCodes)
  .map(([kind, words]) => [ExitCode[kind as keyof typeof ExitCode], words] as const)
  .toSorted(([one], [other]) => one - other)
  .map(([code, words]) => [String(code), words])

/** Variables of ours; those of AWS's clients mean what they mean to them. */
export const variableRows: ReadonlyArray<HelpRow> = [
  ...Object.entries(flagSpecs).flatMap(([name, { variable }]) => variable === undefined ? [] : [[variable, `--${name}`] as const]),
  ["OP_AWS_CACHE_DIR", "the directory of the cache"],
  ["OP_AWS_EXEC_PROFILE", "set by `exec` and `env`: the profile, for a prompt"]
]

const indent = "  "
const gap = "  "

/** A name takes no more room beside its words than this; a longer one has a line of its own. */
const widestName = 34

/** Room that words need beside a name to be read well; where there is less they stand below it. */
const narrowest = 30

const fitted = (text: string, columns: number | undefined): ReadonlyArray<string> =>
  columns === undefined ? [text] : wrapped(text, Math.max(10, columns))

const rowLines = (rows: ReadonlyArray<HelpRow>, columns: number | undefined): ReadonlyArray<string> => {
  const name = Math.min(widestName, Math.max(0, ...rows.map(([name]) => widthOf(name))))
  const beside = indent.length + name + gap.length
  const isBeside = columns === undefined || columns - beside >= narrowest
  const margin = isBeside ? beside : 2 * indent.length
  return rows.flatMap(([shown, words]) => {
    const lines = fitted(words, columns === undefined ? undefined : columns - margin)
    const own = !isBeside || widthOf(shown) > name
    const [first = "", ...rest] = lines
    return [
      own ? indent + shown : `${indent}${shown}${" ".repeat(name - widthOf(shown))}${gap}${first}`,
      ...(own ? lines : rest).map((line) => " ".repeat(margin) + line)
    ]
  })
}

/**
 * A page of help in as many columns as there are; in lines as long as they come where it does not go to a terminal. What
 * is to be copied is never broken.
 */
export const helpText = (
  { description, examples, sections, usage }: HelpPage,
  { color, columns }: Pick<TerminalStyle, "color" | "columns">
): string => {
  const title = (text: string): string => color ? `\x1b[1m${text}\x1b[0m` : text
  const room = columns === undefined ? undefined : columns - indent.length
  const parts = [
    fitted(description, columns),
    [title("USAGE"), ...usage.map((line) => indent + line)],
    ...sections.filter(({ rows }) => rows.length > 0).map(({ rows, title: name }) => [title(name), ...rowLines(rows, columns)]),
    ...(examples.length === 0 ? [] : [[
      title("EXAMPLES"),
      ...examples.flatMap(([command, words]) => [...fitted(`# ${words}`, room).map((line) => indent + line), indent + command])
    ]])
  ]
  return parts.map((lines) => `${lines.join("\n")}\n`).join("\n")
}
