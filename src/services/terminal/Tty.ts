import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { MfaFailure } from "../../domain/mfa/MfaFailure.ts"

/**
 * The controlling terminal (/dev/tty), which is there whatever stdin, stdout and stderr are. A process that is not in
 * the terminal's foreground group has no terminal: reading would stop it. Nor has one whose terminal does not work by
 * lines any more, because a full-screen program has it. The terminal stays in its own line mode, so
 * that nothing needs to be restored, whatever kills us. File descriptor 0 is never read: it may be the user's data.
 */
export class Tty extends Context.Service<Tty, {
  /** Whether a question could be asked now. */
  readonly available: Effect.Effect<boolean>
  /** The terminal's own name, the same for every process that shares it, for a lock on it. */
  readonly device: Effect.Effect<string, MfaFailure<"NoTerminal">>
  /**
   * Writes the question, exactly as given, and reads one line without its line end. What was typed before the question
   * is no answer to it.
   */
  ask(question: string): Effect.Effect<string, MfaFailure<"NoTerminal" | "PromptEnded">>
  /** Writes a line that stays. Does nothing without a terminal. */
  print(line: string): Effect.Effect<void>
  /** Rings the terminal's bell, which moves nothing on it. Does nothing without a terminal. */
  readonly ring: Effect.Effect<void>
  /** Shows a line in place, over the last one shown; an empty one erases it. Does nothing without a terminal. */
  show(line: string): Effect.Effect<void>
}>()("op-aws-credential-process/services/Tty") {}
