import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StrangersHome } from "../../domain/cache/OwnDirectory.ts"

/** Where the cache is on this machine, to look at and not to change. */
export class CachePlace extends Context.Service<CachePlace, {
  /** The directory that the next session is written to; undefined where the environment names none. */
  readonly directory: Effect.Effect<string | undefined>
  /** The home of somebody else that it would be in, where nothing is made. */
  readonly strangersHome: Effect.Effect<StrangersHome | undefined>
}>()("op-aws-credential-process/services/CachePlace") {}
