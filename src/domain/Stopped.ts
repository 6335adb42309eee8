import { Failure } from "./Failure.ts"

export type StopSignal = "SIGHUP" | "SIGINT" | "SIGTERM"

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** A signal ended the program: 128 and the signal's number, as shells count. */
export class Stopped extends Failure {
  override readonly _tag = "Stopped"
  override readonly exitCode: 129 | 130 | 143
  readonly signal: StopSignal

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`, "run it again when you are ready")
    this.signal = signal
    this.exitCode = exitCodes[signal]
  }
}
