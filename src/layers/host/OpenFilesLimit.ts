import { readFileSync } from "node:fs"

/** How many files this process may have open; undefined where the system does not say, or has no room for the answer. */
export const openFilesLimit = (): number | undefined => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
