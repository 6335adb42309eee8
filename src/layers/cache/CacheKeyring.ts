import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CacheFile from "./CacheFile.ts"
import { entryFileName } from "../../domain/cache/CacheEntry.ts"
import * as EntrySecrets from "./EntrySecrets.ts"
import type * as PrivateDirectory from "../host/PrivateDirectory.ts"
import * as Keychain from "../keychain/Keychain.ts"
import { service } from "../keychain/Keychain.ts"
import * as RoleCacheFile from "./RoleCacheFile.ts"
import * as RoleCacheKeyring from "./RoleCacheKeyring.ts"
import { Cache, type Cached } from "../../services/cache/Cache.ts"
import { RoleCache } from "../../services/cache/RoleCache.ts"

/** The name that the entry's file would have, without its extension: short, and without characters that get lost. */
const accountOf = (profile: string): string => entryFileName(profile).slice(0, -".json".length)

/**
 * The same text that the file would hold, as a secret of its own for each profile. A session that is written here or
 * removed from here is removed from `older`, the files that were in use before.
 */
export const make = (keychain: Keychain.Keychain, older: Cache["Service"]): Cache["Service"] => {
  const secrets = EntrySecrets.make(keychain, CacheFile.format)

  return Cache.of({
    read: (profile) => secrets.read(accountOf(profile)),
    list: Effect.map(secrets.list, (found) =>
      found.flatMap(({ account, entry }): ReadonlyArray<Cached> => {
        const profile = CacheFile.profileOf(`${account}.json`, entry)
        return profile === undefined ? [] : [{ profile, entry }]
      })),
    write: Effect.fn("CacheKeyring.write")(function*(profile, entry) {
      yield* secrets.write(accountOf(profile), entry)
      yield* older.remove(profile)
    }),
    remove: Effect.fn("CacheKeyring.remove")(function*(profile) {
      const removed = yield* secrets.remove(accountOf(profile))
      const olderRemoved = yield* older.remove(profile)
      return removed || olderRemoved
    })
  })
}

/** How a keychain is looked into. */
export type KeyringOptions = Pick<Keychain.KeychainOptions, "quiet">

/**
 * Sessions, and those of roles, in the OS keychain instead of the directory at this place. It is opened by the first look, which
 * may show the keychain's own dialog.
 */
export const layer = (
  place: PrivateDirectory.Place | string,
  options: KeyringOptions = {}
): Layer.Layer<Cache | RoleCache, never, Keychain.KeychainSurroundings> =>
  Layer.effectContext(Effect.map(Keychain.make({ service, ...options }), (keychain) =>
    Context.make(Cache, make(keychain, CacheFile.make(place))).pipe(
      Context.add(RoleCache, RoleCacheKeyring.make(keychain, RoleCacheFile.make(place)))
    )))
