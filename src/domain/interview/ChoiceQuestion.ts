import { printable } from "../base/Printable.ts"
import { cutEnd, widthOf } from "../base/TerminalText.ts"
import { ellipsis, nothingTyped, questionFrame, type Spans, type TypedLine, typeOn, type View, wholeLine } from "./Frame.ts"
import type { Question } from "./Question.ts"

export interface Option {
  readonly label: string
  readonly detail?: string | undefined
}

interface State {
  readonly typed: TypedLine
  /** The position of the option that Enter would take, among those that match. */
  readonly at: number
}

/** The most options that are shown at once: more are quicker searched than looked through. */
const mostShown = 10

const folded = (text: string): string => text.normalize("NFC").toLowerCase()

/** The positions of the options that have every word that was typed, in their label or in their detail. */
export const matching = (options: ReadonlyArray<Option>, typed: string): ReadonlyArray<number> => {
  const words = folded(typed).split(/\s+/).filter((word) => word !== "")
  return options.flatMap(({ detail = "", label }, index) => {
    const text = folded(`${label}\n${detail}`)
    return words.every((word) => text.includes(word)) ? [index] : []
  })
}

/**
 * The label and the detail in one line of so many columns. Where both do not fit, the label is whole if that leaves the
 * detail a quarter of the line; else it gets the larger part.
 */
export const optionLine = ({ detail, label }: Option, columns: number, mark: string): readonly [label: string, detail: string] => {
  const first = printable(label)
  const second = detail === undefined ? "" : printable(detail)
  if (second === "") return [cutEnd(first, columns, mark), ""]
  const free = columns - 2 - widthOf(first)
  const room = free >= Math.floor(columns / 4) ? free : Math.floor(columns * 0.4)
  const shown = cutEnd(second, room, mark)
  return [cutEnd(first, columns - 2 - widthOf(shown), mark), shown]
}

const headOf = (question: string, typed: TypedLine, view: View) => questionFrame({ question, typed }, view)

const shownRows = (head: number, view: View): number => Math.max(1, Math.min(mostShown, view.rows - head - 2))

const hint = (at: number, matches: number, shown: number, { columns, unicode }: View): string => {
  const arrows = unicode ? "↑↓" : "arrows"
  const count = matches > shown ? `${at + 1} of ${matches}, ` : ""
  const texts = [`${count}${arrows} to move, type to search, Esc to leave`, `${count}${arrows}, type to search, Esc leaves`, `${count}${arrows}, or type to search`]
  return texts.find((text) => widthOf(text) + 2 <= columns) ?? cutEnd(texts.at(-1)!, columns - 2, "")
}

/** One of several options; its answer is the position of one. */
export const choiceQuestion = (question: string, options: ReadonlyArray<Option>): Question<State, number> => ({
  text: question,
  start: { typed: nothingTyped, at: 0 },

  press: (state, stroke, view) => {
    const matches = matching(options, wholeLine(state.typed))
    const move = (by: number) => ({ state: { ...state, at: Math.max(0, Math.min(matches.length - 1, state.at + by)) } })
    const key = "key" in stroke ? stroke.key : undefined
    if (key === "enter") {
      const found = matches[state.at]
      return found === undefined ? { state } : { answer: found, shown: options[found]!.label }
    }
    const page = shownRows(headOf(question, state.typed, view).lines.length, view)
    // At the end of the list there is nothing below: the first one is.
    if (key === "up") return state.at === 0 ? move(matches.length) : move(-1)
    if (key === "down") return state.at >= matches.length - 1 ? move(-matches.length) : move(1)
    if (key === "pageUp") return move(-page)
    if (key === "pageDown") return move(page)
    if (key === "home") return move(-matches.length)
    if (key === "end") return move(matches.length)
    if (key === "left" || key === "right") return { state }
    const typed = typeOn(state.typed, stroke)
    return { state: wholeLine(typed) === wholeLine(state.typed) ? state : { typed, at: 0 } }
  },

  frame: ({ at, typed }, view) => {
    const head = headOf(question, typed, view)
    const matches = matching(options, wholeLine(typed))
    const rows = shownRows(head.lines.length, view)
    const from = Math.max(0, Math.min(at - Math.floor(rows / 2), matches.length - rows))
    const list = matches.slice(from, from + rows).map((index, position): Spans => {
      const [label, detail] = optionLine(options[index]!, view.columns - 2, ellipsis(view))
      const isChosen = from + position === at
      return [
        isChosen ? { text: "> ", paint: "accent" } : { text: "  " },
        isChosen ? { text: label, paint: "accent" } : { text: label },
        ...(detail === "" ? [] : [{ text: `  ${detail}`, paint: "dim" } as const])
      ]
    })
    const empty: Spans = [{ text: cutEnd(`  nothing matches "${printable(wholeLine(typed))}"`, view.columns, ellipsis(view)), paint: "warning" }]
    const help: Spans = [{ text: `  ${hint(at, matches.length, rows, view)}`, paint: "dim" }]
    return { lines: [...head.lines, ...(list.length === 0 ? [empty] : list), help], cursor: head.cursor }
  }
})
