import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StopFailure } from "../../domain/base/StopFailure.ts"

/**
 * The signals that ask the program to stop: SIGINT (Ctrl-C), SIGQUIT (Ctrl-\\), SIGTERM and SIGHUP (the terminal was
 * closed). SIGQUIT never does what it does by itself: a core would hold the long-lived key.
 */
export class Signals extends Context.Service<Signals, {
  /** Fails when one arrives, so that stopping is an ordinary failure and everything is cleaned up on the way out. */
  readonly stopped: Effect.Effect<never, StopFailure<"Stopped">>
}>()("op-aws-credential-process/services/Signals") {}
