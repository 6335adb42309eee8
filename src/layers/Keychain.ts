import * as Effect from "effect/Effect"
import { leaveBehind } from "./Leaving.ts"

/** What a library does with the part of the OS keychain that belongs to one service name: secrets by account. */
export interface Library {
  get(account: string, signal: AbortSignal): Promise<string | null>
  set(account: string, secret: string, signal: AbortSignal): Promise<void>
  /** Whether there was one. */
  delete(account: string, signal: AbortSignal): Promise<boolean>
  find(signal: AbortSignal): Promise<ReadonlyArray<Found>>
}

/** A secret, and whose it is. */
export interface Found {
  readonly account: string
  readonly password: string
}

/** The same for us. A failure is one line that a terminal can show. */
export interface Keychain {
  get(account: string): Effect.Effect<string | null, string>
  set(account: string, secret: string): Effect.Effect<void, string>
  /** Whether there was one. */
  delete(account: string): Effect.Effect<boolean, string>
  readonly find: Effect.Effect<ReadonlyArray<Found>, string>
}

/** What the library or the system said. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, " ").slice(0, 200)

/** How long a call may take: somebody may have to find the dialog and unlock it. */
const patience = "20 seconds"

const noAnswer = `it did not answer within ${patience}; it may be waiting for somebody to unlock it`

/** A keychain that has not answered once is not asked again: a client waits for all of it together. */
export const make = (library: Library): Keychain => {
  let silent = false

  const ask = <A>(call: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, string> =>
    Effect.suspend(() =>
      silent ? Effect.fail(noAnswer) : Effect.tryPromise({
        try: async (signal) => call(signal),
        catch: reasonOf
      })
    ).pipe(
      Effect.onInterrupt(() => Effect.sync(leaveBehind)),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () =>
          Effect.suspend(() => {
            silent = true
            return Effect.fail(noAnswer)
          })
      })
    )

  return {
    get: (account) => ask((signal) => library.get(account, signal)),
    // Security: the secret goes to the keychain through the library's own call, never through a command line.
    set: (account, secret) => ask((signal) => library.set(account, secret, signal)),
    delete: (account) => ask((signal) => library.delete(account, signal)),
    find: ask((signal) => library.find(signal))
  }
}
