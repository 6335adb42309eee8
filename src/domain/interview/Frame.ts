import { printable } from "../base/Printable.ts"
import { cutEnd, cutStart, widthOf, wrapped } from "../base/TerminalText.ts"
import type { Keystroke } from "./Keystroke.ts"

/** What a question has to show itself on. */
export interface View {
  /** That may be written to: a line that ends in the last column behaves differently from terminal to terminal. */
  readonly columns: number
  readonly rows: number
  readonly color: boolean
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean
}

export type Paint = "bold" | "dim" | "accent" | "warning"

/** A piece of a line, in one colour. */
export interface Span {
  readonly text: string
  readonly paint?: Paint
}

export type Spans = ReadonlyArray<Span>

/** What a question looks like at one moment: lines that fit into the view, and where the cursor is among them. */
export interface Frame {
  readonly lines: ReadonlyArray<Spans>
  readonly cursor: { readonly line: number; readonly column: number }
}

const codes: Readonly<Record<Paint, number>> = { bold: 1, dim: 2, accent: 36, warning: 33 }

export const painted = (spans: Spans, color: boolean): string =>
  spans.map(({ paint, text }) => !color || paint === undefined || text === "" ? text : `\x1b[${codes[paint]}m${text}\x1b[0m`).join("")

export const plain = (spans: Spans): string => spans.map(({ text }) => text).join("")

export const ellipsis = ({ unicode }: Pick<View, "unicode">): string => unicode ? "…" : "..."

/** The beginning of a line with so many columns, its colours kept. */
const upTo = (spans: Spans, columns: number): Spans => {
  const kept: Array<Span> = []
  let room = columns
  for (const span of spans) {
    if (room <= 0) break
    kept.push({ ...span, text: cutEnd(span.text, room, "") })
    room -= widthOf(span.text)
  }
  return kept
}

/** The fewest columns that are left for an answer beside its question. */
const leastRoom = 16

const mark = "? "

/**
 * The lines of a question, with what has been typed behind it; below it, where there is no room beside it. A typed line
 * that does not fit shows the part with the cursor.
 */
export const questionFrame = (
  { question, remark, typed }: { readonly question: string; readonly remark?: string; readonly typed: TypedLine },
  view: View
): Frame => {
  const text = mark + printable(question, 400)
  const aside = remark === undefined ? "" : ` (${printable(remark)})`
  const isBeside = widthOf(text + aside) + 2 + leastRoom <= view.columns
  const head: ReadonlyArray<Spans> = isBeside
    ? [[...asked(text), ...(aside === "" ? [] : [{ text: aside, paint: "dim" } as const]), { text: "  " }]]
    : [...wrapped(text + aside, view.columns).map((line, index) => index === 0 ? asked(line) : [{ text: line, paint: "bold" } as const]), [{ text: "  " }]]
  const last = head.at(-1)!
  const start = widthOf(plain(last))
  const room = view.columns - start
  const before = cutStart(printable(typed.before, 100_000), room - 1, ellipsis(view))
  const after = cutEnd(printable(typed.after, 100_000), room - widthOf(before), ellipsis(view))
  return {
    lines: [...head.slice(0, -1), [...last, { text: before + after, paint: "accent" }]],
    cursor: { line: head.length - 1, column: start + widthOf(before) }
  }
}

const asked = (line: string): Spans => [{ text: line.slice(0, mark.length), paint: "accent" }, { text: line.slice(mark.length), paint: "bold" }]

/** What stays of a question that was answered. */
export const settledLines = (question: string, answer: string, { columns }: View): ReadonlyArray<Spans> => {
  const text = mark + printable(question, 400)
  const shown = printable(answer, 400)
  if (widthOf(text) + 2 + widthOf(shown) <= columns) return [[...asked(text), { text: "  " }, { text: shown, paint: "accent" }]]
  const [first = "", ...more] = wrapped(text, columns)
  return [
    asked(first),
    ...more.map((line): Spans => [{ text: line, paint: "bold" }]),
    ...wrapped(shown, columns - 2).map((line): Spans => [{ text: `  ${line}`, paint: "accent" }])
  ]
}

/** What was wrong with an answer. */
export const complaintLines = (complaint: string, { columns }: Pick<View, "columns">): ReadonlyArray<Spans> =>
  wrapped(printable(complaint, 400), columns - 2).map((line, index) => [{ text: `${index === 0 ? "! " : "  "}${line}`, paint: "warning" }])

/** A frame that is no taller than the view; what is dropped is the beginning of a long question. */
export const fitting = (frame: Frame, { rows }: View): Frame => {
  const excess = Math.max(0, Math.min(frame.lines.length - rows, frame.cursor.line))
  return {
    lines: frame.lines.slice(excess, excess + rows),
    cursor: { ...frame.cursor, line: frame.cursor.line - excess }
  }
}

/** How many lines a terminal of so many columns has made of a line that was written for a wider one. */
const rowsOf = (line: Spans, columns: number): number => Math.max(1, Math.ceil(widthOf(plain(line)) / columns))

/** Removes a frame, with the cursor where the frame has left it. Knows that a window that got narrower has broken lines. */
export const erased = (frame: Frame | undefined, { columns }: View): string => {
  if (frame === undefined) return ""
  const { cursor, lines } = frame
  const above = lines.slice(0, cursor.line).reduce((sum, line) => sum + rowsOf(line, columns + 1), 0)
  const rows = above + Math.floor(cursor.column / (columns + 1))
  return `\r${rows > 0 ? `\x1b[${rows}A` : ""}\x1b[J`
}

/** Shows a frame in the place of another one. */
export const drawn = (frame: Frame, previous: Frame | undefined, view: View): string => {
  const { cursor, lines } = frame
  const rows = lines.length - 1 - cursor.line
  const body = lines.map((line) => painted(line, view.color)).join("\r\n")
  // Written once more up to the cursor: how wide a terminal draws a character is for the terminal to know.
  const upToCursor = painted(upTo(lines[cursor.line] ?? [], cursor.column), view.color)
  return `${erased(previous, view)}${body}${rows > 0 ? `\x1b[${rows}A` : ""}\r${upToCursor}`
}

/** Lines that stay, in the place of a frame. */
export const replacedBy = (lines: ReadonlyArray<Spans>, previous: Frame | undefined, view: View): string =>
  erased(previous, view) + lines.map((line) => `${painted(line, view.color)}\r\n`).join("")

/** A line that is being typed: what is before the cursor, and what is after it. */
export interface TypedLine {
  readonly before: string
  readonly after: string
}

export const nothingTyped: TypedLine = { before: "", after: "" }

export const wholeLine = ({ after, before }: TypedLine): string => before + after

/** With what is drawn over it. */
const lastCharacter = /(?:\P{M}\p{M}*|\p{M})$/u
const firstCharacter = /^(?:\P{M}\p{M}*|\p{M})/u
const lastWord = /\S*\s*$/

/** The line after a keystroke; one that does not change lines gives the same line. */
export const typeOn = (line: TypedLine, stroke: Keystroke): TypedLine => {
  const { after, before } = line
  if ("text" in stroke) return { before: before + stroke.text, after }
  switch (stroke.key) {
    case "backspace":
      return { before: before.replace(lastCharacter, ""), after }
    case "delete":
      return { before, after: after.replace(firstCharacter, "") }
    case "eraseLine":
      return nothingTyped
    case "eraseWord":
      return { before: before.replace(lastWord, ""), after }
    case "eraseRest":
      return { before, after: "" }
    case "left": {
      const [last = ""] = lastCharacter.exec(before) ?? []
      return { before: before.slice(0, before.length - last.length), after: last + after }
    }
    case "right": {
      const [first = ""] = firstCharacter.exec(after) ?? []
      return { before: before + first, after: after.slice(first.length) }
    }
    case "home":
      return { before: "", after: before + after }
    case "end":
      return { before: before + after, after: "" }
    default:
      return line
  }
}
