import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, lstatSync, openSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { Lock } from "../services/Lock.ts"
import * as PrivateDirectory from "./PrivateDirectory.ts"

type Taken =
  | { readonly state: "held"; readonly release: () => void }
  | { readonly state: "busy" }
  | { readonly state: "unusable"; readonly reason: string }

/**
 * The lock files that this process holds, by path and by inode, whichever layer took them. A POSIX lock is the
 * process's own, so that it does not keep the process itself out, and it is lost as soon as any other descriptor on
 * the file is closed: a file in here is not opened again.
 */
const held = new Set<string>()

/** SQLITE_BUSY, the low byte of the extended codes (https://sqlite.org/rescode.html). */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5

/**
 * Node 22 warns of SQLite when the module is loaded, on stderr, which some AWS clients take for output. Loading is
 * synchronous, so that no other warning can be caught in between.
 */
const loadSqlite = (): { readonly Database: typeof DatabaseSync | undefined; readonly warning: string | undefined } => {
  const emitWarning = process.emitWarning
  let warning: string | undefined
  process.emitWarning = (text: string | Error) => {
    warning = String(text)
  }
  try {
    return { Database: process.getBuiltinModule("node:sqlite")?.DatabaseSync, warning }
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Makes the lock file, or makes sure that the one there is ours, and gives its inode. */
const claimFile = (path: string): string => {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const descriptor = openSync(path, flags, 0o600)
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || found.uid !== process.geteuid?.()) throw new Error("the lock file is not ours")
    if ((found.mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600)
    // Nobody ever writes to a lock file, so that content is damage, which SQLite would refuse to open. The lock lies
    // on the inode and not on the content: emptying the file is safe while another process holds it.
    if (found.size > 0) ftruncateSync(descriptor, 0)
    return inodeOf(found)
  } finally {
    closeSync(descriptor)
  }
}

const inodeOf = (found: { readonly dev: number; readonly ino: number }): string => `${found.dev}:${found.ino}`

const inodeAt = (path: string): string | undefined => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found === undefined ? undefined : inodeOf(found)
}

const take = (Database: typeof DatabaseSync, directory: PrivateDirectory.PrivateDirectory, file: string): Taken => {
  const path = directory.pathOf(file)
  let database: DatabaseSync | undefined
  try {
    directory.claim()
    const before = inodeAt(path)
    if (held.has(path) || (before !== undefined && held.has(before))) return { state: "busy" }
    const inode = claimFile(path)
    database = new Database(path, { timeout: 0 })
    // IMMEDIATE takes the one lock that a single process can have and that readers do not disturb: EXCLUSIVE would
    // fail now and then for two who try at the same moment. The journal stays in memory: no file besides the lock.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE")
    // Whoever cleared the directory meanwhile has left us a lock that nobody else will see.
    if (inodeAt(path) !== inode) {
      database.close()
      return { state: "busy" }
    }
    held.add(path).add(inode)
    const taken = database
    return {
      state: "held",
      release: () => {
        taken.close()
        held.delete(path)
        held.delete(inode)
      }
    }
  } catch (error) {
    database?.close()
    return isBusy(error) ? { state: "busy" } : { state: "unusable", reason: PrivateDirectory.reasonOf(error) }
  }
}

/**
 * A lock is an open SQLite transaction on an empty file in `state/` below the cache directory: a POSIX lock, which the
 * kernel frees when its holder ends, however it ends, and which Node and Bun share. The file stays and means nothing.
 * Of several directories, the first that can have the lock has it.
 */
export const layer = (...cacheDirectories: ReadonlyArray<string>): Layer.Layer<Lock> =>
  Layer.effect(Lock, Effect.gen(function*() {
    const directories = cacheDirectories.map((directory) => PrivateDirectory.make(directory, "state"))
    const sqlite = yield* Effect.cached(Effect.gen(function*() {
      const { Database, warning } = loadSqlite()
      if (warning !== undefined) yield* Effect.logDebug(warning)
      return Database
    }))
    return Lock.of({
      tryTake: Effect.fn("LockSqlite.tryTake")(function*(name) {
        const file = yield* Effect.sync(() => PrivateDirectory.fileOfWord(name, ".lock"))
        const Database = yield* sqlite
        if (Database === undefined) return "unusable"
        for (const directory of directories) {
          const taken = yield* Effect.uninterruptible(Effect.gen(function*() {
            const lock = take(Database, directory, file)
            // Whoever waits tries it often, within one scope.
            if (lock.state === "held") yield* Effect.addFinalizer(() => Effect.sync(lock.release))
            return lock
          }))
          if (taken.state !== "unusable") return taken.state
          yield* Effect.logDebug(`no lock in ${directory.path}: ${taken.reason}`)
        }
        return "unusable"
      })
    })
  }))
