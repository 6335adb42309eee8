import { accessSync, constants } from "node:fs"

/** What Node lists of its thread pool's work that may never end: names that are looked up, and files. */
const pooled = /^(?:GetAddrInfo|GetNameInfo|FS)Req/

const shell = "/bin/sh"

const canBecomeShell = (): boolean => {
  try {
    accessSync(shell, constants.X_OK)
    return process.execve !== undefined && process.versions["bun"] === undefined
  } catch {
    return false
  }
}

/**
 * Ends the process at once. Node's own exit waits for its thread pool, which a name that no server answers for holds up
 * for ten seconds and more. Where there is such work left, the process becomes a shell that only ends with the code:
 * Node has no other way to leave its threads.
 */
export const leave = (code: number): void => {
  if (process.getActiveResourcesInfo().some((name) => pooled.test(name)) && canBecomeShell()) {
    process.emit("exit", code)
    process.execve?.(shell, ["sh", "-c", `exit ${code}`], {})
  }
  process.exit(code)
}
