import * as Schema from "effect/Schema"
import { type ExitCode, Failure } from "./Failure.ts"

/** A failure as it is passed on to those who waited for the same answer. */
export const FailureNote = Schema.Struct({
  tag: Schema.String,
  message: Schema.String,
  hint: Schema.String,
  exitCode: Schema.Int
})

export type FailureNote = typeof FailureNote.Type

/**
 * What the process that holds an identity's lock tells the ones that wait for it: that it is at work, and in the end
 * what came of it. Never a secret: a session is named by the profile whose cache entry has it.
 */
export const FlightNote = Schema.Struct({
  pid: Schema.Int,
  /** The terminal it may be asking on. */
  terminal: Schema.optionalKey(Schema.String),
  /** When it began, and, once there is an outcome, when it ended (epoch milliseconds). */
  startedAt: Schema.Finite,
  endedAt: Schema.optionalKey(Schema.Finite),
  session: Schema.optionalKey(Schema.Struct({ profile: Schema.String })),
  failure: Schema.optionalKey(FailureNote)
})

export type FlightNote = typeof FlightNote.Type

export const FlightNoteText = Schema.fromJsonString(FlightNote)

/** A person said no, in a process of this group: its client's next calls are not to ask again at once. */
export const RefusalNote = Schema.Struct({
  refusals: Schema.Array(Schema.Struct({ group: Schema.String, at: Schema.Finite, failure: FailureNote }))
})

export const RefusalNoteText = Schema.fromJsonString(RefusalNote)

/** Renewal failed at `at`; until `until` the session that still lives is handed out without asking anybody. */
export const QuietNote = Schema.Struct({ at: Schema.Finite, until: Schema.Finite, failure: FailureNote })

export const QuietNoteText = Schema.fromJsonString(QuietNote)

/** The last thing that went wrong for a profile, for `status` and `doctor`: several clients never show our stderr. */
export const TroubleNote = Schema.Struct({
  at: Schema.Finite,
  profile: Schema.String,
  kind: Schema.Literals(["failure", "warning"]),
  message: Schema.String,
  hint: Schema.String
})

export const TroubleNoteText = Schema.fromJsonString(TroubleNote)

export const noteOfFailure = (failure: Failure & { readonly exitCode: number }): FailureNote => ({
  tag: failure._tag,
  message: failure.message,
  hint: failure.hint,
  exitCode: failure.exitCode
})

/** A failure that happened in another process, told again with the same words and the same exit code. */
export class SharedFailure extends Failure {
  override readonly _tag = "SharedFailure"
  override readonly exitCode: ExitCode
  /** The tag that it had where it happened. */
  readonly original: string

  constructor(note: FailureNote) {
    super(note.message, note.hint)
    this.exitCode = note.exitCode as ExitCode
    this.original = note.tag
  }
}
