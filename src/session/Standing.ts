import * as Effect from "effect/Effect"
import type { Failure } from "../domain/Failure.ts"
import { Interview } from "../services/Interview.ts"

/** What a person has to know of what was done, should it end here. */
export interface Standing {
  /** In whole sentences; empty where there is nothing to be said. */
  say(sentences: string): void
}

/** Runs work that changes things step by step. When it fails or is left, it is said how things stand then. */
export const tellingHowItStands = <A, E extends Failure, R>(
  atFirst: string,
  work: (standing: Standing) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Interview> =>
  Effect.suspend(() => {
    let now = atFirst
    const standing: Standing = {
      say: (sentences) => {
        now = sentences
      }
    }
    return Effect.tapError(work(standing), () =>
      now === "" ? Effect.void : Effect.flatMap(Interview, (interview) => interview.tell(now)))
  })
