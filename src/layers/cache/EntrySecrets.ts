import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Stopped } from "../../domain/base/Stopped.ts"
import { type CacheUnwritable, keychainRefusal } from "../../domain/cache/CacheFailure.ts"
import type { Format } from "./EntryFiles.ts"
import type { Keychain } from "../keychain/Keychain.ts"
import type { CacheClosed } from "../../services/cache/Cache.ts"

/** Entries of one kind in the keychain, each a secret of its own with the text that a file of it would hold. */
export const make = <Entry>(keychain: Keychain, { decode, encode }: Format<Entry>) => {
  const change = <A>(work: Effect.Effect<A, CacheClosed>, attempt?: string): Effect.Effect<A, CacheUnwritable | Stopped> =>
    Effect.catchTag(work, "KeyringUnavailable", ({ reason }) => Effect.fail(keychainRefusal(reason, attempt)))

  return {
    read: (account: string): Effect.Effect<Option.Option<Entry>, CacheClosed> =>
      Effect.map(keychain.get(account), (text) =>
        Option.fromNullishOr(text).pipe(Option.flatMap((text) => Option.fromUndefinedOr(decode(text))))),

    list: Effect.map(keychain.find, (secrets) =>
      secrets.flatMap(({ account, password }) => {
        const entry = decode(password)
        return entry === undefined ? [] : [{ account, entry }]
      })),

    write: (account: string, entry: Entry) => change(keychain.set(account, encode(entry))),

    remove: (account: string) => change(keychain.delete(account), "be removed from")
  }
}
