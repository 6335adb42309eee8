import { appendFileSync, existsSync, readFileSync } from "node:fs"
import type { ProcessPlace, StdinKind } from "./Process.ts"

/** The first line of each call. `at` is the simulated clock, `time` the machine's when the process started. */
export interface StartEvent extends ProcessPlace {
  readonly event: "start"
  readonly id: string
  readonly command: string
  readonly argv: ReadonlyArray<string>
  /** The names of the environment's variables, sorted. */
  readonly env: ReadonlyArray<string>
  /** The values of AWS_* and OP_*, save tokens and secrets, which are `[set]`. */
  readonly values: Readonly<Record<string, string>>
  readonly stdin: StdinKind
  readonly cwd: string
  readonly at: number
  readonly time: number
}

/** The last line of each call that was not ended from outside. */
export interface DoneEvent {
  readonly event: "done"
  readonly id: string
  readonly exit: number | null
  readonly signal?: "SIGKILL"
  readonly time: number
}

/** A dialog of the desktop app: shown, and later answered unless its process was ended first. */
export interface DialogEvent {
  readonly event: "dialog"
  readonly id: string
  readonly account: string
  readonly pid: number
  readonly time: number
}

export interface AnswerEvent {
  readonly event: "answer"
  readonly id: string
  readonly answer: "approved" | "dismissed" | "expired"
  readonly time: number
}

/** An account was opened for a session of the terminal: by a dialog, or by use of an earlier approval. */
export interface AuthorizedEvent {
  readonly event: "authorized"
  readonly id: string
  readonly account: string
  readonly session: string
  readonly by: "dialog" | "use"
  readonly at: number
}

/** The app was locked: all approvals before are void. */
export interface LockedEvent {
  readonly event: "locked"
}

/** A process below the call that was started by a hanging call. */
export interface ChildEvent {
  readonly event: "child"
  readonly id: string
  readonly pid: number
}

/** `op signin` chose an account. */
export interface SigninEvent {
  readonly event: "signin"
  readonly id: string
  readonly account: string
}

export type LogEvent =
  | StartEvent
  | DoneEvent
  | DialogEvent
  | AnswerEvent
  | AuthorizedEvent
  | LockedEvent
  | ChildEvent
  | SigninEvent

/** The log that belongs to a state file. */
export const logPath = (state: string): string => `${state}.log`

/**
 * Adds one line. The log is also the stand-in's memory (call numbers, dialogs, approvals): one append is one write to
 * a descriptor opened with O_APPEND, so lines of parallel processes neither mix nor get lost, and a process that is
 * killed leaves no lock behind.
 */
export const append = (state: string, event: LogEvent): void =>
  appendFileSync(logPath(state), `${JSON.stringify(event)}\n`)

/** All events in the order in which they happened. A line that is still being written is left out. */
export const readLog = (state: string): ReadonlyArray<LogEvent> =>
  existsSync(logPath(state))
    ? readFileSync(logPath(state), "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line) as LogEvent)
    : []

const isStart = (event: LogEvent): event is StartEvent => event.event === "start"

/** The number of a call among all calls and among those of its command, counted from 1. */
export const callNumbers = (state: string, id: string): { readonly all: number; readonly command: number } => {
  const starts = readLog(state).filter(isStart)
  const all = starts.findIndex((start) => start.id === id) + 1
  const command = starts[all - 1]?.command
  return { all, command: starts.slice(0, all).filter((start) => start.command === command).length }
}

/** A call as the log shows it. `exit` is absent while the call runs, and for ever when it was ended from outside. */
export interface OpCall extends StartEvent {
  readonly exit?: number | null
  readonly signal?: "SIGKILL"
  /** The machine's clock when the call was done. */
  readonly done?: number
  /** Pid of the process that a hanging call left below it. */
  readonly child?: number
}

/** All calls of a state file, in the order in which they began. */
export const readCalls = (state: string): ReadonlyArray<OpCall> => {
  const events = readLog(state)
  return events.filter(isStart).map((start) => {
    const done = events.find((event): event is DoneEvent => event.event === "done" && event.id === start.id)
    const child = events.find((event): event is ChildEvent => event.event === "child" && event.id === start.id)
    return {
      ...start,
      ...(done === undefined ? {} : { exit: done.exit, done: done.time }),
      ...(done?.signal === undefined ? {} : { signal: done.signal }),
      ...(child === undefined ? {} : { child: child.pid })
    }
  })
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Dialogs that were shown, and what became of them. */
export interface Dialogs {
  readonly shown: number
  readonly approved: number
  readonly dismissed: number
  /** Not answered in time. */
  readonly expired: number
  /** Still on the screen, its process alive. */
  readonly open: number
  /** Still on the screen, its process gone: an approval would do nothing. */
  readonly orphaned: number
}

/** Counts the dialogs of a state file. */
export const dialogs = (state: string): Dialogs => {
  const events = readLog(state)
  const shown = events.filter((event): event is DialogEvent => event.event === "dialog")
  const answers = events.filter((event): event is AnswerEvent => event.event === "answer")
  const unanswered = shown.filter((dialog) => !answers.some((answer) => answer.id === dialog.id))
  const count = (answer: AnswerEvent["answer"]): number => answers.filter((event) => event.answer === answer).length
  const open = unanswered.filter((dialog) => alive(dialog.pid)).length
  return {
    shown: shown.length,
    approved: count("approved"),
    dismissed: count("dismissed"),
    expired: count("expired"),
    open,
    orphaned: unanswered.length - open
  }
}

/** Locks the app: every approval so far is void, the next call raises a dialog. */
export const lockApp = (state: string): void => append(state, { event: "locked" })
