import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import type { RotationJournal } from "../rotate/RotationJournal.ts"
import { wordSh } from "../ShellQuoting.ts"
import type { EpochMillis } from "../Time.ts"
import { formatTimeLeft } from "../TimeLeft.ts"

/** Rotations of access keys that were begun and did not come to their end. */
export const checkRotations = (journals: ReadonlyArray<RotationJournal>, now: EpochMillis): ReadonlyArray<Finding> =>
  journals.map(({ profile, startedAt }) => ({
    check: "rotation",
    severity: "warning",
    what: `the rotation of the access key of ${printable(profile)}, begun ${formatTimeLeft(now - startedAt)} ago, is not finished`,
    why: "the user may have a key too many: one that nobody has, or the old one, which was to be gone",
    mend: `finish it\nop-aws-credential-process rotate ${wordSh(profile)}`
  }))
