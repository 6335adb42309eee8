import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { notWritten } from "../../domain/cache/CacheFailure.ts"
import type { EntryKind } from "../../domain/cache/EntryFormat.ts"
import { type Cache, type EntryStore, type RoleCache, stores } from "../../services/cache/Cache.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"

/** Entries of one kind as JSON files, one an entry, in the directory at `place` or in their kind's folder below it. */
export const make = <Key, Entry, Listed>(
  place: PrivateDirectory.Place | string,
  { decode, encode, fileName, folder, isOf, listed }: EntryKind<Key, Entry, Listed>
): EntryStore<Key, Entry, Listed> => {
  const directory = PrivateDirectory.make(place, folder)
  const refused = (file: string, attempt?: string) => (error: unknown) =>
    notWritten(directory.pathOf(file), PrivateDirectory.troubleOf(error), attempt)

  return {
    read: (key) =>
      Effect.suspend(() => {
        const file = fileName(key)
        const text = directory.read(file)
        const entry = text === undefined ? undefined : decode(text)
        if (entry !== undefined) return Effect.succeed(isOf(key, entry) ? Option.some(entry) : Option.none())
        const standing = text === undefined ? directory.standing(file) : "damaged, or no entry at all"
        return standing === undefined
          ? Effect.succeedNone
          : Effect.as(Effect.logDebug(`${directory.pathOf(file)} is passed over: it is ${standing}`), Option.none())
      }),

    list: Effect.sync(() =>
      directory.list().filter((file) => file.endsWith(".json")).flatMap((file) => {
        const text = directory.read(file)
        const entry = text === undefined ? undefined : decode(text)
        return (entry === undefined ? undefined : listed(file, entry)) ?? []
      })
    ),

    write: Effect.fn("CacheFile.write")(function*(key, entry) {
      const file = fileName(key)
      const now = yield* Clock.currentTimeMillis
      yield* Effect.try({ try: () => directory.write(file, encode(entry), now), catch: refused(file) })
      yield* Effect.logDebug(`kept in ${directory.pathOf(file)}`)
    }),

    remove: Effect.fn("CacheFile.remove")((key) => {
      const file = fileName(key)
      return Effect.try({
        try: () => directory.remove(file, (text) => decode(text) !== undefined),
        catch: refused(file, "be removed from")
      })
    })
  }
}

/** All entries in this directory, where the hit path looks for them too. */
export const layer = (place: PrivateDirectory.Place | string): Layer.Layer<Cache | RoleCache> =>
  Layer.syncContext(() => stores((kind) => make(place, kind)))
