import * as Effect from "effect/Effect"
import { Failure } from "../domain/base/Failure.ts"

/** Brings the answer of a pure rule, a value or a failure, into Effect's two channels. */
export const orFail = <A>(answer: A): Effect.Effect<Exclude<A, Failure>, Extract<A, Failure>> =>
  answer instanceof Failure
    ? Effect.fail(answer as Extract<A, Failure>)
    : Effect.succeed(answer as Exclude<A, Failure>)
