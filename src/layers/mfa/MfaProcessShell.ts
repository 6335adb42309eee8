import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { closeSync, constants, openSync } from "node:fs"
import { mfaCodeOf } from "../../domain/base/MfaCode.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { endingOf, type ProgramEnd, runProgram } from "../host/RunProgram.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { MfaProcess } from "../../services/mfa/MfaProcess.ts"
import { throughProc, throughPs } from "../terminal/ControllingTerminal.ts"

/** What the shell means by two of its exit statuses (POSIX, Shell Command Language, 2.8.2). */
const meanings: Readonly<Record<number, string>> = {
  126: " (it may not be executed)",
  127: " (there is no such command)"
}

/** The six digits, or why there are none, in words that hold nothing of what was printed. */
const codeOf = (end: ProgramEnd): string | MfaFailure<"MfaProcessFailed"> => {
  if (end.exitCode !== 0) return MfaFailure.MfaProcessFailed(`it ${endingOf(end)}${meanings[end.exitCode ?? 0] ?? ""}`)
  const printed = end.stdout.trim()
  return mfaCodeOf(printed) ?? MfaFailure.MfaProcessFailed(
    printed === "" ? "it printed nothing" : "what it printed is not six digits"
  )
}

const controlling = process.platform === "linux" ? throughProc : Effect.flatten(throughPs())

const openTerminal = (): number | undefined => {
  try {
    return openSync("/dev/tty", constants.O_WRONLY | constants.O_NOCTTY)
  } catch {
    return undefined
  }
}

/**
 * The terminal to write on, if there is one. A program in the background has none: where the terminal is set so
 * (`stty tostop`), the kernel would stop the command at its first word.
 */
const terminal = Effect.acquireRelease(
  Effect.map(controlling, (found) => found?.foreground === true ? openTerminal() : undefined),
  (device) => Effect.sync(() => device === undefined ? undefined : closeSync(device))
)

/** Commands of `/bin/sh`, in the environment of this process. */
export const layer: Layer.Layer<MfaProcess, never, ProcessEnvironment> = Layer.effect(
  MfaProcess,
  Effect.map(ProcessEnvironment, (environment) => ({
    run: Effect.fn("MfaProcess.run")(function*(command: string) {
      const stderr = (yield* terminal) ?? "ignore"
      const end = yield* Effect.mapError(
        runProgram({ program: "/bin/sh", args: ["-c", command], environment, stderr }),
        ({ reason }) => MfaFailure.MfaProcessFailed(`it ${reason}`)
      )
      const code = codeOf(end)
      return typeof code === "string" ? Redacted.make(code) : yield* Effect.fail(code)
    }, Effect.scoped)
  }))
)
