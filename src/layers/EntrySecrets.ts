import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CacheUnwritable, keychainRefusal } from "../domain/CacheFailure.ts"
import type { Format } from "./EntryFiles.ts"

/** The part of the OS keychain that belongs to one service name: secrets by account. */
export interface Keychain {
  get(account: string, signal: AbortSignal): Promise<string | null>
  set(account: string, secret: string, signal: AbortSignal): Promise<void>
  /** Whether there was one. */
  delete(account: string, signal: AbortSignal): Promise<boolean>
  find(signal: AbortSignal): Promise<ReadonlyArray<{ readonly account: string; readonly password: string }>>
}

/** What the library or the system said, as one line that a terminal can show. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, " ").slice(0, 200)

/** Entries of one kind in the keychain, each a secret of its own with the text that a file of it would hold. */
export const make = <Entry>(keychain: Keychain, { decode, encode }: Format<Entry>) => {
  const ask = <A>(attempt: (signal: AbortSignal) => Promise<A>, otherwise: A): Effect.Effect<A> =>
    Effect.tryPromise({ try: attempt, catch: reasonOf }).pipe(
      Effect.catch((reason) => Effect.as(Effect.logDebug(`the keychain does not answer: ${reason}`), otherwise))
    )

  return {
    read: (account: string): Effect.Effect<Option.Option<Entry>> =>
      Effect.map(ask((signal) => keychain.get(account, signal), null), (text) =>
        Option.fromNullishOr(text).pipe(Option.flatMap((text) => Option.fromUndefinedOr(decode(text))))),

    list: Effect.map(ask((signal) => keychain.find(signal), []), (secrets) =>
      secrets.flatMap(({ account, password }) => {
        const entry = decode(password)
        return entry === undefined ? [] : [{ account, entry }]
      })),

    // Security: the session goes to the keychain through the library's own call, never through a command line.
    write: (account: string, entry: Entry): Effect.Effect<void, CacheUnwritable> =>
      Effect.tryPromise({
        try: (signal) => keychain.set(account, encode(entry), signal),
        catch: (error) => keychainRefusal(reasonOf(error))
      }),

    remove: (account: string): Effect.Effect<boolean, CacheUnwritable> =>
      Effect.tryPromise({
        try: (signal) => keychain.delete(account, signal),
        catch: (error) => keychainRefusal(reasonOf(error), "be removed from")
      })
  }
}
