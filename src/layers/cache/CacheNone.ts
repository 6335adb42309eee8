import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Cache, type EntryStore, type RoleCache, stores } from "../../services/cache/Cache.ts"

export const make = <Key, Entry, Listed>(): EntryStore<Key, Entry, Listed> => ({
  read: () => Effect.succeedNone,
  list: Effect.succeed([]),
  write: () => Effect.void,
  remove: () => Effect.succeed(false)
})

/** Keeps nothing, for `--cache none` and for a machine without a usable directory. */
export const layer: Layer.Layer<Cache | RoleCache> = Layer.succeedContext(stores(make))
