import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type { ExitCode, Failure } from "../../domain/Failure.ts"
import type { IamFailure } from "../../domain/IamFailure.ts"
import { type LongLivedKey, readKey } from "../../domain/OpItem.ts"
import { itemOf, type OpItemDocument, withKey } from "../../domain/OpItemDocument.ts"
import { OpWriteNotKept } from "../../domain/OpWriteFailure.ts"
import {
  ChangedMeanwhile,
  NewKeyOfAnother,
  NewKeyRefused,
  RotationUndone,
  RotationUnfinished,
  type Standing
} from "../../domain/rotate/RotationFailure.ts"
import { journalName, type RotationJournal, rotationJournal, userKey } from "../../domain/rotate/RotationJournal.ts"
import type { RotationDeed } from "../../domain/rotate/RotationText.ts"
import type { Settings } from "../../domain/Settings.ts"
import { Iam } from "../../services/Iam.ts"
import { Notes } from "../../services/Notes.ts"
import { OpItems } from "../../services/OpItems.ts"
import { type Deadline, endedBy } from "../Deadline.ts"
import { orFail } from "../OrFail.ts"
import { callerOf, identityOnceKnown, readDocument, type Sight } from "./RotationLook.ts"
import { waitingForIam, waitingForOp } from "../Waiting.ts"

/** What the work is done on, and before whom. */
export interface Work {
  readonly settings: Settings
  readonly sight: Sight
  /** Ends whatever waits. What it interrupts is undone, or left for the next run to finish. */
  readonly deadline: Deadline
  readonly done: (deed: RotationDeed) => Effect.Effect<void>
}

/** A key, and the item that holds it. */
interface Stored {
  readonly key: LongLivedKey
  readonly document: OpItemDocument
}

interface Old {
  readonly id: string
  readonly active: boolean
}

/** One whose secret is in memory still. Where another run had it, it is gone from there and from the item. */
interface Recoverable extends Old {
  readonly key: LongLivedKey
  readonly journal: RotationJournal
}

type Trouble = Failure & { readonly exitCode: ExitCode }

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

/** Forgets that there was a rotation. */
export const closeJournal = ({ sight }: Work) =>
  Effect.flatMap(Notes, (notes) => notes.remove(journalName({ user: userKey(sight.identity) })))

const keepJournal = (journal: RotationJournal) =>
  Effect.flatMap(Notes, (notes) => notes.keep(journalName(journal), rotationJournal.encode(journal)))

/** A key that was deleted a moment ago counts for a while. */
const untilThereIsRoom = Schedule.spaced("2 seconds").pipe(Schedule.upTo({ times: 5 }))

const create = (work: Work) =>
  Effect.gen(function*() {
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
const notMade = (work: Work, cause: Trouble) =>
  Effect.gen(function*() {
    const { journal } = work.sight
    yield* journal === undefined ? closeJournal(work) : keepJournal(journal)
    return yield* Effect.fail(cause)
  })

/** Whether a key was made is not known, nor its secret. */
const lost = (work: Work, cause: Trouble) =>
  Effect.gen(function*() {
    const { sight } = work
    const iam = yield* Iam
    const caller = callerOf(sight, sight.held)
    const held = sight.held.accessKeyId
    const known = sight.keys.map(({ accessKeyId }) => accessKeyId)
    const nobodyKnows = () => unfinished(work, cause, { _tag: "Orphan", held, made: undefined })
    const listed = yield* undoing(waitingForIam(iam.accessKeys(caller)), patience.iam, nobodyKnows)
    const made = listed.find(({ accessKeyId }) => !known.includes(accessKeyId))
    return yield* made === undefined ? nobodyKnows() : discard(work, made, cause)
  })

/** Writes down which key it is, tries it, and reads the item once more: the one it is changed in must be the latest. */
const prepare = (work: Work, journal: RotationJournal, key: LongLivedKey) =>
  Effect.gen(function*() {
    const { deadline, settings, sight } = work
    yield* keepJournal({ ...journal, newKey: key.accessKeyId })
    yield* prove(work, key)
    const document = yield* endedBy(readDocument(settings), deadline)
    const held = yield* orFail(readKey(itemOf(document), settings))
    if (!isSame(held, sight.held)) return yield* Effect.fail(new ChangedMeanwhile("item"))
    return document
  })

/** Whether AWS takes the key, for the user whose key is replaced. A key of the last minute may not be known yet. */
const prove = ({ deadline, sight }: Work, key: LongLivedKey) =>
  Effect.gen(function*() {
    const identity = yield* Effect.catchTag(
      endedBy(identityOnceKnown(key, sight.target), deadline),
      ["KeyUnknown", "SignatureRefused"],
      () => Effect.fail(new NewKeyRefused(key.accessKeyId))
    )
    if (userKey(identity) !== userKey(sight.identity)) return yield* Effect.fail(new NewKeyOfAnother(identity.arn))
  })

/** Whether a failed proof says that the key will never do. Everything else says nothing about the key. */
const isDead = (cause: Failure): cause is NewKeyRefused | NewKeyOfAnother =>
  cause instanceof NewKeyRefused || cause instanceof NewKeyOfAnother

const isOther = <A extends Failure>(cause: A): cause is Exclude<A, NewKeyRefused | NewKeyOfAnother | RotationUndone | RotationUnfinished> =>
  !isDead(cause) && !(cause instanceof RotationUndone) && !(cause instanceof RotationUnfinished)

/** Puts a key into the item, in one version of it, and gives it as 1Password returns it. */
const store = ({ deadline, settings }: Work, journal: RotationJournal, document: OpItemDocument, key: LongLivedKey) =>
  Effect.gen(function*() {
    const opItems = yield* OpItems
    const place = {
      cliPath: settings.cliPath,
      ...(settings.account === undefined ? undefined : { account: settings.account })
    }
    const changed = yield* orFail(withKey(document, settings, key))
    const since = yield* Clock.currentTimeMillis
    yield* keepJournal({ ...journal, storing: { key: key.accessKeyId, since } })
    const written = yield* Effect.result(endedBy(waitingForOp(opItems.replace(place, changed)), deadline))
    // `op` has ended, one way or the other. What cannot be written down now costs the next run a wait, and no more.
    yield* Effect.ignore(keepJournal(journal))
    const kept = yield* Effect.fromResult(written)
    const returned = yield* orFail(readKey(itemOf(kept), settings))
    if (!isSame(returned, key)) return yield* Effect.fail(new OpWriteNotKept(document.title))
    const stored: Stored = { key: returned, document: kept }
    return stored
  })

/**
 * Storing has failed, which does not say what 1Password holds now: that is looked at. A new key that it has after all is
 * as good as stored; else the item is left as it was, or made so.
 */
const settle = (work: Work, journal: RotationJournal, key: LongLivedKey, cause: Trouble) =>
  Effect.gen(function*() {
    const { settings, sight } = work
    const either = () =>
      unfinished(work, cause, { _tag: "Either", made: key.accessKeyId, old: sight.held.accessKeyId })
    // What `op` had sent when it was ended may be on its way.
    yield* Effect.sleep("3 seconds")
    const document = yield* undoing(readDocument(settings), patience.op, either)
    const held = readKey(itemOf(document), settings)
    if (!(held instanceof Error) && isSame(held, key)) {
      const stored: Stored = { key: held, document }
      return stored
    }
    if (held instanceof Error || !isSame(held, sight.held)) {
      yield* undoing(store({ ...work, deadline: Effect.never }, journal, document, sight.held), patience.op, either)
      yield* work.done({ _tag: "PutBack", key: sight.held.accessKeyId })
    }
    return yield* discard(work, key, cause)
  })

/** The item holds the new key and AWS does not take it: the old one, which is active, goes back. */
const putBack = (work: Work, journal: RotationJournal, stored: Stored, old: LongLivedKey, cause: Trouble) =>
  Effect.gen(function*() {
    const lasting: Work = { ...work, deadline: Effect.never }
    const ids = { held: stored.key.accessKeyId, old: old.accessKeyId }
    const again = Effect.retry(store(lasting, journal, stored.document, old), { schedule: untilThereIsRoom })
    yield* undoing(again, patience.op, () => unfinished(work, cause, { _tag: "Stranded", ...ids }))
    yield* work.done({ _tag: "PutBack", key: old.accessKeyId })
    yield* undoing(prove(lasting, old), patience.op, () =>
      unfinished(work, cause, { _tag: "Orphan", held: old.accessKeyId, made: stored.key.accessKeyId }))
    return yield* discard(work, stored.key, cause)
  })

/** Too early: the old key is needed after all. */
const reactivate = (work: Work, stored: Stored, old: Old | Recoverable, cause: Trouble) =>
  Effect.gen(function*() {
    const iam = yield* Iam
    const ids = { held: stored.key.accessKeyId, old: old.id }
    const activation = waitingForIam(iam.setActive(callerOf(work.sight, stored.key), old.id, true))
    yield* undoing(activation, patience.iam, () => unfinished(work, cause, { _tag: "Lost", ...ids }))
    yield* work.done({ _tag: "Activated", key: old.id })
    return yield* "key" in old
      ? putBack(work, old.journal, stored, old.key, cause)
      : unfinished(work, cause, { _tag: "Stranded", ...ids })
  })

/** Deletes the new key again. The item holds the old one. */
const discard = (work: Work, { accessKeyId }: Pick<LongLivedKey, "accessKeyId">, cause: Trouble) =>
  Effect.gen(function*() {
    const { done, sight } = work
    const iam = yield* Iam
    const old = sight.held.accessKeyId
    const deletion = waitingForIam(iam.deleteAccessKey(callerOf(sight, sight.held), accessKeyId))
    yield* undoing(deletion, patience.iam, () => unfinished(work, cause, { _tag: "Orphan", held: old, made: accessKeyId }))
    yield* done({ _tag: "Undone", key: accessKeyId })
    yield* closeJournal(work)
    return yield* Effect.fail(new RotationUndone(cause, old))
  })

const unfinished = ({ settings }: Work, cause: Trouble, standing: Standing) =>
  Effect.fail(new RotationUnfinished(cause, standing, settings.profile))

/** How long what is under way in AWS may take to say that it is done, once waiting has been ended. */
const moment = "5 seconds"

/** Changes something in IAM. A moment after waiting was ended is enough to be told in nearly every case that it is done. */
const changing = <A>({ deadline }: Work, call: Effect.Effect<A, IamFailure>) =>
  endedBy(waitingForIam(call), Effect.catch(deadline, (ended) => Effect.delay(Effect.fail(ended), moment)))

/** How long putting things right may take where waiting has been ended already: one step of it, by who does it. */
const patience = { iam: "30 seconds", op: "2 minutes" } as const

/** Puts something right, whoever wants to leave meanwhile; or says how things stand where that does not succeed in time. */
const undoing = <A, E, R>(
  step: Effect.Effect<A, E, R>,
  duration: Duration.Input,
  otherwise: () => Effect.Effect<never, RotationUnfinished>
) => Effect.timeoutOrElse(Effect.catch(step, otherwise), { duration, orElse: otherwise })

/** Changes something in IAM. Without a session the new key calls, and IAM may not know it yet. */
const onceKnown = <A>(work: Work, call: Effect.Effect<A, IamFailure>) =>
  changing(
    work,
    Effect.retry(call, {
      schedule: untilThereIsRoom,
      while: ({ _tag }) => work.sight.session === undefined && _tag === "IamKeyUnknown"
    })
  )

// Security: unwrapped to be compared.
const isSame = (one: LongLivedKey, other: LongLivedKey): boolean =>
  one.accessKeyId === other.accessKeyId && Redacted.value(one.secretAccessKey) === Redacted.value(other.secretAccessKey)
