import { finite, integer, listOf, noteFormat, record, text } from "./NoteFormat.ts"

/** What is remembered of the codes that were sent for one MFA device: never the digits themselves. */
export interface SpentNote {
  /** The latest 30-second step of an item's one-time password that was sent. */
  readonly step?: number
  /** Keyed hashes of the codes, and when they were sent (epoch milliseconds). */
  readonly codes: ReadonlyArray<{ readonly digest: string; readonly at: number }>
}

export const spentNote = noteFormat<SpentNote>(
  record({ codes: listOf(record({ digest: text, at: finite })) }, { step: integer })
)
