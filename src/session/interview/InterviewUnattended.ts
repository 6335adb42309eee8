import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Failure } from "../../domain/base/Failure.ts"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import { Interview, type Unanswered, type Unasked } from "../../services/interview/Interview.ts"

/**
 * Nobody answers: what is certain stands for the answer, and what is not is a failure that says by which flags `command`
 * is told. Only a question without an answer beforehand, such as for a secret, is asked all the same.
 */
const unattended = (interview: Interview["Service"], command: string, isWanted: boolean): Interview["Service"] => {
  const missing = (what: string, flags: string) =>
    isWanted
      ? InterviewFailure.AnswerMissing(command, what, flags)
      : InterviewFailure.NobodyToAsk(command, `pass ${flags}`)

  const answered = <A, E extends Failure>(
    unasked: Unasked<A, E> | undefined, ask: Effect.Effect<A, Unanswered | E>
  ): Effect.Effect<A, Unanswered | E> => {
    if (unasked === undefined) return ask
    if ("failure" in unasked) return Effect.fail(unasked.failure)
    if (!("what" in unasked)) return Effect.succeed(unasked.certain)
    return unasked.certain === undefined ? Effect.fail(missing(unasked.what, unasked.flags)) : Effect.succeed(unasked.certain)
  }

  return {
    ...interview,
    attended: false,
    choose: (choosing) => answered(choosing.unasked, interview.choose(choosing)),
    confirm: (question, usual, unasked) => answered(unasked, interview.confirm(question, usual)),
    text: (asking) => answered(asking.unasked, interview.text(asking))
  }
}

/** What a command is without a terminal: one that asks nothing then, one that nobody answers, or no use but `instead`. */
export type WithoutTerminal = "asks nothing" | "unanswered" | { readonly instead: string }

/** Who answers the questions of `command`: nobody where that is wanted (`--yes`), else the person at the terminal. */
export const layer = (
  command: string, isWanted: boolean, withoutTerminal: WithoutTerminal
): Layer.Layer<Interview, InterviewFailure<"NobodyToAsk">, Interview> =>
  Layer.effect(Interview, Effect.gen(function*() {
    const interview = yield* Interview
    if (isWanted) return unattended(interview, command, true)
    if (withoutTerminal === "asks nothing" || (yield* interview.available)) return interview
    return withoutTerminal === "unanswered"
      ? unattended(interview, command, false)
      : yield* Effect.fail(InterviewFailure.NobodyToAsk(command, withoutTerminal.instead))
  }))
