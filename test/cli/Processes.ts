import { readdirSync, readFileSync } from "node:fs"

/** Whether there is a process of that id; one that has ended and whose parent has not asked after it is none. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

/** Sends a signal at once, to a process or (-id) to its group. One that has ended has no use for it. */
export const signalNow = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

const sessionOf = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3])
  } catch {
    return 0
  }
}

/** The processes of a session, by the id of the process that began it. */
export const inSession = (leader: number): ReadonlyArray<number> =>
  readdirSync("/proc").map(Number).filter((pid) => pid > 0 && sessionOf(pid) === leader && isAlive(pid))
