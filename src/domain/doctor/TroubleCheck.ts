import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import type { Trouble } from "../Status.ts"
import type { EpochMillis } from "../Time.ts"
import { formatTimeLeft } from "../TimeLeft.ts"

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
