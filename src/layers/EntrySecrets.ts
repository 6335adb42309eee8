import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CacheUnwritable, keychainRefusal } from "../domain/CacheFailure.ts"
import type { Format } from "./EntryFiles.ts"
import type { Keychain } from "./Keychain.ts"

/** Entries of one kind in the keychain, each a secret of its own with the text that a file of it would hold. */
export const make = <Entry>(keychain: Keychain, { decode, encode }: Format<Entry>) => {
  const ask = <A>(answer: Effect.Effect<A, string>, otherwise: A): Effect.Effect<A> =>
    Effect.catch(answer, (reason) => Effect.as(Effect.logDebug(`the keychain does not answer: ${reason}`), otherwise))

  return {
    read: (account: string): Effect.Effect<Option.Option<Entry>> =>
      Effect.map(ask(keychain.get(account), null), (text) =>
        Option.fromNullishOr(text).pipe(Option.flatMap((text) => Option.fromUndefinedOr(decode(text))))),

    list: Effect.map(ask(keychain.find, []), (secrets) =>
      secrets.flatMap(({ account, password }) => {
        const entry = decode(password)
        return entry === undefined ? [] : [{ account, entry }]
      })),

    write: (account: string, entry: Entry): Effect.Effect<void, CacheUnwritable> =>
      Effect.mapError(keychain.set(account, encode(entry)), (reason) => keychainRefusal(reason)),

    remove: (account: string): Effect.Effect<boolean, CacheUnwritable> =>
      Effect.mapError(keychain.delete(account), (reason) => keychainRefusal(reason, "be removed from"))
  }
}
