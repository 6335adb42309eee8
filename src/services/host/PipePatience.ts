import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"

/**
 * How long a file that is no regular one (a FIFO, a device) may keep us waiting for what it holds. Undefined where a
 * deadline ends all waiting.
 */
export const PipePatience = Context.Reference<Duration.Input | undefined>("op-aws-credential-process/services/PipePatience", {
  defaultValue: () => "5 seconds"
})
