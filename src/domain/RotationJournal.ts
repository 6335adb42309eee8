import { digest } from "./Digest.ts"
import { finite, noteFormat, record, text } from "./NoteFormat.ts"
import type { EpochMillis } from "./Time.ts"

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
}

export const rotationJournal = noteFormat<RotationJournal>(
  record({ startedAt: finite, profile: text, user: text, oldKey: text }, { newKey: text })
)

/** What the names of all notes about rotations begin with. */
export const journalPrefix = "rotation-"

export const journalName = ({ user }: Pick<RotationJournal, "user">): string => `${journalPrefix}${digest(user)}`

/** A user's name that is never given to another one: names and ARNs are. */
export const userKey = ({ account, userId }: { readonly account: string; readonly userId: string }): string =>
  `${account}/${userId}`
