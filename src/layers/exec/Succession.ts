import { type ChildProcess, spawn, type StdioOptions } from "node:child_process"
import { accessSync, closeSync, constants as fileModes, openSync, readSync } from "node:fs"
import { constants } from "node:os"
import type { Failure } from "../../domain/base/Failure.ts"
import { CommandFailure } from "../../domain/exec/CommandFailure.ts"
import { headSize, kernelRuns, type Successor } from "../../domain/exec/Successor.ts"

/**
 * The end of this process, which becomes another program. Everything of Effect's is over by then: what is here runs
 * after the last finalizer, and does not come back.
 */

const headOf = (path: string): string => {
  const descriptor = openSync(path, "r")
  try {
    const bytes = Buffer.alloc(headSize)
    return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, headSize, 0))
  } finally {
    closeSync(descriptor)
  }
}

/** Linux refuses a single word of 128 KiB and more, and all together beyond a quarter of the stack (execve(2)). */
const longestWord = 128 * 1024 - 1
const longestAll = 1024 * 1024

const fits = ({ environment, words }: Successor): boolean => {
  const all = [...words, ...Object.entries(environment).map((entry) => entry.join("="))]
  const sizes = all.map((word) => Buffer.byteLength(word) + 1)
  return sizes.every((size) => size <= longestWord) && sizes.reduce((sum, size) => sum + size + 8, 0) <= longestAll
}

/**
 * Whether execve cannot fail. It has to be certain: Node ends the process with a stack trace when execve comes back,
 * instead of throwing.
 */
const certain = (successor: Successor): boolean => {
  try {
    const known = kernelRuns(headOf(successor.path), headOf(process.execPath))
    if (known?.needs !== undefined) accessSync(known.needs, fileModes.X_OK)
    return known !== undefined && fits(successor)
  } catch {
    return false
  }
}

/** Signals that somebody may send to us and mean for the command. */
const passedOn = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const

/** Signals of the terminal's keys: the command gets them from there, as one of the same process group. */
const ofTheTerminal = ["SIGINT", "SIGQUIT"] as const

/** Signals that leave a core where nobody listens (signal(7)). */
const leavingCore: ReadonlySet<NodeJS.Signals> = new Set([
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGQUIT",
  "SIGSEGV",
  "SIGSYS",
  "SIGTRAP",
  "SIGXCPU",
  "SIGXFSZ"
])

/** Puts a listener in the place of all that there are, without a moment in which a signal finds none. */
const listenInstead = (signal: NodeJS.Signals, listener: () => void): void => {
  const before = process.rawListeners(signal) as Array<() => void>
  process.on(signal, listener)
  for (const former of before) process.off(signal, former)
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "may not be executed",
  ENOEXEC: "is no program for this system",
  E2BIG: "was given more arguments than the system takes"
}

const failureOf = ({ path, words }: Successor, { code = "unknown error" }: NodeJS.ErrnoException): Failure =>
  code === "ENOENT"
    ? CommandFailure.CommandNotFound(words[0])
    : CommandFailure.CommandNotExecutable(path, reasons[code] ?? `could not be started (${code})`)

/** A file that the kernel does not know is for the shell, as POSIX has it for `execvp`, which Node uses and Bun not. */
const byShell = ({ path, words: [, ...args], ...successor }: Successor): Successor => ({
  ...successor,
  path: "/bin/sh",
  words: ["sh", path, ...args]
})

/** What a child finds open: the standard three, and what we were given for it, at the same numbers. */
const stdioOf = ({ inherited = [] }: Successor): StdioOptions =>
  Array.from({ length: Math.max(2, ...inherited) + 1 }, (_, descriptor) =>
    descriptor < 3 ? "inherit" : inherited.includes(descriptor) ? descriptor : "ignore")

/** Runs the command as a child, and ends as it ends: for where there is no execve, or it might fail. */
const runInstead = (successor: Successor, onFailure: (failure: Failure) => void): void => {
  const [name, ...args] = successor.words
  for (const signal of ofTheTerminal) listenInstead(signal, () => undefined)
  // Before there is a child: it may run, and have a signal meant for it, sooner than we go on from here.
  let child: ChildProcess | undefined
  for (const signal of passedOn) listenInstead(signal, () => void child?.kill(signal))
  const failed = (error: NodeJS.ErrnoException) =>
    error.code === "ENOEXEC" && successor.path !== "/bin/sh"
      ? become(byShell(successor), onFailure)
      : onFailure(failureOf(successor, error))
  try {
    child = spawn(successor.path, args, { argv0: name, env: { ...successor.environment }, stdio: stdioOf(successor) })
    child.on("error", failed)
    child.on("exit", (code, signal) => signal === null ? process.exit(code ?? 0) : endBy(signal))
  } catch (error) {
    // Some errors of starting are thrown by the runtime instead of reported.
    failed(error as NodeJS.ErrnoException)
  }
}

/** Ends by the signal that ended the command, so that a shell sees what it would have seen. */
const endBy = (signal: NodeJS.Signals): void => {
  // Security: a core of ours could hold the long-lived key. To a shell the code says the same.
  if (leavingCore.has(signal)) process.exit(128 + constants.signals[signal])
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(128 + constants.signals[signal]), 1000)
}

/**
 * Becomes the command. `onFailure` is told when that cannot be done after all.
 *
 * A signal that has come and that nobody has heard of yet is heard of first, as the command would never be told of it;
 * from then on it does what it would do to the command.
 */
export const become = (successor: Successor, onFailure: (failure: Failure) => void): void => {
  const byExecve = process.execve !== undefined && certain(successor)
  setImmediate(() => {
    if (byExecve) replaceBy(successor)
    runInstead(successor, onFailure)
  })
}

/**
 * Comes back only where that fails, as Bun's execve may.
 *
 * Node and Bun ignore SIGPIPE and SIGXFSZ, which execve would hand on, so that `yes | head` would not end as it should;
 * a signal that is listened to goes back to its default instead (execve(2)). That is all right for SIGQUIT too, which
 * must not leave a core of ours in the last moment.
 */
const replaceBy = (successor: Successor): void => {
  for (const signal of ["SIGPIPE", "SIGXFSZ"] as const) process.on(signal, () => undefined)
  for (const signal of ["SIGINT", ...passedOn] as const) process.removeAllListeners(signal)
  if (process.versions["bun"] !== undefined && successor.inherited?.length) replaceWithFiles(successor, successor.inherited)
  try {
    process.execve?.(successor.path, successor.words, { ...successor.environment })
  } catch {
    // Bun throws where Node ends the process; the child that is run instead says what is wrong.
  }
}

/** What is used of Bun's `bun:ffi`, whose types are not installed. */
interface ForeignFunctions {
  readonly dlopen: (library: string, symbols: Record<string, { args: ReadonlyArray<string>; returns: "int" }>) => {
    readonly symbols: Readonly<Record<"execve" | "ioctl", (...args: ReadonlyArray<number>) => number>>
  }
  readonly ptr: (bytes: NodeJS.TypedArray) => number
}

/** The C library, and its FIONCLEX, which takes the mark of `FD_CLOEXEC` away (ioctl(2)): fcntl(2) would be variadic. */
const systems: Partial<Record<NodeJS.Platform, readonly [library: string, fionclex: number]>> = {
  // musl answers to this name as well.
  linux: ["libc.so.6", 0x5450],
  darwin: ["libSystem.B.dylib", 0x20006602]
}

/**
 * Hands on open files too, by the system's own function: Bun marks all that it inherits when it starts and again in its
 * `execve`. Comes back where that fails.
 */
const replaceWithFiles = ({ environment, path, words }: Successor, inherited: ReadonlyArray<number>): void => {
  const system = systems[process.platform]
  if (system === undefined) return
  const [library, fionclex] = system
  try {
    const { dlopen, ptr } = process.getBuiltinModule("bun:ffi") as unknown as ForeignFunctions
    const { symbols: { execve, ioctl } } = dlopen(library, {
      execve: { args: ["ptr", "ptr", "ptr"], returns: "int" },
      ioctl: { args: ["int", "u64"], returns: "int" }
    })
    // The system is told where they lie: all of them are kept until it has read them.
    const kept: Array<NodeJS.TypedArray> = []
    const at = (bytes: NodeJS.TypedArray): number => ptr(kept[kept.push(bytes) - 1]!)
    const text = (value: string): number => at(Buffer.from(`${value}\0`))
    const list = (values: ReadonlyArray<string>): number => at(BigUint64Array.from([...values.map(text), 0], BigInt))
    const variables = Object.entries(environment).map((entry) => entry.join("="))
    for (const descriptor of inherited) ioctl(descriptor, fionclex)
    execve(text(path), list(words), list(variables))
    kept.length = 0
  } catch {
    // Then the command goes without the files.
  }
}
