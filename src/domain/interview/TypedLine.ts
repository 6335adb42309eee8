import type { Keystroke } from "./Keystroke.ts"

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
