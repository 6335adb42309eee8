import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { cacheVariable, stateVariable } from "./Environment.ts"
import { logPath } from "./Log.ts"
import { itemsPath } from "./Store.ts"

export { dialogs, type Dialogs, lockApp, logPath, type OpCall, readCalls, readLog } from "./Log.ts"

export interface InstallOptions {
  /** Path of the state file, which `writeState` writes. */
  readonly state: string
  readonly name?: "op" | "op.exe"
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

const root = resolve(import.meta.dirname, "../..")

/** A Node that can run the stand-in: this process's own, unless it is Bun that runs us. */
const nodePath = (): string =>
  process.versions["bun"] === undefined
    ? process.execPath
    : join(root, "node_modules/node/bin/node")

/**
 * Writes an executable `op` (or `op.exe`) into a folder, which comes into being if need be, and returns its path. The
 * wrapper becomes Node by exec, so that pid, parent, group and terminal are the caller's choice.
 */
export const installOp = (directory: string, options: InstallOptions): string => {
  const path = join(directory, options.name ?? "op")
  mkdirSync(directory, { recursive: true })
  writeFileSync(
    path,
    [
      "#!/bin/sh",
      `export ${stateVariable}=${quote(resolve(options.state))}`,
      // Node then strips the types of the stand-in once instead of at each call: 60 ms in place of 160.
      `export ${cacheVariable}=${quote(join(root, "node_modules/.cache/simulator"))}`,
      `exec ${quote(nodePath())} ${quote(join(import.meta.dirname, "main.ts"))} "$@"`,
      ""
    ].join("\n")
  )
  chmodSync(path, 0o755)
  return path
}

/** Forgets everything that calls left: log, call numbers, dialogs, approvals, written items. */
export const resetOp = (state: string): void => {
  rmSync(logPath(state), { force: true })
  rmSync(itemsPath(state), { recursive: true, force: true })
}
