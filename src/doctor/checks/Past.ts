import { printable } from "../../domain/base/Printable.ts"
import { wordSh } from "../../domain/base/ShellQuoting.ts"
import { type EpochMillis, formatTimeLeft } from "../../domain/base/Time.ts"
import type { Trouble } from "../../domain/session/FlightNote.ts"
import type { Finding } from "../Finding.ts"
import type { RotationJournal } from "../../rotate/RotationJournal.ts"

export interface TroubleFacts {
  readonly profile: string
  readonly failure: Trouble | undefined
  readonly warning: Trouble | undefined
  /** When the newest session that is cached for the profile was made. */
  readonly madeAt: EpochMillis | undefined
  readonly now: EpochMillis
}

/** Longer ago than this (milliseconds), something that went wrong says nothing about today. */
const memory = 7 * 24 * 3_600_000

/** What went wrong last, unless a session was made since then. */
export const checkTrouble = ({ failure, madeAt, now, profile, warning }: TroubleFacts): ReadonlyArray<Finding> =>
  ([["failed", failure], ["warned", warning]] as const).flatMap(([did, trouble]) => {
    if (trouble === undefined || now - trouble.at > memory || madeAt !== undefined && madeAt > trouble.at) return []
    return [{
      check: "trouble",
      severity: did === "failed" ? "error" : "warning",
      what: `${printable(profile)} ${did} ${formatTimeLeft(now - trouble.at)} ago: ${printable(trouble.message, 1000)}`,
      why: "several clients never show what this program says, so it may have gone unseen",
      mend: printable(trouble.hint, 1000)
    }]
  })

/** Rotations of access keys that were begun and did not come to their end. */
export const checkRotations = (journals: ReadonlyArray<RotationJournal>, now: EpochMillis): ReadonlyArray<Finding> =>
  journals.map(({ profile, startedAt }) => ({
    check: "rotation",
    severity: "warning",
    what: `the rotation of the access key of ${printable(profile)}, begun ${formatTimeLeft(now - startedAt)} ago, is not finished`,
    why: "the user may have a key too many: one that nobody has, or the old one, which was to be gone",
    mend: `finish it\nop-aws-credential-process rotate ${wordSh(profile)}`
  }))
