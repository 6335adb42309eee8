import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, lstatSync, openSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { DiskTrouble } from "../../domain/base/DiskTrouble.ts"
import { stateFolder } from "../../domain/cache/OwnDirectory.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"
import { Lock } from "../../services/cache/Lock.ts"

type Taken =
  | { readonly state: "held"; readonly release: () => void }
  | { readonly state: "busy" }
  | { readonly state: "unusable"; readonly trouble: DiskTrouble }

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

/** One lock in several directories. One of them is enough, unless another process has it in any. */
const takeAll = (
  Database: typeof DatabaseSync,
  directories: ReadonlyArray<PrivateDirectory.PrivateDirectory>,
  file: string
): Taken => {
  const releases: Array<() => void> = []
  const release = (): void => releases.forEach((letGo) => letGo())
  let trouble: DiskTrouble = { reason: "there is no directory for it" }
  for (const directory of directories) {
    const taken = take(Database, directory, file)
    if (taken.state === "held") releases.push(taken.release)
    else if (taken.state === "unusable") trouble = taken.trouble
    else {
      release()
      return taken
    }
  }
  return releases.length > 0 ? { state: "held", release } : { state: "unusable", trouble }
}

const take = (Database: typeof DatabaseSync, directory: PrivateDirectory.PrivateDirectory, file: string): Taken => {
  let database: DatabaseSync | undefined
  try {
    const path = join(directory.claim(), file)
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
    if (isBusy(error)) return { state: "busy" }
    const trouble = PrivateDirectory.troubleOf(error)
    return { state: "unusable", trouble: { ...trouble, reason: `${directory.path}: ${trouble.reason}` } }
  }
}

/**
 * A lock is an open SQLite transaction on an empty file in `state/` below the cache directory: a POSIX lock, which the
 * kernel frees when its holder ends, however it ends, and which Node and Bun share. The file stays and means nothing.
 * Where the cache directory cannot have it, the `spare` ones have it, all of them that can.
 */
export const layer = (
  place: PrivateDirectory.Place | string | undefined,
  spare: () => ReadonlyArray<string> = () => []
): Layer.Layer<Lock> =>
  Layer.effect(Lock, Effect.gen(function*() {
    const first = place === undefined ? [] : [PrivateDirectory.make(place, stateFolder)]
    const others = yield* Effect.cached(
      Effect.sync(() => spare().map((directory) => PrivateDirectory.make(directory, stateFolder)))
    )
    let trouble: DiskTrouble | undefined
    const sqlite = yield* Effect.cached(Effect.gen(function*() {
      const { Database, warning } = loadSqlite()
      if (warning !== undefined) yield* Effect.logDebug(warning)
      return Database
    }))
    return Lock.of({
      tryTake: Effect.fn("LockSqlite.tryTake")(function*(name) {
        const file = yield* Effect.sync(() => PrivateDirectory.fileOfWord(name, ".lock"))
        const Database = yield* sqlite
        if (Database === undefined) {
          trouble = { reason: "this runtime has no SQLite" }
          return "unusable"
        }
        for (const directories of [Effect.succeed(first), others]) {
          const there = yield* directories
          if (there.length === 0) continue
          const taken = yield* Effect.uninterruptible(Effect.gen(function*() {
            const lock = takeAll(Database, there, file)
            // Whoever waits tries it often, within one scope.
            if (lock.state === "held") yield* Effect.addFinalizer(() => Effect.sync(lock.release))
            return lock
          }))
          if (taken.state !== "unusable") return taken.state
          trouble = taken.trouble
          yield* Effect.logDebug(`no lock in ${trouble.reason}`)
        }
        return "unusable"
      }),
      trouble: Effect.sync(() => trouble)
    })
  }))
