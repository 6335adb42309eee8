import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import { decodeEntry, encodeEntry } from "../domain/CacheEntry.ts"
import { CacheUnwritable } from "../domain/CacheFailure.ts"
import { entryFileName, profileOfFileName } from "../domain/CacheName.ts"
import type { Cached } from "../services/Cache.ts"
import { Cache } from "../services/Cache.ts"
import * as PrivateDirectory from "./PrivateDirectory.ts"

/**
 * The profile that a file is read for: what its entry says where that is right, because long names are cut in file
 * names; undefined when nobody would ever look here.
 */
export const profileOf = (file: string, entry: CacheEntry): string | undefined => {
  const said = entry.profile !== undefined && entryFileName(entry.profile) === file
  const name = said ? entry.profile : profileOfFileName(file)
  return name !== undefined && entryFileName(name) === file ? name : undefined
}

/**
 * One JSON file an entry, in the directory at `root` or in one just below it, with the names and the content that the
 * Go program gives them.
 */
export const make = (root: string, below?: string): Cache["Service"] => {
  const directory = PrivateDirectory.make(root, below)

  return Cache.of({
    read: (profile) =>
      Effect.sync(() => Option.fromUndefinedOr(directory.read(entryFileName(profile))).pipe(
        Option.flatMap((text) => Option.fromUndefinedOr(decodeEntry(text)))
      )),
    list: Effect.sync(() => {
      const found: Array<Cached> = []
      for (const file of directory.list()) {
        if (!file.endsWith(".json")) continue
        const text = directory.read(file)
        const entry = text === undefined ? undefined : decodeEntry(text)
        const profile = entry === undefined ? undefined : profileOf(file, entry)
        if (entry !== undefined && profile !== undefined) found.push({ profile, entry })
      }
      return found
    }),
    write: Effect.fn("CacheFile.write")(function*(profile, entry) {
      const now = yield* Clock.currentTimeMillis
      const file = entryFileName(profile)
      yield* Effect.try({
        try: () => directory.write(file, encodeEntry(entry), now),
        catch: (error) => new CacheUnwritable(directory.pathOf(file), PrivateDirectory.reasonOf(error))
      })
    }),
    remove: (profile) => {
      const file = entryFileName(profile)
      return Effect.try({
        try: () => directory.remove(file),
        catch: (error) => new CacheUnwritable(directory.pathOf(file), PrivateDirectory.reasonOf(error), "be removed from")
      })
    }
  })
}

/** Sessions in this directory, where the hit path looks for them too. */
export const layer = (directory: string): Layer.Layer<Cache> => Layer.sync(Cache, () => make(directory))
