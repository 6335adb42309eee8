import * as Schema from "effect/Schema"

/** What is remembered of the codes that were sent for one MFA device: never the digits themselves. */
export const SpentNote = Schema.Struct({
  /** The latest 30-second step of an item's one-time password that was sent. */
  step: Schema.optionalKey(Schema.Int),
  /** Keyed hashes of the codes, and when they were sent (epoch milliseconds). */
  codes: Schema.Array(Schema.Struct({ digest: Schema.String, at: Schema.Finite }))
})

export const SpentNoteText = Schema.fromJsonString(SpentNote)
