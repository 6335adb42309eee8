import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { decodeEntry, encodeEntry } from "../domain/CacheEntry.ts"
import { keychainRefusal, KeyringUnavailable } from "../domain/CacheFailure.ts"
import { entryFileName } from "../domain/CacheName.ts"
import type { Cached } from "../services/Cache.ts"
import { Cache } from "../services/Cache.ts"
import * as CacheFile from "./CacheFile.ts"

/** The part of the OS keychain that belongs to one service name: secrets by account. */
export interface Keychain {
  get(account: string, signal: AbortSignal): Promise<string | null>
  set(account: string, secret: string, signal: AbortSignal): Promise<void>
  /** Whether there was one. */
  delete(account: string, signal: AbortSignal): Promise<boolean>
  find(signal: AbortSignal): Promise<ReadonlyArray<{ readonly account: string; readonly password: string }>>
}

/** What the library or the system said, as one line that a terminal can show. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, " ").slice(0, 200)

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
  const keychain: Keychain = {
    get: (account, signal) => entryOf(account).getPassword(signal),
    set: (account, secret, signal) => entryOf(account).setPassword(secret, signal),
    delete: (account, signal) => entryOf(account).deleteCredential(signal),
    find: (signal) => findCredentialsAsync(service, undefined, signal)
  }
  yield* Effect.tryPromise({
    try: async (signal) => keychain.get("default", signal),
    catch: (error) => new KeyringUnavailable(reasonOf(error))
  })
  return keychain
})

/** The name that the entry's file would have, without its extension: short, and without characters that get lost. */
const accountOf = (profile: string): string => entryFileName(profile).slice(0, -".json".length)

/**
 * The same text that the file would hold, as a secret of its own for each profile. A session that is written here or
 * removed from here is removed from `older`, the files that were in use before.
 */
export const make = (keychain: Keychain, older: Cache["Service"]): Cache["Service"] => {
  const ask = <A>(attempt: (signal: AbortSignal) => Promise<A>, otherwise: A): Effect.Effect<A> =>
    Effect.tryPromise({ try: attempt, catch: reasonOf }).pipe(
      Effect.catch((reason) => Effect.as(Effect.logDebug(`the keychain does not answer: ${reason}`), otherwise))
    )

  return Cache.of({
    read: (profile) =>
      Effect.map(ask((signal) => keychain.get(accountOf(profile), signal), null), (text) =>
        Option.fromNullishOr(text).pipe(Option.flatMap((text) => Option.fromUndefinedOr(decodeEntry(text))))),
    list: Effect.map(ask((signal) => keychain.find(signal), []), (secrets) => {
      const found: Array<Cached> = []
      for (const { account, password } of secrets) {
        const entry = decodeEntry(password)
        const profile = entry === undefined ? undefined : CacheFile.profileOf(`${account}.json`, entry)
        if (entry !== undefined && profile !== undefined) found.push({ profile, entry })
      }
      return found
    }),
    write: Effect.fn("CacheKeyring.write")(function*(profile, entry) {
      // Security: the session goes to the keychain through the library's own call, never through a command line.
      yield* Effect.tryPromise({
        try: (signal) => keychain.set(accountOf(profile), encodeEntry(entry), signal),
        catch: (error) => keychainRefusal(reasonOf(error))
      })
      yield* older.remove(profile)
    }),
    remove: Effect.fn("CacheKeyring.remove")(function*(profile) {
      const removed = yield* Effect.tryPromise({
        try: (signal) => keychain.delete(accountOf(profile), signal),
        catch: (error) => keychainRefusal(reasonOf(error), "be removed from")
      })
      const olderRemoved = yield* older.remove(profile)
      return removed || olderRemoved
    })
  })
}

/** Sessions in the OS keychain instead of this directory. */
export const layer = (directory: string): Layer.Layer<Cache, KeyringUnavailable> =>
  Layer.effect(Cache, Effect.map(open("op-aws-credential-process"), (keychain) => make(keychain, CacheFile.make(directory))))
