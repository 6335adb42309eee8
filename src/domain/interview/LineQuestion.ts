import { given } from "../base/Given.ts"
import { complaintLines, nothingTyped, questionFrame, type TypedLine, typeOn, wholeLine } from "./Frame.ts"
import type { Question } from "./Question.ts"

interface State {
  readonly typed: TypedLine
  readonly complaint?: string | undefined
}

export interface LineAsked {
  readonly question: string
  readonly usual?: string | undefined
  readonly check?: ((answer: string) => string | undefined) | undefined
  readonly hidden: boolean
}

/** Stands for any secret, however long. */
export const concealed = "****"

/** What a typed line answers: without the blanks around it, and the usual answer where nothing is left. */
export const answerIn = (typed: string, usual = ""): string => typed.trim() || usual

/** A line of text. Of a hidden one no more is shown than that there is something. */
export const lineQuestion = ({ check, hidden, question, usual }: LineAsked): Question<State, string> => ({
  text: question,
  start: { typed: nothingTyped },

  press: ({ typed }, stroke) => {
    if ("key" in stroke && stroke.key === "enter") {
      const answer = answerIn(wholeLine(typed), usual)
      const complaint = check?.(answer)
      return complaint === undefined ? { answer, shown: hidden ? concealed : answer } : { state: { typed, complaint } }
    }
    return { state: { typed: typeOn(typed, stroke) } }
  },

  frame: ({ complaint, typed }, view) => {
    // Security: neither the secret nor its length.
    const shown = hidden ? { before: wholeLine(typed) === "" ? "" : concealed, after: "" } : typed
    const head = questionFrame({ question, typed: shown, ...given({ remark: usual }) }, view)
    return complaint === undefined ? head : { ...head, lines: [...head.lines, ...complaintLines(complaint, view)] }
  }
})
