import type { EpochMillis } from "../domain/base/Time.ts"
import { RotationFailure } from "./RotationFailure.ts"
import type { RotationJournal } from "./RotationJournal.ts"
import type { RotationStep, UserKey } from "./RotationStep.ts"

/** All that is known when a rotation begins, or goes on after an interruption. */
export interface RotationFacts {
  /** The id of the key that the item holds; STS takes it. */
  readonly held: string
  /** The user's keys, two at most. */
  readonly keys: ReadonlyArray<UserKey>
  /** Of a rotation that did not come to its end. */
  readonly journal: RotationJournal | undefined
}

/**
 * How far apart IAM's time for a new key and the journal's start may be (milliseconds): one comes from AWS's clock and
 * one from this machine's, and the request may have been on its way for a while.
 */
const aboutThen = 10 * 60_000

/**
 * What is to be done next. Only a key that is known for certain to be the program's own is ever deleted without asking:
 * the journal names it, or it was made just when the journal says that one was about to be, and nobody ever used it.
 */
export const rotationStep = (
  { held, journal, keys }: RotationFacts
): RotationStep | RotationFailure<"HeldKeyNotListed" | "HeldKeyInactive"> => {
  const own = keys.find(({ accessKeyId }) => accessKeyId === held)
  if (own === undefined) return RotationFailure.HeldKeyNotListed(held)
  if (!own.active) return RotationFailure.HeldKeyInactive(held)
  const other = keys.find(({ accessKeyId }) => accessKeyId !== held)
  if (journal !== undefined && journal.newKey === held) {
    return other?.accessKeyId === journal.oldKey ? { _tag: "Retire", key: other } : { _tag: "Close" }
  }
  if (other === undefined) return { _tag: "Make" }
  return journal?.oldKey === held && isOrphan(other, journal) ? { _tag: "DropOrphan", key: other } : { _tag: "MakeRoom", key: other }
}

const isOrphan = (key: UserKey, { newKey, startedAt }: RotationJournal): boolean =>
  newKey === undefined
    ? key.lastUse === "never" && Math.abs(key.createdAt - startedAt) <= aboutThen
    : key.accessKeyId === newKey

/**
 * What stands against deleting a second key: it is in use, or so young that somebody may be putting it to use just now,
 * on another machine for instance. Undefined where nothing does.
 */
export const reasonToSpare = (key: UserKey, now: EpochMillis): "in use" | "young" | undefined =>
  Math.abs(now - key.createdAt) <= aboutThen
    ? "young"
    : key.active && key.lastUse !== "never"
    ? "in use"
    : undefined

/** What a person has said beforehand. */
export interface RotationConsent {
  /** The second key that may be deleted, by its id. */
  readonly deleteKey: string | undefined
  /** Nobody is asked. */
  readonly unattended: boolean
}

/**
 * What keeps a step from being done, or even from being asked about: a second key is deleted when a person names it,
 * or when it is idle and a person who is shown its story says so.
 */
export const refusedStep = (
  { held, keys, step }: { readonly held: string; readonly keys: ReadonlyArray<UserKey>; readonly step: RotationStep },
  { deleteKey, unattended }: RotationConsent,
  now: EpochMillis
): RotationFailure<"SecondKeyThere" | "WrongKeyToDelete"> | undefined => {
  const other = keys.find(({ accessKeyId }) => accessKeyId !== held)
  if (deleteKey !== undefined && deleteKey !== other?.accessKeyId) {
    return RotationFailure.WrongKeyToDelete(deleteKey, held, other?.accessKeyId)
  }
  if (step._tag !== "MakeRoom" || deleteKey !== undefined) return undefined
  const reason = reasonToSpare(step.key, now) ?? (unattended ? "unnamed" : undefined)
  return reason === undefined ? undefined : RotationFailure.SecondKeyThere(step.key, reason, now)
}
