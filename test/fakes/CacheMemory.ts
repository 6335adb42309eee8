import { Effect, Layer, Option } from "effect"
import { decodeEntry, encodeEntry } from "../../src/domain/cache/CacheEntry.ts"
import { type CacheUnwritable, notWritten } from "../../src/domain/cache/CacheFailure.ts"
import { Cache } from "../../src/services/cache/Cache.ts"

/** What is kept, as the text of the entry's file, so that a test can look at it, damage it or make the disk full. */
export interface Store {
  readonly files: Map<string, string>
  /** Why nothing can be written, while nothing can be. */
  unwritable: string | undefined
}

export const makeStore = (): Store => ({ files: new Map(), unwritable: undefined })

/** A cache over a store that outlives it, as the disk outlives a process. */
export const layerOver = (store: Store): Layer.Layer<Cache> => {
  const change = <A>(profile: string, attempt: () => A): Effect.Effect<A, CacheUnwritable> =>
    Effect.suspend(() =>
      store.unwritable === undefined
        ? Effect.sync(attempt)
        : Effect.fail(notWritten(`memory of ${profile}`, { reason: store.unwritable }))
    )

  return Layer.succeed(Cache, {
    read: (profile) =>
      Effect.sync(() =>
        Option.fromUndefinedOr(store.files.get(profile)).pipe(
          Option.flatMap((text) => Option.fromUndefinedOr(decodeEntry(text)))
        )
      ),
    list: Effect.sync(() =>
      [...store.files].flatMap(([profile, text]) => {
        const entry = decodeEntry(text)
        return entry === undefined ? [] : [{ profile, entry }]
      })
    ),
    write: (profile, entry) => change(profile, () => void store.files.set(profile, encodeEntry(entry))),
    remove: (profile) => change(profile, () => store.files.delete(profile))
  })
}

export const layer: Layer.Layer<Cache> = Layer.suspend(() => layerOver(makeStore()))
