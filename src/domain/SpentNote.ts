import { finite, integer, listOf, noteFormat, record, text } from "./NoteFormat.ts"

/** What is remembered of the codes that were sent for one MFA device: never the digits themselves. */
export interface SpentNote {
  /** The latest 30-second step of an item's one-time password that was sent. */
  readonly step?: number
  /** The latest one that AWS is known to have taken. */
  readonly taken?: number
  /** Keyed hashes of the codes, and when they were sent (epoch milliseconds). */
  readonly codes: ReadonlyArray<{ readonly digest: string; readonly at: number }>
}

export const spentNote = noteFormat<SpentNote>(
  record({ codes: listOf(record({ digest: text, at: finite })) }, { step: integer, taken: integer })
)

/**
 * AWS takes a code a step early or late. What was sent for more than three steps from now, and was not seen to be taken,
 * was made by a clock that was ahead: there is no need to wait until that moment comes.
 */
const farthest = 3

/** Whether the code of this step was sent before, or is older than one that AWS has taken. */
export const isStepSpent = (step: number, { step: sent, taken }: SpentNote): boolean =>
  (taken !== undefined && step <= taken) || (sent !== undefined && step <= sent && sent - step <= farthest)
