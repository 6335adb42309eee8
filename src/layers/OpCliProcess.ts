import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import type { Environment } from "../domain/Environment.ts"
import { classifyOpFailure, isWindowsProgram, type OpFailure } from "../domain/OpFailure.ts"
import { InteropOff, OpNotExecutable, OpNotRunnable, OpOutputUnusable } from "../domain/OpProgramFailure.ts"
import { type ItemReference, OpCli } from "../services/OpCli.ts"
import { childEnvironment } from "./ChildEnvironment.ts"
import { findOp } from "./OpProgram.ts"
import { endProcessTree } from "./ProcessTree.ts"

const stdoutLimit = 4 * 1024 * 1024
const stderrLimit = 1024 * 1024

/** How long the pipes may stay open once `op` has ended: its cache daemon may hold them for a day. */
const pipeGrace = "500 millis"

/** `--` only where it is needed: behind it a name that begins with a dash is no flag to pflag. */
const commandLine = ({ account, item, vault }: ItemReference): ReadonlyArray<string> => {
  const flags = ["--vault", vault, ...(account === undefined ? [] : ["--account", account]), "--format", "json"]
  return item.startsWith("-") ? ["item", "get", ...flags, "--", item] : ["item", "get", item, ...flags]
}

interface Ended {
  readonly exitCode: number | undefined
  readonly signal?: string
}

interface Collected {
  readonly chunks: Array<Uint8Array>
  size: number
}

const textOf = ({ chunks }: Collected): string => new TextDecoder().decode(Buffer.concat(chunks))

/** Reads a pipe to its end, keeping the first `limit` bytes. `onMore` says what a chunk beyond them means. */
const collect = <E>(
  stream: Stream.Stream<Uint8Array, PlatformError>,
  into: Collected,
  limit: number,
  onMore: Effect.Effect<void, E>
): Effect.Effect<void, E | OpOutputUnusable> =>
  stream.pipe(
    Stream.mapError(() => new OpOutputUnusable("lost")),
    Stream.runForEach((chunk) => {
      if (into.size + chunk.length > limit) return onMore
      into.chunks.push(chunk)
      into.size += chunk.length
      return Effect.void
    })
  )

const errnoOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

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

/** Which signal ended a process; the spawner tells it in the error's text alone. */
const signalIn = ({ message, reason }: PlatformError): string =>
  /'(SIG\w+)'/.exec(reason.cause instanceof Error ? reason.cause.message : message)?.[1] ?? "a signal"

/** How long the spawner itself waits between SIGTERM and SIGKILL, where there is no /proc to find more than `op` by. */
const forceKillAfter = "250 millis"

/** One run of `op`: what it printed. */
const makeRun = (spawner: ChildProcessSpawner["Service"], environment: Environment) =>
  Effect.fnUntraced(function*(program: string, reference: ItemReference) {
    const words = commandLine(reference)
    const told = Object.keys(environment).filter((name) => name.startsWith("OP_") && !name.startsWith("OP_AWS_"))
    yield* Effect.logDebug(`starting ${program} ${words.join(" ")}${told.length === 0 ? "" : ` with ${told.join(", ")} set`}`)
    const command = ChildProcess.make(program, words, {
      env: childEnvironment(environment),
      stdin: "ignore",
      // A session of its own would lose the terminal, which the 1Password app's approval belongs to.
      detached: false,
      forceKillAfter
    })
    const handle = yield* Effect.acquireRelease(
      spawner.spawn(command),
      ({ isRunning, pid }) => Effect.ignore(Effect.when(endProcessTree(pid), isRunning))
    ).pipe(
      Effect.mapError(({ message, reason }) => notStarted(program, errnoOf(reason.cause), message)),
      // Some errors of starting are thrown by the runtime instead of reported: ENOEXEC by Bun, E2BIG by Node.
      Effect.catchDefect((defect) => {
        const code = errnoOf(defect)
        return code === undefined ? Effect.die(defect) : Effect.fail(notStarted(program, code, code))
      })
    )
    const stdout: Collected = { chunks: [], size: 0 }
    const stderr: Collected = { chunks: [], size: 0 }
    const reading = yield* Effect.forkScoped(Effect.all([
      collect(handle.stdout, stdout, stdoutLimit, Effect.fail(new OpOutputUnusable("too-large"))),
      collect(handle.stderr, stderr, stderrLimit, Effect.void)
    ], { concurrency: "unbounded", discard: true }))
    const ended = handle.exitCode.pipe(
      Effect.map((exitCode): Ended => ({ exitCode })),
      Effect.catch((error) => Effect.succeed<Ended>({ exitCode: undefined, signal: signalIn(error) }))
    )
    const end = yield* Effect.raceFirst(ended, Effect.andThen(Fiber.join(reading), Effect.never))
    yield* Effect.timeoutOption(Fiber.join(reading), pipeGrace)
    yield* Effect.logDebug(
      `op ended with ${end.exitCode === undefined ? end.signal : `exit status ${end.exitCode}`}: ${stdout.size} bytes on stdout, ${stderr.size} on stderr`
    )
    if (end.exitCode === 0) return textOf(stdout)
    return yield* Effect.fail(
      classifyOpFailure({ ...end, stderr: textOf(stderr), reference: { ...reference, cliPath: program } })
    )
  }, Effect.scoped)

const make = (environment: Environment) =>
  Effect.gen(function*() {
    const run = makeRun(yield* ChildProcessSpawner, environment)
    return OpCli.of({
      readItem: Effect.fn("OpCli.readItem")(function*(reference) {
        const program = findOp(reference.cliPath, environment)
        if (typeof program !== "string") return yield* Effect.fail(program)
        const [text, { parseOpItem }] = yield* Effect.all([
          Effect.retry(Effect.tapError(run(program, reference), ({ message }) => Effect.logDebug(message)), {
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
  })

/** The spawner asks for these two only where a working directory is set, which is never done here. */
const withoutFiles = Layer.mergeAll(FileSystem.layerNoop({}), Path.layer)

/** `op` as a child process that is given an environment: PATH to be found by, and all but `AWS_*` to run in. */
export const layerWith = (environment: Environment): Layer.Layer<OpCli> =>
  Layer.effect(OpCli, make(environment)).pipe(
    Layer.provide(NodeChildProcessSpawner.layer),
    Layer.provide(withoutFiles)
  )

/** `op` as a child process, in the environment of this one. */
export const layer: Layer.Layer<OpCli> = layerWith(process.env)
