import { type TerminalStyle, wrapped } from "../domain/base/TerminalText.ts"
import { printable } from "../domain/base/Printable.ts"
import type { Examined, Finding, Severity } from "./Finding.ts"

/** Colour and width, or neither where it goes to a file or a pipe. */
type Sight = Pick<TerminalStyle, "columns" | "color">

type Label = Severity | "ok" | "why" | "mend" | "skipped"

const colors: Readonly<Partial<Record<Label, number>>> = { error: 31, warning: 33, ok: 32 }

const labelWidth = 9

/**
 * What was found, for a person: a line for each thing that is as it should be, and for each finding what it is, why it
 * matters and how to mend it. What is to be copied stands unbroken and at the margin, for a key in the AWS config that
 * is indented would be trouble of its own.
 */
export const findingText = (
  { findings, fine }: Examined,
  { look, online }: { readonly look: Sight; readonly online: boolean }
): string => {
  const lines = [
    ...fine.flatMap((text) => labelled("ok", text, look)),
    ...findings.flatMap((finding, index) => ["", ...told(finding, findings[index - 1], look)]),
    "",
    ...online
      ? []
      : labelled(
        "skipped",
        "the item and its fields, whether STS answers, and the clock: --online looks at those, and may ask you",
        look
      ),
    ...fitted(summary(findings), look.columns)
  ]
  return `${lines.join("\n")}\n`
}

/** The findings alone, as one JSON array, for programs. */
export const findingsJson = (findings: ReadonlyArray<Finding>): string =>
  JSON.stringify(findings.map(inOrder), undefined, 2) + "\n"

const inOrder = ({ check, mend, severity, what, why }: Finding) => ({ check, severity, what, why, mend })

/** Findings about the same line are often mended by the same words, which are not said twice in a row. */
const told = (
  { mend, severity, what, why }: Finding,
  before: Finding | undefined,
  look: Sight
): ReadonlyArray<string> => {
  const [said = "", ...copied] = mend === before?.mend ? ["the same"] : mend.split("\n")
  return [
    ...labelled(severity, what, look),
    ...labelled("why", why, look),
    ...labelled("mend", said, look),
    ...copied.map((line) => printable(line, 2000))
  ]
}

const labelled = (label: Label, text: string, look: Sight): ReadonlyArray<string> => {
  const room = look.columns === undefined ? undefined : Math.max(10, look.columns - labelWidth)
  return fitted(text, room).map((line, index) => (index === 0 ? painted(label, look) : " ".repeat(labelWidth)) + line)
}

const fitted = (text: string, columns: number | undefined): ReadonlyArray<string> => {
  const shown = printable(text, 2000)
  return columns === undefined ? [shown] : wrapped(shown, columns)
}

const painted = (label: Label, { color }: Sight): string => {
  const code = colors[label]
  const padding = " ".repeat(labelWidth - label.length)
  return color && code !== undefined ? `\x1b[${code}m${label}\x1b[0m${padding}` : `${label}${padding}`
}

const summary = (findings: ReadonlyArray<Finding>): string => {
  const count = (severity: Severity, word: string): ReadonlyArray<string> => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`]
  }
  return findings.length === 0
    ? "nothing to mend"
    : [...count("error", "error"), ...count("warning", "warning")].join(", ")
}
