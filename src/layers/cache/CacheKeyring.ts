import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { StopFailure } from "../../domain/base/StopFailure.ts"
import { type CacheFailure, keychainRefusal } from "../../domain/cache/CacheFailure.ts"
import type { EntryKind } from "../../domain/cache/EntryFormat.ts"
import { type Cache, type CacheClosed, type EntryStore, type RoleCache, stores } from "../../services/cache/Cache.ts"
import type * as PrivateDirectory from "../host/PrivateDirectory.ts"
import * as Keychain from "../keychain/Keychain.ts"
import * as CacheFile from "./CacheFile.ts"

const change = <A>(
  work: Effect.Effect<A, CacheClosed>, attempt?: string
): Effect.Effect<A, CacheFailure<"CacheUnwritable"> | StopFailure<"Stopped">> =>
  Effect.catchTag(work, "KeyringUnavailable", ({ reason }) => Effect.fail(keychainRefusal(reason, attempt)))

const extension = ".json"

/**
 * Entries of one kind in the keychain, each a secret of its own: the text that its file would hold, under the name that
 * this would have, with its folder and without its extension. No profile's account is one of another kind: a slash in a
 * profile's name is escaped. What is written here or removed from here is removed from `older`, the files that were in
 * use before.
 */
export const make = <Key, Entry, Listed>(
  keychain: Keychain.Keychain,
  { decode, encode, fileName, folder, isOf, listed }: EntryKind<Key, Entry, Listed>,
  older: EntryStore<Key, Entry, Listed>
): EntryStore<Key, Entry, Listed> => {
  const prefix = folder === undefined ? "" : `${folder}/`
  const accountOf = (key: Key): string => `${prefix}${fileName(key).slice(0, -extension.length)}`

  return {
    read: (key) =>
      Effect.map(keychain.get(accountOf(key)), (text) => {
        const entry = text === null ? undefined : decode(text)
        return entry !== undefined && isOf(key, entry) ? Option.some(entry) : Option.none()
      }),

    list: Effect.map(keychain.find, (secrets) =>
      secrets.filter(({ account }) => account.startsWith(prefix)).flatMap(({ account, password }) => {
        const entry = decode(password)
        return (entry === undefined ? undefined : listed(account.slice(prefix.length) + extension, entry)) ?? []
      })),

    write: Effect.fn("CacheKeyring.write")(function*(key, entry) {
      yield* change(keychain.set(accountOf(key), encode(entry)))
      yield* older.remove(key)
    }),

    remove: Effect.fn("CacheKeyring.remove")(function*(key) {
      const removed = yield* change(keychain.delete(accountOf(key)), "be removed from")
      const olderRemoved = yield* older.remove(key)
      return removed || olderRemoved
    })
  }
}

/** How a keychain is looked into. */
export type KeyringOptions = Pick<Keychain.KeychainOptions, "quiet">

/**
 * All entries in the OS keychain instead of the directory at this place. It is opened by the first look, which may show
 * the keychain's own dialog.
 */
export const layer = (
  place: PrivateDirectory.Place | string,
  options: KeyringOptions = {}
): Layer.Layer<Cache | RoleCache, never, Keychain.KeychainSurroundings> =>
  Layer.effectContext(Effect.map(Keychain.make({ service: Keychain.service, ...options }), (keychain) =>
    stores((kind) => make(keychain, kind, CacheFile.make(place, kind)))))
