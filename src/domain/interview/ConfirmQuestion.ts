import { questionFrame } from "./Frame.ts"
import type { Question } from "./Question.ts"
import { nothingTyped } from "./TypedLine.ts"

/** How the two answers are offered, the usual one in capitals. */
export const offer = (usual: boolean): string => usual ? "Y/n" : "y/N"

/** The answer that a key alone gives, if it gives one. */
export const confirmedBy = (character: string): boolean | undefined =>
  /^y/i.test(character) ? true : /^n/i.test(character) ? false : undefined

/** Yes or no, by one key. */
export const confirmQuestion = (question: string, usual: boolean): Question<null, boolean> => {
  const settle = (answer: boolean) => ({ answer, shown: answer ? "yes" : "no" })
  return {
    text: question,
    start: null,
    press: (state, stroke) => {
      if ("key" in stroke) return stroke.key === "enter" ? settle(usual) : { state }
      const answer = confirmedBy(stroke.text)
      return answer === undefined ? { state } : settle(answer)
    },
    frame: (_, view) => questionFrame({ question, remark: offer(usual), typed: nothingTyped }, view)
  }
}
