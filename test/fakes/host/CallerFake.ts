import { Effect, Layer } from "effect"
import { Caller } from "../../../src/services/host/Caller.ts"

/** A process with this id in this process group. */
export const layer = (pid = 4711, group = "4700:123456"): Layer.Layer<Caller> =>
  Layer.succeed(Caller, { pid, group: Effect.succeed(group) })
