import { finite, integer, listOf, noteFormat, record, text } from "../base/NoteFormat.ts"
import type { EpochMillis } from "../base/Time.ts"

/** What is remembered of the codes that were sent for one MFA device: never the digits themselves. */
export interface SpentNote {
  /** The latest 30-second step of an item's one-time password that was sent. */
  readonly step?: number
  /** The latest one that AWS is known to have taken. */
  readonly taken?: number
  /** Keyed hashes of the codes, when they were sent (epoch milliseconds), and which key it was, by `spentKeyMark`. */
  readonly codes: ReadonlyArray<{ readonly digest: string; readonly at: number; readonly key?: number }>
}

export const spentNote = noteFormat<SpentNote>(
  record({ codes: listOf(record({ digest: text, at: finite }, { key: finite })) }, { step: integer, taken: integer })
)

/**
 * AWS takes a code a step early or late. What was sent for more than three steps from now, and was not seen to be taken,
 * was made by a clock that was ahead: there is no need to wait until that moment comes.
 */
const farthest = 3

/** Whether the code of this step was sent before, or is older than one that AWS has taken. */
export const isStepSpent = (step: number, { step: sent, taken }: SpentNote): boolean =>
  (taken !== undefined && step <= taken) || (sent !== undefined && step <= sent && sent - step <= farthest)

/** How long a device shows the same digits (milliseconds). */
const shown = 30_000

/**
 * Whether a code with this digest was sent before, or may have been: what was remembered with another key, which is lost,
 * says nothing about digits, so that all of them are doubtful for as long as a device shows the same.
 */
export const mayBeSpent = (digest: string, keyMark: number, { codes }: SpentNote, now: EpochMillis): boolean =>
  codes.some((code) => code.digest === digest || ((code.key ?? 0) !== keyMark && Math.abs(now - code.at) < shown))
