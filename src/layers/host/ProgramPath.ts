import { accessSync, constants, statSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import { type Environment, variable } from "../../domain/base/Environment.ts"

/** What stands at a path: a file that may be executed, anything else, or nothing that can be seen. */
export type Standing = "executable" | "not-executable" | "missing"

export const standingOf = (path: string): Standing => {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return "missing"
    if (!stat.isFile()) return "not-executable"
  } catch {
    // A folder on the way that cannot be entered.
    return "missing"
  }
  try {
    accessSync(path, constants.X_OK)
    return "executable"
  } catch {
    return "not-executable"
  }
}

/** All places where PATH says that a program of this name could be, in order. Empty and relative entries name none. */
export const placesInPath = (name: string, environment: Environment): ReadonlyArray<string> =>
  (variable(environment, "PATH") ?? "").split(":").filter(isAbsolute).map((folder) => join(folder, name))

/**
 * The program that a bare name stands for in PATH: the first executable file. Empty and relative entries are skipped,
 * or the current directory would decide which program gets to see what is secret. No process is started.
 */
export const programInPath = (name: string, environment: Environment): string | undefined =>
  placesInPath(name, environment).find((path) => standingOf(path) === "executable")
