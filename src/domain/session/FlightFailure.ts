import { type ExitCode, type FailureOf, failures } from "../base/Failure.ts"

/** A failure as it is passed on to those who waited for the same answer. */
export interface FailureNote {
  readonly tag: string
  readonly message: string
  readonly hint: string
  readonly exitCode: ExitCode
}

/** In the words and with the exit code of where it happened; `original` is the tag that it had there. */
const toldAgain = ({ exitCode, hint, message, tag }: FailureNote) => [exitCode, message, hint, { original: tag }] as const

export const FlightFailure = failures({
  /** A failure that happened in another process. */
  SharedFailure: toldAgain,
  /** A person's no to another call of the same client, a moment ago: it is nobody else's answer. */
  RememberedRefusal: toldAgain
})

export type FlightFailure<Tag extends keyof typeof FlightFailure = keyof typeof FlightFailure> =
  FailureOf<typeof FlightFailure, Tag>
