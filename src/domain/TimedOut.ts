import { ExitCode, Failure } from "./Failure.ts"
import { formatDuration } from "./GoDuration.ts"
import type { Seconds } from "./Time.ts"

/** The time allowed for everything together is over. */
export class TimedOut extends Failure {
  override readonly _tag = "TimedOut"
  override readonly exitCode = ExitCode.timeout

  constructor(timeout: Seconds, waitingFor: string, hint: string) {
    super(`no credentials after ${formatDuration(timeout)}: still waiting for ${waitingFor}`, hint)
  }
}
