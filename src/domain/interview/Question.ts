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
