import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../domain/base/Digest.ts"
import { finite, noteFormat, record, text } from "../domain/base/NoteFormat.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import { Notes } from "../services/cache/Notes.ts"

/**
 * What is written down before a key is made, so that a run after an interruption knows which of two keys is whose. It
 * never holds a secret.
 */
export interface RotationJournal {
  readonly startedAt: EpochMillis
  readonly profile: string
  /** The IAM user, as `userKey` writes it. */
  readonly user: string
  /** The key that the item held. */
  readonly oldKey: string
  /** The key that was made; undefined where it was not made yet, or nobody lived to write it down. */
  readonly newKey?: string
  /** While 1Password is written to: the key that is being stored, and since when. */
  readonly storing?: { readonly key: string; readonly since: EpochMillis }
}

export const rotationJournal = noteFormat<RotationJournal>(
  record(
    { startedAt: finite, profile: text, user: text, oldKey: text },
    { newKey: text, storing: record({ key: text, since: finite }) }
  )
)

/**
 * How long a write to 1Password may go on (milliseconds) after the process that began it was killed: `op` outlives that,
 * and waits for an approval for a minute and a half.
 */
const longestWrite = 3 * 60_000

/**
 * How long it is not yet certain what the item will hold, in milliseconds: a killed run may have left an `op` behind
 * that is about to write to it. Whatever is done to one of the keys until then may be done to the one that is stored.
 */
export const unsettledFor = (journal: RotationJournal | undefined, held: string, now: EpochMillis): number => {
  const storing = journal?.storing
  if (storing === undefined || storing.key === held || now < storing.since) return 0
  return Math.max(0, storing.since + longestWrite - now)
}

/** What the names of all notes about rotations begin with. */
export const journalPrefix = "rotation-"

export const journalName = ({ user }: Pick<RotationJournal, "user">): string => `${journalPrefix}${digest(user)}`

/** A user's name that is never given to another one: names and ARNs are. */
export const userKey = ({ account, userId }: { readonly account: string; readonly userId: string }): string =>
  `${account}/${userId}`

/** Every rotation on this machine that has not come to its end. */
export const readJournals = Effect.gen(function*() {
  const notes = yield* Notes
  const names = [...yield* notes.names].filter((name) => name.startsWith(journalPrefix))
  const texts = yield* Effect.forEach(names, (name) => notes.read(name))
  return texts.flatMap((text): ReadonlyArray<RotationJournal> => {
    const journal = Option.isNone(text) ? undefined : rotationJournal.decode(text.value)
    return journal === undefined ? [] : [journal]
  })
})
