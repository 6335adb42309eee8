import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"

/** The terminal that this process belongs to. */
export interface ControllingTerminal {
  /** The same for every process on this terminal, and fit for a file name. */
  readonly name: string
  /** Whether our process group is the one that may read: any other is stopped by the kernel when it tries. */
  readonly foreground: boolean
}

const describe = (group: string, foregroundGroup: string, terminal: string): ControllingTerminal => ({
  name: `tty-${terminal.replaceAll(/[^A-Za-z0-9]/g, "-")}`,
  foreground: group === foregroundGroup
})

/**
 * From Linux's `/proc/self/stat`, which costs a few microseconds and may be asked before every read. The command,
 * which may hold anything, is skipped; proc_pid_stat(5) numbers the fields: 5 pgrp, 7 tty_nr (0 for none), 8 tpgid.
 */
export const throughProc: Effect.Effect<ControllingTerminal | undefined> = Effect.sync(() => {
  let stat: string
  try {
    stat = readFileSync("/proc/self/stat", "latin1")
  } catch {
    return undefined
  }
  const [, , group, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return group === undefined || foregroundGroup === undefined || terminal === undefined || terminal === "0"
    ? undefined
    : describe(group, foregroundGroup, terminal)
})

/** One look at our own line of `ps`, which gets nothing of our environment. */
const look: Effect.Effect<ControllingTerminal | undefined> = Effect.callback((resume) => {
  const columns = ["-o", "pgid=", "-o", "tpgid=", "-o", "tty="]
  const options = { env: { LC_ALL: "C" }, timeout: 2000 }
  const child = execFile("/bin/ps", [...columns, "-p", String(process.pid)], options, (error, stdout) => {
    const [group, foregroundGroup, terminal] = stdout.trim().split(/\s+/)
    const none = error !== null || group === undefined || foregroundGroup === undefined || terminal === undefined
    resume(Effect.succeed(none || /^[?-]/.test(terminal) ? undefined : describe(group, foregroundGroup, terminal)))
  })
  return Effect.sync(() => child.kill())
})

/** How long an answer of `ps`, a process of its own, is good for. */
const psAnswerMillis = 1000

/** From POSIX's `ps`, which macOS has instead of /proc. An answer may be a second old. */
export const throughPs: Effect.Effect<Effect.Effect<ControllingTerminal | undefined>> = Effect.sync(() => {
  let last: { readonly at: number; readonly answer: ControllingTerminal | undefined } | undefined
  return Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    if (last === undefined || Math.abs(now - last.at) >= psAnswerMillis) last = { at: now, answer: yield* look }
    return last.answer
  })
})
