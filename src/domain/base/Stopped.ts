import { ExitCode, Failure } from "./Failure.ts"
import { formatDuration } from "./GoDuration.ts"
import type { Seconds } from "./Time.ts"

/** The signals that ask a program to stop, and the exit status that tells of each. */
export const stopExitCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const

/**
 * How long our own signal may take to be heard after somebody else ended by the same (milliseconds): Ctrl-C reaches
 * everybody on a terminal, and whoever pressed it is to hear of that, and not of others that failed.
 */
export const ownSignalGrace = 500

export type StopSignal = keyof typeof stopExitCodes

/** Those of a terminal's keys, Ctrl-C and Ctrl-\\: a person has had enough. */
const ofKeys: ReadonlyArray<StopSignal> = ["SIGINT", "SIGQUIT"]

/** A signal ended the program: 128 and the signal's number, as shells count. */
export class Stopped extends Failure {
  override readonly _tag = "Stopped"
  override readonly exitCode: 129 | 130 | 131 | 143
  readonly signal: StopSignal

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`, "run it again when you are ready")
    this.signal = signal
    this.exitCode = stopExitCodes[signal]
  }

  /** Whether it was a person's answer, and not somebody's who ends processes. */
  get byKey(): boolean {
    return ofKeys.includes(this.signal)
  }
}

/** The time allowed for everything together is over. */
export class TimedOut extends Failure {
  override readonly _tag = "TimedOut"
  override readonly exitCode = ExitCode.timeout

  constructor(timeout: Seconds, waitingFor: string, hint: string) {
    super(`no credentials after ${formatDuration(timeout)}: still waiting for ${waitingFor}`, hint)
  }
}
