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

/** The words that a process was started with; empty where it is gone. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
  } catch {
    return ""
  }
}

/** What is to be seen of a process from outside. */
export interface Process {
  readonly commandLine: string
  readonly environment: string
}

/** Everything that a process has started, and what these have started, at this moment. */
export const below = (pid: number): ReadonlyArray<Process> => {
  const parents = new Map(readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1")
      return [[Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])] as const]
    } catch {
      return []
    }
  }))
  const isBelow = (one: number): boolean => {
    const parent = parents.get(one)
    return parent !== undefined && (parent === pid || isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow).flatMap((one) => {
    try {
      return [{
        commandLine: readFileSync(`/proc/${one}/cmdline`, "utf8"),
        environment: readFileSync(`/proc/${one}/environ`, "utf8")
      }]
    } catch {
      return []
    }
  })
}
