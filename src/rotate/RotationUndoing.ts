import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type LongLivedKey, readKey } from "../domain/onepassword/OpItem.ts"
import { itemOf } from "../domain/onepassword/OpItemDocument.ts"
import { RotationFailure, type Standing } from "./RotationFailure.ts"
import type { RotationJournal } from "./RotationJournal.ts"
import { callerOf, readDocument } from "./RotationLook.ts"
import { closeJournal, isSame, prove, store, type Stored, type Trouble, untilThereIsRoom, type Work } from "./RotationSteps.ts"
import { Iam } from "../services/aws/Iam.ts"
import { waitingForIam } from "../session/terminal/Waiting.ts"

/** The key that is replaced. */
export interface Old {
  readonly id: string
  readonly active: boolean
}

/** One whose secret is in memory still. Where another run had it, it is gone from there and from the item. */
export interface Recoverable extends Old {
  readonly key: LongLivedKey
  readonly journal: RotationJournal
}

/** Whether a key was made is not known, nor its secret: one that IAM has now is deleted, as nobody can use it. */
export const lost = Effect.fnUntraced(function*(work: Work, cause: Trouble) {
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

/**
 * Storing has failed, which does not say what 1Password holds now: that is looked at. A new key that it has after all is
 * as good as stored; else the item is left as it was, or made so.
 */
export const settle = Effect.fnUntraced(function*(work: Work, journal: RotationJournal, key: LongLivedKey, cause: Trouble) {
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
export const putBack = Effect.fnUntraced(function*(
  work: Work,
  journal: RotationJournal,
  stored: Stored,
  old: LongLivedKey,
  cause: Trouble
) {
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
export const reactivate = Effect.fnUntraced(function*(work: Work, stored: Stored, old: Old | Recoverable, cause: Trouble) {
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
export const discard = Effect.fnUntraced(function*(
  work: Work,
  { accessKeyId }: Pick<LongLivedKey, "accessKeyId">,
  cause: Trouble
) {
  const { done, sight } = work
  const iam = yield* Iam
  const old = sight.held.accessKeyId
  const deletion = waitingForIam(iam.deleteAccessKey(callerOf(sight, sight.held), accessKeyId))
  yield* undoing(deletion, patience.iam, () => unfinished(work, cause, { _tag: "Orphan", held: old, made: accessKeyId }))
  yield* done({ _tag: "Undone", key: accessKeyId })
  yield* closeJournal(work)
  return yield* Effect.fail(RotationFailure.RotationUndone(cause, old))
})

/** Ends the run and says how things stand, for the next one or for the person to go on from. */
export const unfinished = ({ settings }: Work, cause: Trouble, standing: Standing) =>
  Effect.fail(RotationFailure.RotationUnfinished(cause, standing, settings.profile))

/** How long putting things right may take where waiting has been ended already: one step of it, by who does it. */
const patience = { iam: "30 seconds", op: "2 minutes" } as const

/** Puts something right, whoever wants to leave meanwhile; or says how things stand where that does not succeed in time. */
const undoing = <A, E, R>(
  step: Effect.Effect<A, E, R>,
  duration: Duration.Input,
  otherwise: () => Effect.Effect<never, RotationFailure<"RotationUnfinished">>
) => Effect.timeoutOrElse(Effect.catch(step, otherwise), { duration, orElse: otherwise })
