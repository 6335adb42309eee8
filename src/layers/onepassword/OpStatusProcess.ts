import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Environment } from "../../domain/base/Environment.ts"
import { isShortage } from "../../domain/host/Shortage.ts"
import { classifyOpFailure } from "../../domain/onepassword/OpClassification.ts"
import { OpFailure, type OpReference } from "../../domain/onepassword/OpFailure.ts"
import { openFilesLimit } from "../host/OpenFilesLimit.ts"
import { runProgram } from "../host/RunProgram.ts"
import { findOp } from "./OpProgram.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { OpStatus } from "../../services/onepassword/OpStatus.ts"

/** None of these calls waits for a person, so one that takes long hangs. */
const patience = "15 seconds"

/** An account takes a quarter of a KiB. */
const limit = 256 * 1024

const make = (environment: Environment) => {
  const run = Effect.fnUntraced(function*(
    reference: OpReference,
    args: ReadonlyArray<string>
  ): Effect.fn.Return<{ readonly path: string; readonly stdout: string }, OpFailure> {
    const path = findOp(reference.cliPath, environment)
    if (typeof path !== "string") return yield* Effect.fail(path)
    const end = yield* runProgram({ program: path, args, environment, stderr: "kept", limit }).pipe(
      Effect.mapError(({ cause, reason }) =>
        cause !== "too much" && cause.code !== undefined && isShortage(cause.code)
          ? OpFailure.NothingToSpare(cause.code, openFilesLimit())
          : OpFailure.OpNotRunnable(path, reason)
      ),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.fail(OpFailure.OpNotRunnable(path, "it gave no answer"))
      })
    )
    if (end.exitCode === 0) return { path, stdout: end.stdout }
    return yield* Effect.fail(classifyOpFailure({ ...end, reference: { ...reference, cliPath: path } }))
  })

  /** Where only the program is meant, messages have nothing else to name. */
  const of = (cliPath: string): OpReference => ({ vault: "", item: "", cliPath })

  return OpStatus.of({
    program: Effect.fn("OpStatus.program")(function*(cliPath) {
      const { path, stdout } = yield* run(of(cliPath), ["--version"])
      return { path, version: stdout.trim() }
    }),
    accounts: Effect.fn("OpStatus.accounts")(function*(cliPath) {
      const { stdout } = yield* run(of(cliPath), ["account", "list", "--format", "json"])
      const { parseOpAccounts } = yield* Effect.promise(() => import("../../domain/onepassword/OpAccountJson.ts"))
      const accounts = parseOpAccounts(stdout)
      return accounts instanceof Error ? yield* Effect.fail(accounts) : accounts
    }),
    whoami: Effect.fn("OpStatus.whoami")(function*(reference) {
      const { account } = reference
      yield* run(reference, ["whoami", ...account === undefined ? [] : ["--account", account], "--format", "json"])
    })
  })
}

/** `op` as a child process: the environment says where it is found, and it runs in all of that but `AWS_*`. */
export const layer: Layer.Layer<OpStatus, never, ProcessEnvironment> = Layer.effect(OpStatus, Effect.map(ProcessEnvironment, make))
