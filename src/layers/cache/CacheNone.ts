import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Cache } from "../../services/cache/Cache.ts"
import { RoleCache } from "../../services/cache/RoleCache.ts"

/** Keeps nothing, for `--cache none` and for a machine without a usable directory. */
export const layer: Layer.Layer<Cache | RoleCache> = Layer.mergeAll(
  Layer.succeed(Cache, {
    read: () => Effect.succeedNone,
    list: Effect.succeed([]),
    write: () => Effect.void,
    remove: () => Effect.succeed(false)
  }),
  Layer.succeed(RoleCache, {
    read: () => Effect.succeedNone,
    list: Effect.succeed([]),
    write: () => Effect.void,
    remove: () => Effect.succeed(false)
  })
)
