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

const noteName = (identity: string) => `quiet-${digest(identity)}`

/** Ends the quiet time of this identity. */
export const forgetQuiet = (identity: string) => Effect.flatMap(Notes, (notes) => notes.remove(noteName(identity)))

/** The longest-lived of these sessions that may still be handed out although it is due for renewal. */
const stale = <A extends Lifetime>(kin: ReadonlyArray<A>) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Option.fromUndefinedOr(
      kin.filter((entry) => mayServeStale(entry, now))
        .toSorted((one, other) => other.credentials.expiration - one.credentials.expiration)[0]
    ))

/**
 * The session that still lives, when renewing it failed a short while ago: the person is left in peace. `kin` are the
 * cached sessions of that `identity`.
 */
export const stillQuiet = <A extends Lifetime>(identity: string, kin: ReadonlyArray<A>) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(noteName(identity))
    if (Option.isNone(text)) return Option.none<A>()
    const note = Option.fromUndefinedOr(quietNote.decode(text.value))
    const now = yield* Clock.currentTimeMillis
    return Option.isSome(note) && note.value.at <= now && now < note.value.until ? yield* stale(kin) : Option.none<A>()
  })

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
    yield* (yield* Notes).write(noteName(of.identity), text)
    yield* warn(of.profile, {
      message: `the session could not be renewed and ends at ${formatTimestamp(entry.value.credentials.expiration)}: ${failure.message}`,
      hint: failure.hint
    })
    return entry.value
  })
