import { ExitCode, type FailureOf, failures } from "./Failure.ts"
import { formatDuration } from "./GoDuration.ts"
import type { Seconds } from "./Time.ts"
import { stopExitCodes, type StopSignal } from "./Stopped.ts"

const { timeout } = ExitCode

export const StopFailure = failures({
  /** A signal ended the program: 128 and the signal's number, as shells count. */
  Stopped: (signal: StopSignal) => [stopExitCodes[signal], `stopped by ${signal}`, "run it again when you are ready", { signal }],
  /** The time allowed for everything together is over. */
  TimedOut: (allowed: Seconds, waitingFor: string, hint: string) => [
    timeout,
    `no credentials after ${formatDuration(allowed)}: still waiting for ${waitingFor}`,
    hint
  ]
})

export type StopFailure<Tag extends keyof typeof StopFailure = keyof typeof StopFailure> = FailureOf<typeof StopFailure, Tag>
