import { realpathSync } from "node:fs"
import { launcherOf, type RunningProgram, type Runtime } from "../../domain/host/RunningProgram.ts"
import { standingOf } from "./ProgramPath.ts"

const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether this is the standalone executable, in which Bun keeps the program in a file system of its own. */
const isStandalone = process.versions["bun"] !== undefined && !process.execPath.endsWith("/bun")

/** A program by which it is started: its launcher where it has one. */
const startedBy = (program: string): string => {
  const launcher = launcherOf(program)
  return launcher !== undefined && standingOf(launcher) === "executable" ? realPath(launcher) : program
}

/** What starts this program again, by its real path. */
export const runningProgram = (): RunningProgram =>
  isStandalone
    ? { kind: "standalone", path: startedBy(realPath(process.execPath)) }
    : { kind: "script", runtime: realPath(process.execPath), path: realPath(process.argv[1] ?? "") }

const bun = process.versions["bun"]

/** What runs this process. Bun names a version of Node as well, whose part it plays. */
export const runtime: Runtime = bun === undefined
  ? { name: "node", version: process.versions.node }
  : { name: "bun", version: bun }
