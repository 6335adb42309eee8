import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { isShortage } from "../../domain/host/Shortage.ts"
import { given } from "../../domain/base/Given.ts"
import { withoutEchoes } from "../../domain/base/EchoedValues.ts"
import type { Environment } from "../../domain/base/Environment.ts"
import { classifyOpFailure, isWindowsProgram } from "../../domain/onepassword/OpClassification.ts"
import { OpFailure, type OpReference } from "../../domain/onepassword/OpFailure.ts"
import { openFilesLimit } from "../host/OpenFilesLimit.ts"
import { runProgram } from "../host/RunProgram.ts"

/** Bytes. */
const stdoutLimit = 4 * 1024 * 1024
const stderrLimit = 1024 * 1024

const notStarted = (program: string, code: string | undefined, detail: string): OpFailure => {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return OpFailure.OpNotExecutable(program)
    case "ENOENT":
      return OpFailure.OpNotRunnable(program, "the interpreter or library that it names is missing")
    case "ENOEXEC":
      return isWindowsProgram(program)
        ? OpFailure.InteropOff({ cliPath: program })
        : OpFailure.OpNotRunnable(program, "it is no program for this system")
    default:
      return code !== undefined && isShortage(code)
        ? OpFailure.NothingToSpare(code, openFilesLimit())
        : OpFailure.OpNotRunnable(program, code ?? detail)
  }
}

/** What is asked of `op`, and for whom. */
export interface OpRun {
  /** Its path. */
  readonly program: string
  readonly args: ReadonlyArray<string>
  /** What messages name. */
  readonly reference: OpReference
  readonly environment: Environment
  /** For its stdin, which is a FIFO then. */
  readonly input?: Redacted.Redacted
  /** How long an answer may be (bytes): 4 MiB unless said. */
  readonly limit?: number
}

/** One run of `op`: what it printed. */
export const runOp = Effect.fnUntraced(function*(
  { args, environment, input, limit = stdoutLimit, program, reference }: OpRun
): Effect.fn.Return<string, OpFailure> {
  const told = Object.keys(environment).filter((name) => name.startsWith("OP_") && !name.startsWith("OP_AWS_"))
  const set = told.length === 0 ? "" : ` with ${told.join(", ")} set`
  yield* Effect.logDebug(`starting ${program} ${args.join(" ")}${set}`)
  const end = yield* runProgram({
    program,
    args,
    environment,
    stderr: "kept",
    limit,
    stderrLimit,
    ...(input && { input })
  }).pipe(
    Effect.mapError(({ cause, reason }) =>
      cause === "too much" ? OpFailure.OpOutputUnusable("too-large") : notStarted(program, cause.code, reason)
    )
  )
  const { exitCode, signal, stdout } = end
  const stderr = input === undefined ? end.stderr : withoutEchoes(end.stderr, input)
  const sizes = `${Buffer.byteLength(stdout)} bytes on stdout, ${Buffer.byteLength(stderr)} on stderr`
  yield* Effect.logDebug(`op ended with ${exitCode === undefined ? signal : `exit status ${exitCode}`}: ${sizes}`)
  if (exitCode === 0) return stdout
  const ended = { exitCode, ...given({ signal }) }
  const asked = { ...reference, cliPath: program, writes: input !== undefined }
  return yield* Effect.fail(classifyOpFailure({ ...ended, stderr, reference: asked }))
})
