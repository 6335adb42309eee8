import { Effect, Layer, Option } from "effect"
import { sessionKind } from "../../../src/domain/cache/CacheEntry.ts"
import { type CacheFailure, notWritten } from "../../../src/domain/cache/CacheFailure.ts"
import type { EntryKind } from "../../../src/domain/cache/EntryFormat.ts"
import { roleKind } from "../../../src/domain/cache/RoleEntry.ts"
import { Cache, type EntryStore, RoleCache } from "../../../src/services/cache/Cache.ts"

/** What is kept, as the text of the entry's file by its name without `.json`, so that a test can look at it, damage it or make the disk full. */
export interface Store {
  readonly files: Map<string, string>
  /** Why nothing can be written, while nothing can be. */
  unwritable: string | undefined
}

export const makeStore = (): Store => ({ files: new Map(), unwritable: undefined })

const make = <Key, Entry, Listed>(
  store: Store,
  { decode, encode, fileName, isOf, listed }: EntryKind<Key, Entry, Listed>
): EntryStore<Key, Entry, Listed> => {
  const nameOf = (key: Key): string => fileName(key).slice(0, -".json".length)
  const change = <A>(key: Key, attempt: () => A): Effect.Effect<A, CacheFailure<"CacheUnwritable">> =>
    Effect.suspend(() =>
      store.unwritable === undefined
        ? Effect.sync(attempt)
        : Effect.fail(notWritten(`memory of ${nameOf(key)}`, { reason: store.unwritable }))
    )

  return {
    read: (key) =>
      Effect.sync(() =>
        Option.fromUndefinedOr(decode(store.files.get(nameOf(key)) ?? "")).pipe(Option.filter((entry) => isOf(key, entry)))
      ),
    list: Effect.sync(() =>
      [...store.files].flatMap(([name, text]) => {
        const entry = decode(text)
        return (entry === undefined ? undefined : listed(`${name}.json`, entry)) ?? []
      })
    ),
    write: (key, entry) => change(key, () => void store.files.set(nameOf(key), encode(entry))),
    remove: (key) => change(key, () => store.files.delete(nameOf(key)))
  }
}

/** A cache over stores that outlive it, as the disk outlives a process. */
export const layerOver = (sessions: Store, roles: Store): Layer.Layer<Cache | RoleCache> =>
  Layer.merge(Layer.succeed(Cache, make(sessions, sessionKind)), Layer.succeed(RoleCache, make(roles, roleKind)))

export const layer: Layer.Layer<Cache | RoleCache> = Layer.suspend(() => layerOver(makeStore(), makeStore()))
