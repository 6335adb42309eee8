import { fstatSync, readFileSync } from "node:fs"
import { isatty } from "node:tty"

/** Where the kernel has this process. Session, group and terminal are null where there is no /proc. */
export interface ProcessPlace {
  readonly pid: number
  readonly ppid: number
  readonly pgid: number | null
  readonly sid: number | null
  /** Device number of the controlling terminal, 0 without one. */
  readonly tty_nr: number | null
}

/** Reads /proc/self/stat (proc(5): ppid, pgrp, session and tty_nr follow the command name and the state). */
export const processPlace = (): ProcessPlace => {
  let stat: string
  try {
    stat = readFileSync("/proc/self/stat", "latin1")
  } catch {
    return { pid: process.pid, ppid: process.ppid, pgid: null, sid: null, tty_nr: null }
  }
  const [ppid, pgid, sid, ttyNr] = stat.slice(stat.lastIndexOf(")") + 4).split(" ").map(Number)
  return { pid: process.pid, ppid: ppid ?? process.ppid, pgid: pgid ?? null, sid: sid ?? null, tty_nr: ttyNr ?? null }
}

/** What file descriptor 0 is. `op` tells a pipe (fifo) from a socket, and takes only the first for piped input. */
export type StdinKind = "tty" | "char" | "fifo" | "socket" | "file" | "closed"

/** Looks at file descriptor 0 without reading from it. */
export const stdinKind = (): StdinKind => {
  if (isatty(0)) return "tty"
  try {
    const stat = fstatSync(0)
    if (stat.isFIFO()) return "fifo"
    if (stat.isSocket()) return "socket"
    return stat.isFile() ? "file" : "char"
  } catch {
    return "closed"
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4))

/** Blocks for so many milliseconds; signals end the process as they would a sleeping one. */
export const sleep = (ms: number): void => {
  if (ms > 0) Atomics.wait(cell, 0, 0, ms)
}

const again = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EAGAIN"

/** Reads file descriptor 0 to its end, waiting as long as it stays open. */
export const readStdin = (): string => {
  for (;;) {
    try {
      return readFileSync(0, "utf8")
    } catch (error) {
      if (!again(error)) throw error
      sleep(5)
    }
  }
}

/** Tries a write until it went through; a full pipe makes it wait. */
export const retryWhenFull = <A>(write: () => A): A => {
  for (;;) {
    try {
      return write()
    } catch (error) {
      if (!again(error)) throw error
      sleep(2)
    }
  }
}
