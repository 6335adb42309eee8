import { closeSync, openSync, readSync, statSync } from "node:fs"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import { placesInPath, programInPath, standingOf } from "../host/ProgramPath.ts"

/** Where the Windows installer puts `op`. Folders of single users are never looked into: they may be somebody else's. */
const windowsProgram = "/mnt/c/Program Files/1Password CLI/op.exe"

/** What a name stands for in PATH; where nothing there can be run, the file that is in the way is named. */
const inPath = (name: string, environment: Environment): string | OpFailure<"OpNotFound" | "OpNotExecutable"> => {
  const executable = programInPath(name, environment)
  if (executable !== undefined) return executable
  const present = placesInPath(name, environment).find((path) =>
    standingOf(path) === "not-executable" && statSync(path).isFile()
  )
  return present === undefined ? OpFailure.OpNotFound(name, true) : OpFailure.OpNotExecutable(present)
}

const locate = (
  cliPath: string,
  environment: Environment,
  windowsOp: string
): string | OpFailure<"OpNotFound" | "OpNotExecutable"> => {
  if (cliPath.includes("/")) {
    const found = standingOf(cliPath)
    return found === "executable"
      ? cliPath
      : found === "missing"
      ? OpFailure.OpNotFound(cliPath, false)
      : OpFailure.OpNotExecutable(cliPath)
  }
  const found = inPath(cliPath, environment)
  const isWsl = variable(environment, "WSL_DISTRO_NAME", "WSL_INTEROP") !== undefined
  if (typeof found === "string" || cliPath !== "op" || !isWsl) return found
  const windows = inPath("op.exe", environment)
  if (typeof windows === "string") return windows
  return standingOf(windowsOp) === "executable" ? windowsOp : found
}

/** How files begin that the kernel starts: ELF, Mach-O (either order, or several in one), scripts, Windows programs. */
const magics = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "2321", "4d5a"]

/** The first four bytes in hex; undefined where the file may be run and not read. */
const beginning = (path: string): string | undefined => {
  try {
    const descriptor = openSync(path, "r")
    try {
      const bytes = Buffer.alloc(4)
      return bytes.toString("hex", 0, readSync(descriptor, bytes, 0, 4, 0))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

/**
 * The program that `cliPath` means: a path as it stands, or a bare name that is looked for in PATH. In WSL the default
 * name also stands for the Windows program. A file that only a shell could run is refused here, because the C library's
 * `execvp`, which Node starts programs with, hands such a file to /bin/sh.
 */
export const findOp = (
  cliPath: string,
  environment: Environment,
  windowsOp = windowsProgram
): string | OpFailure<"OpNotFound" | "OpNotExecutable" | "OpNotRunnable"> => {
  const path = locate(cliPath, environment, windowsOp)
  if (typeof path !== "string") return path
  const head = beginning(path)
  return head === undefined || magics.some((magic) => head.startsWith(magic))
    ? path
    : OpFailure.OpNotRunnable(path, "it is no program for this system")
}
