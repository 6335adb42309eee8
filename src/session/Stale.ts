import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../domain/base/Digest.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { localTime } from "../domain/base/Time.ts"
import { type Lifetime, mayServeStale } from "../domain/cache/Freshness.ts"
import { isShared, noteOfFailure, quietNote } from "../domain/session/FlightNote.ts"
import { Notes } from "../services/cache/Notes.ts"
import type { NotLooked } from "./terminal/Deadline.ts"
import { remember, warn } from "./Trouble.ts"

/** How long nobody is asked again after a renewal failed: a client may call once for every request it makes. */
const quietTime = 2 * 60_000

/** The note that an identity is left in peace for a while. */
export const quietNoteName = (identity: string): string => `quiet-${digest(identity)}`

/** Ends the quiet time of this identity. */
export const forgetQuiet = (identity: string) => Effect.flatMap(Notes, (notes) => notes.remove(quietNoteName(identity)))

/** The longest-lived of these sessions that may still be handed out although it is due for renewal. */
const stale = <A extends Lifetime>(kin: ReadonlyArray<A>) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Option.fromUndefinedOr(
      kin.filter((entry) => mayServeStale(entry, now))
        .toSorted((one, other) => other.credentials.expiration - one.credentials.expiration)[0]
    ))

/** Whether renewing the session of this identity failed a short while ago, so that the person is left in peace. */
export const isQuiet = Effect.fnUntraced(function*(identity: string) {
  const text = yield* (yield* Notes).read(quietNoteName(identity))
  const note = Option.flatMapNullishOr(text, quietNote.decode)
  const now = yield* Clock.currentTimeMillis
  return Option.isSome(note) && note.value.at <= now && now < note.value.until
})

/** What is in the cache under an identity. */
export interface Kin<A extends Lifetime, R> {
  readonly identity: string
  readonly kin: Effect.Effect<ReadonlyArray<A>, NotLooked, R>
}

/** The session that still lives, while the person is left in peace. */
export const stillQuiet = Effect.fnUntraced(function*<A extends Lifetime, R>({ identity, kin }: Kin<A, R>) {
  if (!(yield* isQuiet(identity))) return Option.none<A>()
  yield* Effect.logDebug("renewing failed less than two minutes ago: an old one will do, and nobody is asked")
  return yield* stale(yield* kin)
})

/**
 * After a failed renewal: the person is left in peace while there is a session that still lives. None, and no peace,
 * where there is none or a signal has asked us to stop.
 */
export const leaveInPeace = Effect.fnUntraced(function*<A extends Lifetime, R>({ identity, kin }: Kin<A, R>, failure: Failure) {
  if (failure._tag === "Stopped") return Option.none<A>()
  // What cannot be looked at now is not handed out; what went wrong first is what is told.
  const entry = yield* stale(yield* Effect.orElseSucceed(kin, () => []))
  if (Option.isNone(entry) || (yield* isQuiet(identity))) return entry
  const at = yield* Clock.currentTimeMillis
  const text = quietNote.encode({ at, until: at + quietTime, failure: noteOfFailure(failure) })
  yield* (yield* Notes).write(quietNoteName(identity), text)
  return entry
})

/** After a failed renewal: the session that still lives, with a warning; the failure itself when there is none. */
export const staleInstead = Effect.fnUntraced(function*<A extends Lifetime, E extends Failure, R>(
  of: Kin<A, R> & { readonly profile: string },
  failure: E
) {
  const entry = yield* leaveInPeace(of, failure)
  if (Option.isNone(entry)) return yield* Effect.fail(failure)
  const warning = {
    message: `the session could not be renewed and ends at ${localTime(entry.value.credentials.expiration)}: ${failure.message}`,
    hint: failure.hint
  }
  // Whoever it happened to says it: there may be fifty of us on one terminal.
  yield* isShared(failure) ? remember("warning", of.profile, warning) : warn(of.profile, warning)
  return entry.value
})
