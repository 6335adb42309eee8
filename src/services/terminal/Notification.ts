import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * A word on the desktop of the person who sits at this machine, for a question on a terminal that nobody looks at. It
 * asks nothing, and it is not told where it was not shown: over SSH, without a screen, or without a program for it.
 */
export class Notification extends Context.Service<Notification, {
  /** Shows a heading and a line as plain text, whatever they hold. False where nothing could. */
  show(heading: string, line: string): Effect.Effect<boolean>
}>()("op-aws-credential-process/services/Notification") {}
