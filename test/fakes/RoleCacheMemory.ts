import { Effect, Layer, Option } from "effect"
import { makeStore, type Store } from "./CacheMemory.ts"
import { type CacheUnwritable, notWritten } from "../../src/domain/cache/CacheFailure.ts"
import { decodeRole, encodeRole, roleName, sameRole } from "../../src/domain/cache/RoleEntry.ts"
import { RoleCache } from "../../src/services/cache/RoleCache.ts"

/** A cache of roles over a store that outlives it, as the disk outlives a process. */
export const layerOver = (store: Store): Layer.Layer<RoleCache> => {
  const change = <A>(attempt: () => A): Effect.Effect<A, CacheUnwritable> =>
    Effect.suspend(() =>
      store.unwritable === undefined
        ? Effect.sync(attempt)
        : Effect.fail(notWritten("memory of roles", { reason: store.unwritable }))
    )

  return Layer.succeed(RoleCache, {
    read: (key) =>
      Effect.sync(() =>
        Option.fromUndefinedOr(store.files.get(roleName(key))).pipe(
          Option.flatMap((text) => Option.fromUndefinedOr(decodeRole(text))),
          Option.filter((entry) => sameRole(key, entry))
        )
      ),
    list: Effect.sync(() =>
      [...store.files].flatMap(([name, text]) => {
        const entry = decodeRole(text)
        return entry === undefined || roleName(entry) !== name ? [] : [entry]
      })
    ),
    write: (entry) => change(() => void store.files.set(roleName(entry), encodeRole(entry))),
    remove: (key) => change(() => store.files.delete(roleName(key)))
  })
}

export const layer: Layer.Layer<RoleCache> = Layer.suspend(() => layerOver(makeStore()))
