import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type ChildProcess, spawn } from "node:child_process"
import type { Readable } from "node:stream"
import { childEnvironment } from "./ChildEnvironment.ts"
import type { Environment } from "../../domain/base/Environment.ts"
import { ownSignalGrace, stopExitCodes } from "../../domain/base/Stopped.ts"
import { endProcessTree } from "./ProcessTree.ts"
import { codeOf } from "./SystemError.ts"

export interface ProgramRun {
  /** A path, which no shell ever sees. */
  readonly program: string
  readonly args: ReadonlyArray<string>
  /** Ours; what is AWS's is taken out. */
  readonly environment: Environment
  /** What it finds on its stdin, which is a FIFO then; nothing (/dev/null) unless said. */
  readonly input?: Redacted.Redacted
  /** Where its stderr goes: into the answer, nowhere, or to a file descriptor of ours. Never to our own stderr. */
  readonly stderr: "kept" | "ignore" | number
  /**
   * Whether it ends with us also where we are ended by SIGKILL: a dialog that takes an answer which nobody gets is worse
   * than none. All else is left to end by itself: what `op` asks is about this machine's 1Password and not about us,
   * and a command of the person's own knows best.
   */
  readonly endsWithUs?: boolean
  /** How long an answer may be (bytes): a line's 4 KiB unless said. */
  readonly limit?: number
  /** How much of its stderr is kept (bytes): 4 KiB unless said. What comes after that is read and dropped. */
  readonly stderrLimit?: number
}

/** How a program ended, by itself (`exitCode`) or not (`signal`), and what it printed. */
export interface ProgramEnd {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly stdout: string
  /** The beginning of it; empty where it was not kept. */
  readonly stderr: string
}

/** There is no answer of the program's. `reason` completes "it …" in one printable line. */
export interface NoProgramEnd {
  readonly reason: string
  /** Its answer was longer than the limit, or the system said this when it was to be started. */
  readonly cause: "too much" | { readonly code: string | undefined }
}

/** Room for a line, or for an error's words (bytes). */
const lineLimit = 4096

/**
 * How long the pipes may stay open once the program has ended: something that it left behind may hold
 * them, as the cache daemon of `op` does for a day.
 */
const pipeGrace = "500 millis"

/** What programs in Go, as `op` is one, say of SIGQUIT, before they end with 2 (Go, runtime, "Signal handling"). */
const quitOfGo = /^SIGQUIT: quit$/m

/** Whether a program, or a command of a shell that it is, ended by what a terminal or its end sends to all of a job. */
const isEndOfJob = ({ exitCode, signal, stderr }: Pick<ProgramEnd, "exitCode" | "signal" | "stderr">): boolean =>
  Object.entries(stopExitCodes).some(([name, status]) => name === signal || status === exitCode) ||
  exitCode === 2 && quitOfGo.test(stderr)

/** Between SIGTERM and SIGKILL where there is no /proc to find the program's children by. */
const patience = "250 millis"

const notStarted = (error: unknown): NoProgramEnd => {
  const code = codeOf(error) || undefined
  return { reason: `could not be started (${code ?? "an unknown error"})`, cause: { code } }
}

interface Collected {
  bytes: Buffer
  size: number
}

/**
 * Keeps the beginning of a stream and reads the rest away. What is kept is copied: a part of a chunk, and be it an empty
 * one, would keep all of the chunk.
 */
const collect = (stream: Readable | null, limit: number, onMore: () => void): Collected => {
  const collected: Collected = { bytes: Buffer.alloc(0), size: 0 }
  stream?.on("data", (chunk: Buffer) => {
    const { bytes, size } = collected
    const room = limit - size
    if (chunk.length > room) onMore()
    const taken = Math.min(chunk.length, room)
    if (taken === 0) return
    if (size + taken > bytes.length) {
      collected.bytes = Buffer.alloc(Math.min(limit, Math.max(2 * bytes.length, size + taken)))
      bytes.copy(collected.bytes, 0, 0, size)
    }
    chunk.copy(collected.bytes, size, 0, taken)
    collected.size += taken
  })
  // A pipe that breaks is one that has ended.
  stream?.on("error", () => undefined)
  return collected
}

const textOf = ({ bytes, size }: Collected): string => new TextDecoder().decode(bytes.subarray(0, size))

interface Running {
  readonly child: ChildProcess
  readonly stdout: Collected
  readonly stderr: Collected
  readonly answered: Deferred.Deferred<Pick<ProgramEnd, "exitCode" | "signal">, NoProgramEnd>
  readonly gone: Deferred.Deferred<void>
  readonly closed: Deferred.Deferred<void>
}

/**
 * Runs a program for as long as there is somebody behind the pipe on stdin, who never says a word: it closes when we
 * end, however that is. The watcher goes with the program, and the program with the watcher. It goes by the program as
 * `throughFifo` does. SIGKILL, as a dialog has nothing to put in order.
 */
const whileWeLive = [
  "exec 3<&0 </dev/null",
  "\"$0\" \"$@\" 3<&- &",
  "child=$!",
  "exec 2>/dev/null",
  "trap 'kill -s KILL \"$child\"' TERM",
  "{ read -r _; kill -s KILL \"$child\"; } <&3 >/dev/null &",
  "watcher=$!",
  "exec 3<&-",
  "wait \"$child\"",
  "status=$?",
  "kill -s KILL \"$watcher\"",
  "exit \"$status\""
].join("\n")

/**
 * Runs a program with a FIFO on its stdin, because what the runtimes call a pipe is a socket, and some programs (`op`)
 * take only a FIFO for piped input. It goes by the program: its exit status is the program's, 128 and more where a
 * signal ended that, and being told to end is told to the program. Whoever ends before all was read ends `cat` too.
 */
const throughFifo = [
  // Security: Ctrl-\\ reaches `cat` as well, and a core of it would hold what it passes on.
  "ulimit -c 0 2>/dev/null",
  "exec 3<&0",
  "trap 'kill \"$child\" 2>/dev/null' TERM",
  "cat <&3 2>/dev/null | \"$0\" \"$@\" 3<&- &",
  "child=$!",
  "exec 3<&-",
  "wait \"$child\""
].join("\n")

/** What a shell ends with that cannot start a program (POSIX, Shell Command Language, 2.8.2). */
const cannotStart: ReadonlyArray<number | null> = [126, 127]

/** How a program ended that a shell tells of. */
const told = (status: number | null): Pick<ProgramEnd, "exitCode" | "signal"> => {
  const { signals } = process.getBuiltinModule("node:os").constants
  const signal = Object.entries(signals).find(([, number]) => number + 128 === status)?.[0]
  return signal === undefined ? { exitCode: status ?? undefined, signal } : { exitCode: undefined, signal }
}

/** Everything is listened to before control is given up, so that no event is missed. */
const launch = (run: ProgramRun): Running => {
  const { args, endsWithUs = false, environment, input, limit = lineLimit, program, stderr, stderrLimit = lineLimit } = run
  const answered = Deferred.makeUnsafe<Pick<ProgramEnd, "exitCode" | "signal">, NoProgramEnd>()
  const gone = Deferred.makeUnsafe<void>()
  const closed = Deferred.makeUnsafe<void>()
  const script = input === undefined ? endsWithUs ? whileWeLive : undefined : throughFifo
  const [command, words] = script === undefined ? [program, args] : ["/bin/sh", ["-c", script, program, ...args]]
  const child = spawn(command, words, {
    env: childEnvironment(environment),
    // In our process group: it may need the terminal, and whoever ends the group takes it along.
    stdio: [script === undefined ? "ignore" : "pipe", "pipe", stderr === "kept" ? "pipe" : stderr]
  })
  child.on("error", (error) => Deferred.doneUnsafe(answered, Effect.fail(notStarted(error))))
  child.on("exit", (code, signal) => {
    Deferred.doneUnsafe(gone, Effect.void)
    if (endsWithUs && cannotStart.includes(code)) {
      Deferred.doneUnsafe(answered, Effect.fail({ reason: "could not be started", cause: { code: undefined } }))
    }
    const ended = script === undefined || signal !== null
      ? { exitCode: code ?? undefined, signal: signal ?? undefined }
      : told(code)
    Deferred.doneUnsafe(answered, Effect.succeed(ended))
  })
  child.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
  // A program that does not read to the end has its reasons, which its exit status tells.
  child.stdin?.on("error", () => undefined)
  if (input !== undefined) {
    // Security: unwrapped into the pipe, which nobody but the program and its `cat` has open.
    child.stdin?.end(Redacted.value(input))
  }
  const tooMuch = (): void => {
    Deferred.doneUnsafe(answered, Effect.fail({ reason: "printed far more than a code", cause: "too much" as const }))
  }
  return {
    child,
    stdout: collect(child.stdout, limit, tooMuch),
    stderr: collect(child.stderr, stderrLimit, () => undefined),
    answered,
    gone,
    closed
  }
}

/** Ends the program if it runs, with all that it started, within a second. */
const dismiss = Effect.fnUntraced(function*({ child, gone }: Running): Effect.fn.Return<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    yield* endProcessTree(child.pid)
    child.kill("SIGTERM")
    yield* Effect.timeoutOption(Deferred.await(gone), patience)
    if (!Deferred.isDoneUnsafe(gone)) child.kill("SIGKILL")
  }
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.stderr?.destroy()
})

const start = (run: ProgramRun): Effect.Effect<Running, NoProgramEnd, Scope.Scope> =>
  // Some errors of starting are thrown by the runtime instead of reported.
  Effect.acquireRelease(Effect.try({ try: () => launch(run), catch: notStarted }), dismiss)

/**
 * Runs a program that answers on its stdout. No shell sees its name or its arguments as anything but words. Interruption
 * ends it and all that it started.
 */
export const runProgram = Effect.fnUntraced(function*(run: ProgramRun) {
  const { answered, closed, stderr, stdout } = yield* start(run)
  const end = yield* Deferred.await(answered)
  yield* Effect.timeoutOption(Deferred.await(closed), pipeGrace)
  const said = textOf(stderr)
  if (isEndOfJob({ ...end, stderr: said })) yield* Effect.sleep(ownSignalGrace)
  return { ...end, stdout: textOf(stdout), stderr: said }
}, Effect.scoped)

/** How a program ended that did not end well; completes "it …". */
export const endingOf = ({ exitCode, signal }: Pick<ProgramEnd, "exitCode" | "signal">): string =>
  exitCode === undefined ? `was ended by ${signal ?? "a signal"}` : `ended with exit status ${exitCode}`
