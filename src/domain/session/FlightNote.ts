import { ExitCode, Failure } from "../base/Failure.ts"
import { finite, integer, listOf, noteFormat, oneOf, record, type Shape, text } from "../base/NoteFormat.ts"
import type { EpochMillis } from "../base/Time.ts"
import { type FailureNote, FlightFailure } from "./FlightFailure.ts"

/** That of a failure: a damaged note is not to make a success of one. */
const exitCode: Shape<ExitCode> = (value) =>
  Object.values(ExitCode).find((code) => code === value && code !== ExitCode.done)

const failureNote = record({ tag: text, message: text, hint: text, exitCode })

/**
 * What the process that holds an identity's lock tells the ones that wait for it: that it is at work, and in the end
 * what came of it. Never a secret: a session is named by the profile whose cache entry has it.
 */
export interface FlightNote {
  readonly pid: number
  /** The terminal it may be asking on. */
  readonly terminal?: string
  /** When it began, and, once there is an outcome, when it ended (epoch milliseconds). */
  readonly startedAt: number
  readonly endedAt?: number
  readonly session?: { readonly profile: string }
  readonly failure?: FailureNote
}

export const flightNote = noteFormat<FlightNote>(
  record(
    { pid: integer, startedAt: finite },
    { terminal: text, endedAt: finite, session: record({ profile: text }), failure: failureNote }
  )
)

/** A person said no, in a process of this group: its client's next calls are not to ask again at once. */
export const refusalNote = noteFormat(
  record({ refusals: listOf(record({ group: text, at: finite, failure: failureNote })) })
)

/** Renewal failed at `at`; until `until` the session that still lives is handed out without asking anybody. */
export const quietNote = noteFormat(record({ at: finite, until: finite, failure: failureNote }))

/** The last thing that went wrong for a profile, for `status` and `doctor`: several clients never show our stderr. */
export const troubleNote = noteFormat(
  record({ at: finite, profile: text, kind: oneOf("failure", "warning"), message: text, hint: text })
)

/** Whether it happened in another process. */
export const isShared = (failure: Failure): failure is FlightFailure => failure._tag in FlightFailure

export const noteOfFailure = (failure: Failure): FailureNote => ({
  tag: isShared(failure) ? failure.original : failure._tag,
  message: failure.message,
  hint: failure.hint,
  exitCode: failure.exitCode
})

/** Whether a signal to stop ended it, here or in the process that it is told by. */
export const isStop = (failure: Failure): boolean => noteOfFailure(failure).tag === "Stopped"

export interface Trouble {
  readonly at: EpochMillis
  readonly message: string
  readonly hint: string
}
