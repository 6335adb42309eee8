import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Environment } from "../domain/Environment.ts"
import { classifyOpFailure, isWindowsProgram, type OpFailure } from "../domain/OpFailure.ts"
import { InteropOff, OpNotExecutable, OpNotRunnable, OpOutputUnusable } from "../domain/OpProgramFailure.ts"
import { type ItemReference, OpCli } from "../services/OpCli.ts"
import { findOp } from "./OpProgram.ts"
import { runProgram } from "./RunProgram.ts"

/** Bytes. */
const stdoutLimit = 4 * 1024 * 1024
const stderrLimit = 1024 * 1024

/** `--` only where it is needed: behind it a name that begins with a dash is no flag to pflag. */
const commandLine = ({ account, item, vault }: ItemReference): ReadonlyArray<string> => {
  const flags = ["--vault", vault, ...(account === undefined ? [] : ["--account", account]), "--format", "json"]
  return item.startsWith("-") ? ["item", "get", ...flags, "--", item] : ["item", "get", item, ...flags]
}

const notStarted = (program: string, code: string | undefined, detail: string): OpFailure => {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return new OpNotExecutable(program)
    case "ENOENT":
      return new OpNotRunnable(program, "the interpreter or library that it names is missing")
    case "ENOEXEC":
      return isWindowsProgram(program)
        ? new InteropOff(program)
        : new OpNotRunnable(program, "it is no program for this system")
    default:
      return new OpNotRunnable(program, code ?? detail)
  }
}

/** One run of `op`: what it printed. */
const run = (program: string, reference: ItemReference, environment: Environment) =>
  Effect.gen(function*() {
    const args = commandLine(reference)
    const told = Object.keys(environment).filter((name) => name.startsWith("OP_") && !name.startsWith("OP_AWS_"))
    const set = told.length === 0 ? "" : ` with ${told.join(", ")} set`
    yield* Effect.logDebug(`starting ${program} ${args.join(" ")}${set}`)
    const end = yield* runProgram({ program, args, environment, stderr: "kept", limit: stdoutLimit, stderrLimit }).pipe(
      Effect.mapError(({ cause, reason }) =>
        cause === "too much" ? new OpOutputUnusable("too-large") : notStarted(program, cause.code, reason)
      )
    )
    const { exitCode, signal, stderr, stdout } = end
    const sizes = `${Buffer.byteLength(stdout)} bytes on stdout, ${Buffer.byteLength(stderr)} on stderr`
    yield* Effect.logDebug(`op ended with ${exitCode === undefined ? signal : `exit status ${exitCode}`}: ${sizes}`)
    if (exitCode === 0) return stdout
    const ended = { exitCode, ...(signal === undefined ? undefined : { signal }) }
    return yield* Effect.fail(classifyOpFailure({ ...ended, stderr, reference: { ...reference, cliPath: program } }))
  })

const make = (environment: Environment): OpCli["Service"] => ({
  readItem: Effect.fn("OpCli.readItem")(function*(reference) {
    const program = findOp(reference.cliPath, environment)
    if (typeof program !== "string") return yield* Effect.fail(program)
    const [text, { parseOpItem }] = yield* Effect.all([
      Effect.retry(Effect.tapError(run(program, reference, environment), ({ message }) => Effect.logDebug(message)), {
        times: 1,
        while: ({ retry }) => retry
      }),
      // Schema takes longer to load than to use, so it is loaded while op runs.
      Effect.promise(() => import("../domain/OpItemJson.ts"))
    ], { concurrency: "unbounded" })
    const item = parseOpItem(text)
    return item instanceof OpOutputUnusable ? yield* Effect.fail(item) : item
  })
})

/** `op` as a child process that is given an environment: PATH to be found by, and all but `AWS_*` to run in. */
export const layerWith = (environment: Environment): Layer.Layer<OpCli> => Layer.succeed(OpCli, make(environment))

/** `op` as a child process, in the environment of this one. */
export const layer: Layer.Layer<OpCli> = layerWith(process.env)
