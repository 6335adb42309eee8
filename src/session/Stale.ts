import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import { digest } from "../domain/Digest.ts"
import type { Failure } from "../domain/Failure.ts"
import { noteOfFailure, QuietNoteText } from "../domain/FlightNote.ts"
import { mayServeStale } from "../domain/Freshness.ts"
import { identityKey } from "../domain/Identity.ts"
import { identityOf, type Settings } from "../domain/Settings.ts"
import { Stopped } from "../domain/Stopped.ts"
import { formatTimestamp } from "../domain/Timestamp.ts"
import { Notes } from "../services/Notes.ts"
import { warn } from "./Trouble.ts"

/** How long nobody is asked again after a renewal failed: a client may call once for every request it makes. */
const quietTime = 2 * 60_000

const decode = Schema.decodeUnknownEffect(QuietNoteText)
const encode = Schema.encodeEffect(QuietNoteText)

const noteName = (settings: Settings) => `quiet-${digest(identityKey(identityOf(settings)))}`

/** The longest-lived of these sessions that may still be handed out although it is due for renewal. */
const stale = (kin: ReadonlyArray<CacheEntry>) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Option.fromUndefinedOr(
      kin.filter((entry) => mayServeStale(entry, now))
        .toSorted((one, other) => other.credentials.expiration - one.credentials.expiration)[0]
    ))

/** The session that still lives, when renewing it failed a short while ago: the person is left in peace. */
export const stillQuiet = (settings: Settings, kin: ReadonlyArray<CacheEntry>) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(noteName(settings))
    if (Option.isNone(text)) return Option.none<CacheEntry>()
    const note = yield* Effect.option(decode(text.value))
    const now = yield* Clock.currentTimeMillis
    return Option.isSome(note) && note.value.at <= now && now < note.value.until ? yield* stale(kin) : Option.none<CacheEntry>()
  })

/** After a failed renewal: the session that still lives, with a warning; the failure itself when there is none. */
export const staleInstead = <E extends Failure, R>(
  settings: Settings,
  kin: Effect.Effect<ReadonlyArray<CacheEntry>, never, R>,
  failure: E
) =>
  Effect.gen(function*() {
    if (failure instanceof Stopped) return yield* Effect.fail(failure)
    const entry = yield* stale(yield* kin)
    if (Option.isNone(entry)) return yield* Effect.fail(failure)
    const at = yield* Clock.currentTimeMillis
    const text = yield* Effect.orDie(encode({ at, until: at + quietTime, failure: noteOfFailure(failure) }))
    yield* (yield* Notes).write(noteName(settings), text)
    yield* warn(settings.profile, {
      message: `the session could not be renewed and ends at ${formatTimestamp(entry.value.credentials.expiration)}: ${failure.message}`,
      hint: failure.hint
    })
    return entry.value
  })
