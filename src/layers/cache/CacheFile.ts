import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type CacheEntry, decodeEntry, encodeEntry, entryFileName, profileOfFileName } from "../../domain/cache/CacheEntry.ts"
import * as EntryFiles from "./EntryFiles.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"
import { Cache, type Cached } from "../../services/cache/Cache.ts"

/**
 * The profile that a file is read for: what its entry says where that is right, because long names are cut in file
 * names; undefined when nobody would ever look here.
 */
export const profileOf = (file: string, entry: CacheEntry): string | undefined => {
  const said = entry.profile !== undefined && entryFileName(entry.profile) === file
  const name = said ? entry.profile : profileOfFileName(file)
  return name !== undefined && entryFileName(name) === file ? name : undefined
}

/** How an entry is written, wherever it is kept. */
export const format: EntryFiles.Format<CacheEntry> = { encode: encodeEntry, decode: decodeEntry }

/**
 * One JSON file an entry, in the directory at `place` or in one just below it, with the names and the content that the
 * Go program gives them.
 */
export const make = (place: PrivateDirectory.Place | string, below?: string): Cache["Service"] => {
  const files = EntryFiles.make(PrivateDirectory.make(place, below), format)

  return Cache.of({
    read: (profile) => files.read(entryFileName(profile)),
    list: Effect.map(files.list, (found) =>
      found.flatMap(({ entry, file }): ReadonlyArray<Cached> => {
        const profile = profileOf(file, entry)
        return profile === undefined ? [] : [{ profile, entry }]
      })),
    write: (profile, entry) => files.write(entryFileName(profile), entry),
    remove: (profile) => files.remove(entryFileName(profile))
  })
}

/** Sessions in this directory, where the hit path looks for them too. */
export const layer = (place: PrivateDirectory.Place | string): Layer.Layer<Cache> => Layer.sync(Cache, () => make(place))
