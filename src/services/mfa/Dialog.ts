import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { MfaFailure } from "../../domain/mfa/MfaFailure.ts"

/**
 * A graphical question, for programs that run without a terminal. What is shown is passed as values to a script that
 * never changes, and is shown as plain text. Interrupting the question takes the dialog away.
 */
export class Dialog extends Context.Service<Dialog, {
  /**
   * Whether the platform has a way to ask on a screen that a person sits at; never so over SSH. Fails where that
   * person has just sent one away and is to be left in peace.
   */
  readonly available: Effect.Effect<boolean, MfaFailure<"DialogDismissed">>
  /** `profile` stands in the title. Where one program cannot show it, the next one that is there is tried. */
  ask(question: string, profile: string): Effect.Effect<string, MfaFailure<"DialogDismissed" | "DialogFailed">>
}>()("op-aws-credential-process/services/Dialog") {}
