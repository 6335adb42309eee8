import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync
} from "node:fs"
import { dirname, join } from "node:path"
import type { EpochMillis } from "../domain/Time.ts"
import { readPrivateFile } from "../PrivateFile.ts"
import { codeOf, isMissing } from "./SystemError.ts"

const hour = 60 * 60 * 1000

/** No entry, note or lock is ever called this: those end in an extension of their own. */
const temporaryPrefix = ".tmp-"

/** Something in the file system that makes a private directory or file impossible; the message is half a sentence. */
class Unsuitable extends Error {}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file size limit is too low",
  EIO: "the disk has a fault",
  ENOENT: "the directory is not there",
  ENOTDIR: "a file is in the place of a directory",
  EISDIR: "a directory is in its place",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the path is too long"
}

/** What went wrong, for a person, as half a sentence that names no path. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof Unsuitable) return error.message
  const code = codeOf(error)
  if (/^E[A-Z0-9]+$/.test(code)) return reasons[code] ?? `system error ${code}`
  return error instanceof Error ? error.message : String(error)
}

/**
 * The file of something that our own code names, in `state/`. A name that is no plain word is a bug of ours, which
 * could lead out of the directory, and throws a TypeError.
 */
export const fileOfWord = (word: string, extension: string): string => {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(word)) throw new TypeError(`not a plain word: ${word}`)
  return `${word}${extension}`
}

/** One directory, 0700. Somebody else may make it first. */
const makeOne = (path: string): void => {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  }
}

/** A directory, 0700, and its parents. Node's own recursive mkdir reports a read-only disk as a path that does not exist. */
export const makeWithParents = (path: string): void => {
  try {
    makeOne(path)
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error
    makeWithParents(dirname(path))
    makeOne(path)
  }
}

/** Makes a directory 0700 when it is missing, its parents too; takes one that is there only if it is ours. */
const claim = (path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) makeWithParents(path)
  const entry = lstatSync(path)
  const user = process.geteuid?.()
  // A link of our own is how people move a directory to another disk; anybody else's could lead anywhere.
  const found = entry.isSymbolicLink() && entry.uid === user ? statSync(path) : entry
  if (!found.isDirectory()) throw new Unsuitable("its place is taken by something that is no directory of ours")
  if (found.uid !== user) throw new Unsuitable("the directory belongs to another user")
  if ((found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o700)
}

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Writes a file that was not there, 0600 from the first byte; nothing of it stays where that fails. `finish` may see to
 * its owner and its mode when all of the text is in it.
 */
export const writeNew = (path: string, text: string, lasting: boolean, finish?: (descriptor: number) => void): void => {
  const descriptor = openSync(path, newFile, 0o600)
  try {
    try {
      // The umask may have taken bits that the owner needs.
      fchmodSync(descriptor, 0o600)
      const bytes = Buffer.from(text)
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
      finish?.(descriptor)
      if (lasting) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    removeQuietly(path)
    throw error
  }
}

/** Sees to it that the names in a directory outlast a power loss too. */
export const syncDirectory = (path: string): void => {
  const descriptor = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export const removeQuietly = (path: string): void => {
  try {
    unlinkSync(path)
  } catch {
    // It is gone, or nothing can be done about it now: the next writer tries again.
  }
}

const standingOf = (path: string): string | undefined => {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found === undefined) return undefined
    if (!found.isFile()) return "no regular file"
    if (found.uid !== process.geteuid?.()) return "somebody else's"
    return (found.mode & 0o077) === 0 ? "too large, or cannot be read" : "open to others"
  } catch (error) {
    return reasonOf(error)
  }
}

/**
 * A directory for the same user's eyes only, whose files are written whole or not at all. All of it is synchronous, so
 * that no interruption comes between a temporary file and its name. Functions throw system errors; `reasonOf` turns
 * them into words.
 */
export interface PrivateDirectory {
  readonly path: string
  /** The path of a file in it. A name that could lead elsewhere is a bug of ours and throws a TypeError. */
  pathOf(file: string): string
  /** Makes the directory, or tightens it. */
  claim(): void
  /** The names in it; none when it cannot be read. */
  list(): ReadonlyArray<string>
  /** As `readPrivateFile`. */
  read(file: string): string | undefined
  /** What a file that was not read is, in words that complete "it is …"; undefined where there is none. */
  standing(file: string): string | undefined
  /**
   * Puts the text in a file, 0600, in one step: another process sees the old file or the new one, whoever dies when.
   * A link, a FIFO or somebody's file in its place is replaced and never followed. Writers that died over an hour ago
   * are cleaned up after. After a power loss the old file may be back, which costs less than syncing the directory.
   */
  write(file: string, text: string, now: EpochMillis): void
  /** Sees to it that names outlast a power loss too, and not only what is in the files. */
  sync(): void
  /** True when there was something to remove. */
  remove(file: string): boolean
}

/**
 * The directory at `root`, or one just below it, which makes `root` private too. Nothing is touched yet. Files that
 * need not be `lasting` are written without waiting for the disk: after a power loss they may be there and empty.
 */
export const make = (root: string, below?: string, lasting = true): PrivateDirectory => {
  const path = below === undefined ? root : join(root, below)

  const pathOf = (file: string): string => {
    if (["", ".", ".."].includes(file) || /[/\0]/.test(file)) throw new TypeError("not the name of a file")
    return join(path, file)
  }

  const claimAll = (): void => {
    claim(root)
    if (path !== root) claim(path)
  }

  const list = (): ReadonlyArray<string> => {
    try {
      return readdirSync(path)
    } catch {
      return []
    }
  }

  const sweep = (now: EpochMillis): void => {
    for (const file of list()) {
      if (!file.startsWith(temporaryPrefix) || file.endsWith(".json")) continue
      const leftover = lstatSync(join(path, file), { throwIfNoEntry: false })
      if (leftover !== undefined && now - leftover.mtimeMs > hour) removeQuietly(join(path, file))
    }
  }

  return {
    path,
    pathOf,
    claim: claimAll,
    list,
    read: (file) => readPrivateFile(pathOf(file)),
    standing: (file) => standingOf(pathOf(file)),
    write: (file, text, now) => {
      const target = pathOf(file)
      claimAll()
      const temporary = join(path, `${temporaryPrefix}${process.pid}-${process.hrtime.bigint().toString(36)}`)
      writeNew(temporary, text, lasting)
      try {
        renameSync(temporary, target)
      } catch (error) {
        removeQuietly(temporary)
        throw error
      }
      sweep(now)
    },
    sync: () => syncDirectory(path),
    remove: (file) => {
      try {
        unlinkSync(pathOf(file))
        return true
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
    }
  }
}
