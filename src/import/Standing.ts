import * as Effect from "effect/Effect"
import type { Failure } from "../domain/base/Failure.ts"
import { InterviewFailure, nothingChanged } from "../domain/interview/InterviewFailure.ts"
import type { Interview } from "../services/interview/Interview.ts"
import { tell } from "../session/interview/Answers.ts"

/** What a person has to know of what was done, should it end here. */
export interface Standing {
  /** In whole sentences. */
  say(sentences: string): void
}

/** Runs work, `what`, that changes things step by step. When it fails or is left, it is said how things stand then. */
export const tellingHowItStands = <A, E extends Failure, R>(
  what: string,
  work: (standing: Standing) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | InterviewFailure<"InterviewLeft">, R | Interview> =>
  Effect.suspend(() => {
    let now = nothingChanged
    const standing: Standing = {
      say: (sentences) => {
        now = sentences
      }
    }
    return Effect.catch(work(standing), (failure): Effect.Effect<never, E | InterviewFailure<"InterviewLeft">, Interview> => {
      // Leaving is no error, and where nothing was changed that is all that is said of it.
      // After Ctrl-C the cursor is behind its echo.
      if (failure._tag === "Stopped") return Effect.andThen(tell(`\n${now}`), Effect.fail(failure))
      if (failure._tag !== "InterviewLeft") return Effect.andThen(tell(now), Effect.fail(failure))
      return now === nothingChanged
        ? Effect.fail(InterviewFailure.InterviewLeft(nothingChanged))
        : Effect.andThen(tell(now), Effect.fail(InterviewFailure.InterviewLeft(`${what} was left.`)))
    })
  })
