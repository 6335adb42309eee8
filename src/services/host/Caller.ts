import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Who runs us. An AWS client starts us through a fresh `sh` for every call, so the parent says nothing; what stays the
 * same is the process group.
 */
export class Caller extends Context.Service<Caller, {
  readonly pid: number
  /** Our process group and the start time of its leader: the same for all calls of one client, never reused. */
  readonly group: Effect.Effect<string>
}>()("op-aws-credential-process/services/Caller") {}
