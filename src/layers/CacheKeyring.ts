import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { KeyringUnavailable } from "../domain/CacheFailure.ts"
import { entryFileName } from "../domain/CacheName.ts"
import type { Stopped } from "../domain/Stopped.ts"
import type { Cached } from "../services/Cache.ts"
import { Cache } from "../services/Cache.ts"
import { RoleCache } from "../services/RoleCache.ts"
import { Signals } from "../services/Signals.ts"
import * as CacheFile from "./CacheFile.ts"
import * as EntrySecrets from "./EntrySecrets.ts"
import * as Keychain from "./Keychain.ts"
import type * as PrivateDirectory from "./PrivateDirectory.ts"
import * as RoleCacheFile from "./RoleCacheFile.ts"
import * as RoleCacheKeyring from "./RoleCacheKeyring.ts"

/**
 * Loads the library and asks the keychain once, so that one that cannot be reached is known before anybody is asked
 * for anything. The kernel's own keyring, which the library falls back on under Linux, forgets at logout and is not
 * what was asked for.
 */
export const open = Effect.fn("CacheKeyring.open")(function*(service: string) {
  const { AsyncEntry, findCredentialsAsync } = yield* Effect.tryPromise({
    try: () => import("@napi-rs/keyring"),
    catch: () => new KeyringUnavailable("the package @napi-rs/keyring is not installed, or not for this platform")
  })
  const entryOf = (account: string) => new AsyncEntry(service, account, { linux: { store: "secret-service" } })
  const keychain = Keychain.make({
    get: (account, signal) => entryOf(account).getPassword(signal),
    set: (account, secret, signal) => entryOf(account).setPassword(secret, signal),
    delete: (account, signal) => entryOf(account).deleteCredential(signal),
    find: (signal) => findCredentialsAsync(service, undefined, signal)
  })
  yield* Effect.mapError(keychain.get("default"), (reason) => new KeyringUnavailable(reason))
  return keychain
})

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

/** Sessions, and those of roles, in the OS keychain instead of the directory at this place. */
export const layer = (place: PrivateDirectory.Place | string): Layer.Layer<Cache | RoleCache, KeyringUnavailable | Stopped, Signals> =>
  Layer.effectContext(Effect.gen(function*() {
    const { stopped } = yield* Signals
    const keychain = yield* Effect.raceFirst(open("op-aws-credential-process"), stopped)
    return Context.make(Cache, make(keychain, CacheFile.make(place))).pipe(
      Context.add(RoleCache, RoleCacheKeyring.make(keychain, RoleCacheFile.make(place)))
    )
  }))
