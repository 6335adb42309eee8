import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../domain/Digest.ts"
import type { Failure } from "../domain/Failure.ts"
import { noteOfFailure, quietNote } from "../domain/FlightNote.ts"
import { type Lifetime, mayServeStale } from "../domain/Freshness.ts"
import { Stopped } from "../domain/Stopped.ts"
import { formatTimestamp } from "../domain/Timestamp.ts"
import { Notes } from "../services/Notes.ts"
import { warn } from "./Trouble.ts"

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
export const isQuiet = (identity: string) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(quietNoteName(identity))
    const note = Option.flatMapNullishOr(text, quietNote.decode)
    const now = yield* Clock.currentTimeMillis
    return Option.isSome(note) && note.value.at <= now && now < note.value.until
  })

/** The session that still lives, while the person is left in peace. `kin` are the cached sessions of that `identity`. */
export const stillQuiet = <A extends Lifetime>(identity: string, kin: ReadonlyArray<A>) =>
  Effect.flatMap(isQuiet(identity), (quiet) => quiet ? stale(kin) : Effect.succeedNone)

/** After a failed renewal: the session that still lives, with a warning; the failure itself when there is none. */
export const staleInstead = <A extends Lifetime, E extends Failure, R>(
  of: { readonly identity: string; readonly profile: string; readonly kin: Effect.Effect<ReadonlyArray<A>, never, R> },
  failure: E
) =>
  Effect.gen(function*() {
    if (failure instanceof Stopped) return yield* Effect.fail(failure)
    const entry = yield* stale(yield* of.kin)
    if (Option.isNone(entry)) return yield* Effect.fail(failure)
    const at = yield* Clock.currentTimeMillis
    const text = quietNote.encode({ at, until: at + quietTime, failure: noteOfFailure(failure) })
    yield* (yield* Notes).write(quietNoteName(of.identity), text)
    yield* warn(of.profile, {
      message: `the session could not be renewed and ends at ${formatTimestamp(entry.value.credentials.expiration)}: ${failure.message}`,
      hint: failure.hint
    })
    return entry.value
  })
