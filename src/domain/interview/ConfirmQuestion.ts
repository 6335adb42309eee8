import { complaintLines, nothingTyped, questionFrame, type TypedLine, typeOn, wholeLine } from "./Frame.ts"
import type { Question } from "./Question.ts"

/** How the two answers are offered, the usual one in capitals. */
export const offer = (usual: boolean): string => usual ? "Y/n" : "y/N"

/** The answer that a typed word gives, by its first letter, if it gives one. */
export const confirmedBy = (word: string): boolean | undefined =>
  /^y/i.test(word) ? true : /^n/i.test(word) ? false : undefined

interface State {
  readonly typed: TypedLine
  readonly complaint?: string
}

/** Yes or no, given with the Enter key as every other answer is; that key alone gives the usual one. */
export const confirmQuestion = (question: string, usual: boolean): Question<State, boolean> => ({
  text: question,
  start: { typed: nothingTyped },
  press: ({ typed }, stroke) => {
    if (!("key" in stroke && stroke.key === "enter")) return { state: { typed: typeOn(typed, stroke) } }
    const word = wholeLine(typed).trim()
    const answer = word === "" ? usual : confirmedBy(word)
    return answer === undefined
      ? { state: { typed: nothingTyped, complaint: "Type y or n." } }
      : { answer, shown: answer ? "yes" : "no" }
  },
  frame: ({ complaint, typed }, view) => {
    const head = questionFrame({ question, remark: offer(usual), typed }, view)
    return complaint === undefined ? head : { ...head, lines: [...head.lines, ...complaintLines(complaint, view)] }
  }
})
