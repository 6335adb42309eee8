import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { IamFailure } from "../domain/aws/IamFailure.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { type LongLivedKey, readKey } from "../domain/onepassword/OpItem.ts"
import { itemOf } from "../domain/onepassword/OpItemDocument.ts"
import { RotationFailure } from "./RotationFailure.ts"
import { type RotationJournal, userKey } from "./RotationJournal.ts"
import { callerOf, readDocument } from "./RotationLook.ts"
import {
  changing,
  closeJournal,
  isSame,
  keepJournal,
  prove,
  store,
  type Stored,
  type Trouble,
  untilThereIsRoom,
  type Work
} from "./RotationSteps.ts"
import { discard, lost, type Old, putBack, reactivate, type Recoverable, settle, unfinished } from "./RotationUndoing.ts"
import { Iam } from "../services/aws/Iam.ts"
import { orFail } from "../session/OrFail.ts"
import { endedBy } from "../session/terminal/Deadline.ts"
import { waitingForIam } from "../session/terminal/Waiting.ts"

/** AWS's own example, which is nobody's key. */
const nobodysKey = "AKIAIOSFODNN7EXAMPLE"

/**
 * Asks IAM to do what will be needed later, with a key that there is not: who may not is told so here, and who may is
 * told that there is no such key. So nothing is begun that a policy does not let end.
 */
export const checkPermissions = Effect.fn("checkPermissions")(function*({ deadline, sight }: Work) {
  const iam = yield* Iam
  const caller = callerOf(sight, sight.held)
  const allowed = (asked: Effect.Effect<void, IamFailure>) =>
    Effect.catchTag(endedBy(waitingForIam(asked), deadline), "AccessKeyMissing", () => Effect.void)
  yield* allowed(iam.setActive(caller, nobodysKey, false))
  yield* allowed(iam.deleteAccessKey(caller, nobodysKey))
})

/** Deletes a key that is in the way. */
export const removeKey = Effect.fn("removeKey")(function*(work: Work, id: string) {
  const { done, sight } = work
  yield* changing(work, (yield* Iam).deleteAccessKey(callerOf(sight, sight.held), id))
  yield* done({ _tag: "Deleted", key: id })
})

/**
 * Makes a new key and puts it into the item in place of the old one, and then puts an end to that. The new key is tried
 * before it is stored, so that nobody who reads the item meanwhile gets one that AWS does not know yet; until it is
 * stored its secret is in memory alone. What goes wrong before the item holds a key that works is undone.
 */
export const replaceKey = Effect.fn("replaceKey")(function*(work: Work) {
  const { done, settings: { profile }, sight } = work
  const old = { id: sight.held.accessKeyId, active: true, key: sight.held }
  const journal: RotationJournal = {
    startedAt: yield* Clock.currentTimeMillis,
    profile,
    user: userKey(sight.identity),
    oldKey: old.id
  }
  yield* keepJournal(journal)
  const key = yield* create(work)
  yield* done({ _tag: "Made", key: key.accessKeyId })
  const document = yield* Effect.catch(prepare(work, journal, key), (cause) => discard(work, key, cause))
  yield* done({ _tag: "Known", key: key.accessKeyId })
  const written = { ...journal, newKey: key.accessKeyId }
  const stored = yield* Effect.catch(store(work, written, document, key), (cause) => settle(work, written, key, cause))
  yield* done({ _tag: "Stored", key: key.accessKeyId })
  yield* prove(work, stored.key).pipe(
    Effect.catchIf(isDead, (cause) => putBack(work, written, stored, sight.held, cause)),
    Effect.catchIf(isOther, (cause) => unfinished(work, cause, { _tag: "BothWork", held: key.accessKeyId, old: old.id }))
  )
  yield* done({ _tag: "Proved", key: key.accessKeyId })
  yield* retireKey(work, stored, { ...old, journal: written })
  return stored.key
})

/**
 * Puts an end to the old key: it is made inactive, which can be taken back, and deleted when AWS has taken the new one
 * once more.
 */
export const retireKey = Effect.fn("retireKey")(function*(work: Work, stored: Stored, old: Old | Recoverable) {
  const { done, sight } = work
  const iam = yield* Iam
  const caller = callerOf(sight, stored.key)
  const ids = { held: stored.key.accessKeyId, old: old.id }
  if (old.active) {
    yield* Effect.catch(onceKnown(work, iam.setActive(caller, old.id, false)), (cause) =>
      unfinished(work, cause, { _tag: "BothWork", ...ids }))
    yield* done({ _tag: "Deactivated", key: old.id })
  }
  yield* prove(work, stored.key).pipe(
    Effect.catchIf(isDead, (cause) => reactivate(work, stored, old, cause)),
    Effect.catchIf(isOther, (cause) => unfinished(work, cause, { _tag: "OldInactive", ...ids }))
  )
  yield* Effect.catch(onceKnown(work, iam.deleteAccessKey(caller, old.id)), (cause) =>
    unfinished(work, cause, { _tag: "OldInactive", ...ids }))
  yield* done({ _tag: "Deleted", key: old.id })
  yield* closeJournal(work)
})

const create = Effect.fnUntraced(function*(work: Work) {
  const { sight } = work
  const iam = yield* Iam
  const hadOther = sight.keys.length > 1
  const made = yield* Effect.result(
    changing(work, iam.createAccessKey(callerOf(sight, sight.held))).pipe(
      Effect.retry({ schedule: untilThereIsRoom, while: ({ _tag }) => hadOther && _tag === "AccessKeyLimit" })
    )
  )
  if (Result.isSuccess(made)) return made.success
  const isKnown = "answerUnknown" in made.failure && !made.failure.answerUnknown
  return yield* isKnown ? notMade(work, made.failure) : lost(work, made.failure)
})

/** A key that an earlier run may have made stays written down, as IAM may be late to list it. */
const notMade = Effect.fnUntraced(function*(work: Work, cause: Trouble) {
  const { journal } = work.sight
  yield* journal === undefined ? closeJournal(work) : keepJournal(journal)
  return yield* Effect.fail(cause)
})

/** Writes down which key it is, tries it, and reads the item once more: the one it is changed in must be the latest. */
const prepare = Effect.fnUntraced(function*(work: Work, journal: RotationJournal, key: LongLivedKey) {
  const { deadline, settings, sight } = work
  yield* keepJournal({ ...journal, newKey: key.accessKeyId })
  yield* prove(work, key)
  const document = yield* endedBy(readDocument(settings), deadline)
  const held = yield* orFail(readKey(itemOf(document), settings))
  if (!isSame(held, sight.held)) return yield* Effect.fail(RotationFailure.ChangedMeanwhile("item"))
  return document
})

/** Whether a failed proof says that the key will never do. Everything else says nothing about the key. */
const isDead = (cause: Failure): cause is RotationFailure<"NewKeyRefused" | "NewKeyOfAnother"> =>
  cause._tag === "NewKeyRefused" || cause._tag === "NewKeyOfAnother"

const isOther = <A extends Failure>(
  cause: A
): cause is Exclude<A, RotationFailure<"NewKeyRefused" | "NewKeyOfAnother" | "RotationUndone" | "RotationUnfinished">> =>
  !isDead(cause) && cause._tag !== "RotationUndone" && cause._tag !== "RotationUnfinished"

/** Changes something in IAM. Without a session the new key calls, and IAM may not know it yet. */
const onceKnown = <A>(work: Work, call: Effect.Effect<A, IamFailure>) =>
  changing(
    work,
    Effect.retry(call, {
      schedule: untilThereIsRoom,
      while: ({ _tag }) => work.sight.session === undefined && _tag === "IamKeyUnknown"
    })
  )
