import { realpathSync } from "node:fs"
import type { RunningProgram } from "../domain/setup/InstalledProgram.ts"

const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether this is the standalone executable, in which Bun keeps the program in a file system of its own. */
const isStandalone = process.versions["bun"] !== undefined && !process.execPath.endsWith("/bun")

/** What runs this process, by its real path. */
export const runningProgram = (): RunningProgram =>
  isStandalone
    ? { kind: "standalone", path: realPath(process.execPath) }
    : { kind: "script", runtime: realPath(process.execPath), path: realPath(process.argv[1] ?? "") }
