import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../domain/base/Digest.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { isStoppedByKey } from "../domain/base/Stopped.ts"
import { identityKey, identityOf } from "../domain/cache/Identity.ts"
import { FlightFailure } from "../domain/session/FlightFailure.ts"
import { noteOfFailure, refusalNote } from "../domain/session/FlightNote.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Caller } from "../services/host/Caller.ts"

/** How long a person's no is remembered for the calls of one client (milliseconds). */
const memory = 10_000

/** The failures that are a person's answer. */
const refusals = new Set(["ApprovalDismissed", "CodesRefused", "PromptEnded", "DialogDismissed"])

/** Whether a person said no, which is not to be asked again at once. */
export const isRefusal = (failure: Failure): boolean =>
  refusals.has(noteOfFailure(failure).tag) || isStoppedByKey(failure)

const noteOf = (identity: string) => `refusals-${digest(identity)}`

const noteName = (settings: Settings) => noteOf(identityKey(identityOf(settings)))

/**
 * Does the work, unless a person has just refused the same to a process of the same group. Java, Rust and minio-go
 * answer a failed call by calling again for every request that was waiting, one after another, each through a fresh
 * `sh`; the process group is what these calls have in common.
 */
export const notSoonAfterRefusal = Effect.fnUntraced(function*<A, E extends Failure, R>(
  settings: Settings,
  work: Effect.Effect<A, E, R>
) {
  const group = yield* (yield* Caller).group
  const remembered = (yield* recent(settings)).find((refusal) => refusal.group === group)
  if (remembered !== undefined) return yield* Effect.fail(FlightFailure.RememberedRefusal(remembered.failure))
  return yield* Effect.tapError(work, (failure) => isRefusal(failure) ? remember(settings, group, failure) : Effect.void)
})

/** Lets everybody ask again for this identity. */
export const forgetRefusals = (identity: string) => Effect.flatMap(Notes, (notes) => notes.remove(noteOf(identity)))

const recent = Effect.fnUntraced(function*(settings: Settings) {
  const text = yield* (yield* Notes).read(noteName(settings))
  const note = Option.flatMapNullishOr(text, refusalNote.decode)
  const now = yield* Clock.currentTimeMillis
  return Option.isNone(note) ? [] : note.value.refusals.filter(({ at }) => at <= now && now < at + memory)
})

const remember = Effect.fnUntraced(function*(settings: Settings, group: string, failure: Failure) {
  const at = yield* Clock.currentTimeMillis
  const others = (yield* recent(settings)).filter((refusal) => refusal.group !== group)
  const text = refusalNote.encode({ refusals: [...others, { group, at, failure: noteOfFailure(failure) }] })
  yield* (yield* Notes).write(noteName(settings), text)
})
