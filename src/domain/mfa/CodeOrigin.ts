import { noteFormat, record, truth } from "../base/NoteFormat.ts"
import type { Settings } from "../settings/Settings.ts"

/** Where the last MFA code of an identity came from: typed by a person, or by itself. */
export const codeOriginNote = noteFormat(record({ typed: truth }))

/**
 * Whether a new session will take a code that somebody has to type; undefined where only the item could say, and has
 * not been read yet. `typedLast` is what is remembered of the last time.
 */
export const asksForCode = ({ mfa, mfaProcess }: Settings, typedLast: boolean | undefined): boolean | undefined =>
  mfa === "prompt" ? true : mfa === "auto" && mfaProcess === undefined ? typedLast : false
