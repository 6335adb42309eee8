import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Cache } from "../services/Cache.ts"

/** Keeps nothing, for `--cache none` and for a machine without a usable directory. */
export const layer: Layer.Layer<Cache> = Layer.succeed(Cache, {
  read: () => Effect.succeedNone,
  list: Effect.succeed([]),
  write: () => Effect.void,
  remove: () => Effect.succeed(false)
})
