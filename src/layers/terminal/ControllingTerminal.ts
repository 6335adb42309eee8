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

/** How long `ps` may take. */
const patience = "2 seconds"

/** One look at our own line of `ps`, which gets nothing of our environment. */
const look = (ps: string): Effect.Effect<ControllingTerminal | "none" | "no answer"> =>
  Effect.callback<ControllingTerminal | "none" | "no answer">((resume) => {
    const columns = ["-o", "pgid=", "-o", "tpgid=", "-o", "tty="]
    const child = execFile(ps, [...columns, "-p", String(process.pid)], { env: { LC_ALL: "C" } }, (error, stdout) => {
      const [group, foregroundGroup, terminal] = stdout.trim().split(/\s+/)
      const answered = error === null && group !== undefined && foregroundGroup !== undefined && terminal !== undefined
      const found = answered && !/^[?-]/.test(terminal) ? describe(group, foregroundGroup, terminal) : "none"
      resume(Effect.succeed(answered ? found : "no answer"))
    })
    return Effect.sync(() => child.kill())
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed("no answer" as const) }))

/** How long an answer of `ps`, a process of its own, is good for. */
const psAnswerMillis = 1000

/**
 * From POSIX's `ps`, which macOS has instead of /proc. An answer may be a second old. Where none comes, as on a machine
 * that fell asleep over the question or has no room for another process, the last one stands: a terminal that was there
 * is gone when `ps` says so.
 */
export const throughPs = (ps = "/bin/ps"): Effect.Effect<Effect.Effect<ControllingTerminal | undefined>> =>
  Effect.sync(() => {
    let last: { readonly at: number; readonly answer: ControllingTerminal | "none" } | undefined
    return Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      if (last === undefined || Math.abs(now - last.at) >= psAnswerMillis) {
        const answer = yield* look(ps)
        // Looking takes a while, too.
        last = { at: yield* Clock.currentTimeMillis, answer: answer === "no answer" ? last?.answer ?? "none" : answer }
      }
      return last.answer === "none" ? undefined : last.answer
    })
  })

/** How to ask `stty` for the modes of the process's own terminal; POSIX's has no option for another device than stdin. */
const sttyOf = process.platform === "linux" ? ["-F", "/dev/tty", "-a"] : ["-f", "/dev/tty", "-a"]

/**
 * Whether the terminal hands its input on line by line. Where another program has taken that off (ICANON: an editor,
 * k9s, a prompt with completion), the screen and the keys are that program's. Only a system call tells, which neither
 * Node nor Bun makes, so `stty` is asked, once in a while; where it does not answer, lines are what there is.
 */
export const lineMode = (places: ReadonlyArray<string> = ["/usr/bin/stty", "/bin/stty"]): Effect.Effect<boolean> => {
  let last: { readonly at: number; readonly lines: boolean } | undefined
  return Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    if (last === undefined || Math.abs(now - last.at) >= psAnswerMillis) {
      const said = yield* Effect.firstSuccessOf(places.map(sttyAnswer)).pipe(Effect.orElseSucceed(() => ""))
      last = { at: yield* Clock.currentTimeMillis, lines: !/(?:^|\s)-icanon\b/.test(said) }
    }
    return last.lines
  })
}

const sttyAnswer = (stty: string): Effect.Effect<string, "no answer"> =>
  Effect.callback<string, "no answer">((resume) => {
    const child = execFile(stty, sttyOf, { env: { LC_ALL: "C" } }, (error, stdout) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail("no answer")))
    return Effect.sync(() => child.kill())
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail("no answer" as const) }))
