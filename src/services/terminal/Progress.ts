import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { EpochMillis } from "../../domain/base/Time.ts"

/** What is being waited for, and what to do when it does not come. */
export interface Step {
  /** Completes "waiting for …". */
  readonly waitingFor: string
  /** What a person can do when it takes too long. */
  readonly hint: string
  /** False where a line would disturb somebody else's question on the same terminal. */
  readonly shown: boolean
  /** The moment the wait will be over, where it is known: the line counts down to it. */
  readonly until?: EpochMillis
}

/**
 * Keeps account of what the program is waiting for: for the terminal, where a wait is named after its first second
 * and the line erased again afterwards, for the time-out's error, and for the debug log.
 */
export class Progress extends Context.Service<Progress, {
  /** Runs `work` as this step; the step before is current again afterwards. */
  during<A, E, R>(step: Step, work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
  /** The innermost step at this moment. */
  readonly current: Effect.Effect<Step>
}>()("op-aws-credential-process/services/Progress") {}
