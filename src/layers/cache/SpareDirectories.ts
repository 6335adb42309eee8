import { statSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { folderIn } from "../../domain/settings/CacheDirectory.ts"

/** Where the system keeps what lives as long as a login, and what everybody may write to. */
export interface SystemDirectories {
  readonly run: string
  readonly temporary: string
}

const system: SystemDirectories = { run: "/run/user", temporary: "/tmp" }

/** The XDG Base Directory Specification: a runtime directory is its user's and has mode 0700. */
const isRuntimeDirectory = (path: string): boolean => {
  try {
    const found = statSync(path)
    return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o777) === 0o700
  } catch {
    return false
  }
}

/**
 * Our own directories for locks where the cache directory cannot have them: whoever keeps no session asks for itself,
 * and still two must not read one terminal at once. A lock is to be had in all of these together. `XDG_RUNTIME_DIR` is
 * in one process's environment and not in another's (cron, ssh, a desktop): the second directory is the same for all
 * of a user's processes, `/run/user/<uid>` where there is one, else `/tmp`.
 */
export const spareDirectories = (environment: Environment, { run, temporary }: SystemDirectories = system): ReadonlyArray<string> => {
  const user = process.geteuid?.()
  const named = variable(environment, "XDG_RUNTIME_DIR")
  const usual = join(run, String(user ?? "user"))
  const runtime = [...named?.startsWith("/") ? [resolve(named)] : [], usual].filter(isRuntimeDirectory)
  const below = [...new Set(runtime)].map((directory) => join(directory, "op-aws-credential-process"))
  return runtime.includes(usual) ? below : [...below, folderIn(temporary, user)]
}
