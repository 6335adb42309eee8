import { printable } from "../base/Printable.ts"
import { wrapped } from "../base/TerminalText.ts"
import type { Frame, View } from "./Frame.ts"
import type { Keystroke } from "./Keystroke.ts"

/** What became of a question by a keystroke: it goes on, or it is answered. */
export type Turn<State, A> =
  | { readonly state: State }
  | { readonly answer: A; readonly shown: string }

/** A question as a machine: keystrokes in, frames out. Leaving it is for whoever runs it. */
export interface Question<State, A> {
  readonly text: string
  readonly start: State
  press(state: State, stroke: Keystroke, view: View): Turn<State, A>
  frame(state: State, view: View): Frame
}

const colors = /(\x1b\[[0-9;]*m)/

/** Lines that are shown as they are: indented ones (commands, to be copied) and those of a difference. */
const asTheyAre = /^[ +-]|\x1b/

const cleaned = (line: string, color: boolean): string =>
  line.split(colors).map((part, index) => index % 2 === 0 ? printable(part, 10_000) : color ? part : "").join("")

/**
 * What is told, ready for a terminal or for a file (which has no columns): colours where there may be some, nothing else
 * that a terminal would act on, and words wrapped at the width.
 */
export const toldLines = (text: string, { color, columns }: { readonly columns: number | undefined; readonly color: boolean }): ReadonlyArray<string> =>
  text.replace(/\n$/, "").split("\n").flatMap((line) => {
    const clean = cleaned(line, color)
    return columns === undefined || asTheyAre.test(clean) ? [clean] : wrapped(clean, columns)
  })
