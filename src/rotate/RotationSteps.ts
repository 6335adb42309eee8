import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { given } from "../domain/base/Given.ts"
import type { IamFailure } from "../domain/aws/IamFailure.ts"
import type { ExitCode, Failure } from "../domain/base/Failure.ts"
import { type LongLivedKey, readKey } from "../domain/onepassword/OpItem.ts"
import { itemOf, type OpItemDocument, withKey } from "../domain/onepassword/OpItemDocument.ts"
import { OpFailure } from "../domain/onepassword/OpFailure.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { RotationFailure } from "./RotationFailure.ts"
import { journalName, type RotationJournal, rotationJournal, userKey } from "./RotationJournal.ts"
import { identityOnceKnown, type Sight } from "./RotationLook.ts"
import type { RotationDeed } from "./RotationText.ts"
import { Notes } from "../services/cache/Notes.ts"
import { OpItems } from "../services/onepassword/OpItems.ts"
import { orFail } from "../session/OrFail.ts"
import { type Deadline, endedBy } from "../session/terminal/Deadline.ts"
import { waitingForIam, waitingForOp } from "../session/terminal/Waiting.ts"

/** What the work is done on, and before whom. */
export interface Work {
  readonly settings: Settings
  readonly sight: Sight
  /** Ends whatever waits. What it interrupts is undone, or left for the next run to finish. */
  readonly deadline: Deadline
  readonly done: (deed: RotationDeed) => Effect.Effect<void>
}

/** A key, and the item that holds it. */
export interface Stored {
  readonly key: LongLivedKey
  readonly document: OpItemDocument
}

/** A failure that can be told, with what is left to do. */
export type Trouble = Failure & { readonly exitCode: ExitCode }

/** Forgets that there was a rotation. */
export const closeJournal = ({ sight }: Work) =>
  Effect.flatMap(Notes, (notes) => notes.remove(journalName({ user: userKey(sight.identity) })))

/** Writes down how far a rotation has come, before the next step of it. */
export const keepJournal = (journal: RotationJournal) =>
  Effect.flatMap(Notes, (notes) => notes.keep(journalName(journal), rotationJournal.encode(journal)))

/** A key that was deleted a moment ago counts for a while. */
export const untilThereIsRoom = Schedule.spaced("2 seconds").pipe(Schedule.upTo({ times: 5 }))

/** How long what is under way in AWS may take to say that it is done, once waiting has been ended. */
const moment = "5 seconds"

/** Changes something in IAM. A moment after waiting was ended is enough to be told in nearly every case that it is done. */
export const changing = <A>({ deadline }: Work, call: Effect.Effect<A, IamFailure>) =>
  endedBy(waitingForIam(call), Effect.catch(deadline, (ended) => Effect.delay(Effect.fail(ended), moment)))

/** Whether AWS takes the key, for the user whose key is replaced. A key of the last minute may not be known yet. */
export const prove = Effect.fnUntraced(function*({ deadline, sight }: Work, key: LongLivedKey) {
  const identity = yield* Effect.catchTag(
    endedBy(identityOnceKnown(key, sight.target), deadline),
    ["KeyUnknown", "SignatureRefused"],
    () => Effect.fail(RotationFailure.NewKeyRefused(key.accessKeyId))
  )
  if (userKey(identity) !== userKey(sight.identity)) return yield* Effect.fail(RotationFailure.NewKeyOfAnother(identity.arn))
})

/** Puts a key into the item, in one version of it, and gives it as 1Password returns it. */
export const store = Effect.fnUntraced(function*(
  { deadline, settings }: Work,
  journal: RotationJournal,
  document: OpItemDocument,
  key: LongLivedKey
) {
  const opItems = yield* OpItems
  const place = {
    cliPath: settings.cliPath,
    ...given({ account: settings.account })
  }
  const changed = yield* orFail(withKey(document, settings, key))
  const since = yield* Clock.currentTimeMillis
  yield* keepJournal({ ...journal, storing: { key: key.accessKeyId, since } })
  const written = yield* Effect.result(endedBy(waitingForOp(opItems.replace(place, changed)), deadline))
  // `op` has ended, one way or the other. What cannot be written down now costs the next run a wait, and no more.
  yield* Effect.ignore(keepJournal(journal))
  const kept = yield* Effect.fromResult(written)
  const returned = yield* orFail(readKey(itemOf(kept), settings))
  if (!isSame(returned, key)) return yield* Effect.fail(OpFailure.OpWriteNotKept(document.title))
  const stored: Stored = { key: returned, document: kept }
  return stored
})

/** Whether the two have one id and one secret. */
// Security: unwrapped to be compared.
export const isSame = (one: LongLivedKey, other: LongLivedKey): boolean =>
  one.accessKeyId === other.accessKeyId && Redacted.value(one.secretAccessKey) === Redacted.value(other.secretAccessKey)
