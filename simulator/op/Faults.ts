import type { ErrorRow } from "./Errors.ts"

/** What can go wrong with a call besides the rows of the error table. */
export type Mishap =
  /** Never ends. */
  | "hang"
  /** Exit 1 with nothing on stderr. */
  | "silent"
  /** A Go panic: exit 2. */
  | "panic"
  /** Ends itself by SIGKILL. */
  | "killed"
  /** The answer breaks off in the middle. */
  | "truncated"
  /** Exit 0 with nothing on stdout. */
  | "empty"
  /** The text of `message` as an `[ERROR]`. */
  | "message"
  /** `message` on stderr as it stands, exit 1. */
  | "raw-stderr"
  /** Says that it wrote an item, and keeps nothing of it. */
  | "forgets"
  /** Does what it was asked and ends itself by SIGKILL before it says so. */
  | "killed-after"
  /** The call works, after `delay_ms`. */
  | "none"

export interface Fault {
  fault: ErrorRow | Mishap
  /** Which calls: numbers count from 1, over all calls or over those of `command`. Absent: always. */
  call?: number | Array<number>
  /** `item get`, `read`, `--version`, ... Absent: any command. */
  command?: string
  message?: string
  /** Exit status of `message` and `raw-stderr`; 1 unless given. */
  exit?: number
  delay_ms?: number
  /** `hang` leaves a process below it, which keeps stdout and stderr open. Its pid is in the log. */
  spawn_child?: boolean
  /** `hang` outlives SIGTERM, SIGINT, SIGHUP and SIGQUIT. */
  ignore_signals?: boolean
}

/** The fault that a call has to suffer, if any; `numbers` are the call's own among all and among its command's. */
export const faultFor = (
  faults: ReadonlyArray<Fault>,
  command: string,
  numbers: { readonly all: number; readonly command: number }
): Fault | undefined =>
  faults.find((fault) => {
    if (fault.command !== undefined && fault.command !== command) return false
    if (fault.call === undefined) return true
    return [fault.call].flat().includes(fault.command === undefined ? numbers.all : numbers.command)
  })
