import * as Schema from "effect/Schema"
import type { Settings } from "./Settings.ts"

/** Where the last MFA code of an identity came from: typed by a person, or by itself. */
export const CodeOriginText = Schema.fromJsonString(Schema.Struct({ typed: Schema.Boolean }))

/**
 * Whether a new session will take a code that somebody has to type; undefined where only the item could say, and has
 * not been read yet. `typedLast` is what is remembered of the last time.
 */
export const asksForCode = ({ mfa, mfaProcess }: Settings, typedLast: boolean | undefined): boolean | undefined =>
  mfa === "prompt" ? true : mfa === "auto" && mfaProcess === undefined ? typedLast : false
