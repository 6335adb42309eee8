import type { EpochMillis } from "../domain/base/Time.ts"

/** As IAM keeps account of it, which may be hours late; `unknown` where it was not asked or did not say. */
export type LastUse = EpochMillis | "never" | "unknown"

/** An access key of the user, as IAM has it. */
export interface UserKey {
  readonly accessKeyId: string
  readonly active: boolean
  readonly createdAt: EpochMillis
  readonly lastUse: LastUse
}

export type RotationStep =
  /** Nothing is in the way of a new key. */
  | { readonly _tag: "Make" }
  /** A rotation that was interrupted made this key, whose secret nobody has: it is deleted before a new one is made. */
  | { readonly _tag: "DropOrphan"; readonly key: UserKey }
  /** The item has the new key already: what is left is to put an end to this one. */
  | { readonly _tag: "Retire"; readonly key: UserKey }
  /** The rotation came to its end, and only the journal does not say so. */
  | { readonly _tag: "Close" }
  /** A second key that nobody can tell the story of, so that a person has to say whether it may go. */
  | { readonly _tag: "MakeRoom"; readonly key: UserKey }
