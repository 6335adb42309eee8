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
import { type DiskTrouble, diskTrouble } from "../../domain/base/DiskTrouble.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { isTemporaryName, temporaryName } from "../../domain/cache/OwnDirectory.ts"
import { readPrivateFile } from "./PrivateFile.ts"
import { codeOf, isMissing } from "./SystemError.ts"

const hour = 60 * 60 * 1000

/** Something in the file system that makes a private directory or file impossible; the message is half a sentence. */
export class Unsuitable extends Error {
  readonly more: Omit<DiskTrouble, "reason"> | undefined

  constructor(reason: string, more?: Omit<DiskTrouble, "reason">) {
    super(reason)
    this.more = more
  }
}

/** What went wrong, for a person, and what mends it. */
export const troubleOf = (error: unknown): DiskTrouble => {
  if (error instanceof Unsuitable) return { reason: error.message, ...error.more }
  const code = codeOf(error)
  if (/^E[A-Z0-9]+$/.test(code)) return diskTrouble(code)
  return { reason: error instanceof Error ? error.message : String(error) }
}

/** What went wrong, for a person, as half a sentence that names no path. */
export const reasonOf = (error: unknown): string => troubleOf(error).reason

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
    // The umask may have taken bits that the owner needs.
    if ((lstatSync(path).mode & 0o700) !== 0o700) chmodSync(path, 0o700)
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
  // A umask leaves one that not even we can look into. One that we may only read is so on purpose.
  const lacking = (found.mode & 0o500) === 0o500 ? 0 : 0o700
  if ((found.mode & 0o077) !== 0 || lacking !== 0) chmodSync(path, found.mode & 0o700 | lacking)
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
  /** Where it is written to, as things stand. */
  readonly path: string
  /** The path that a file is written to. A name that could lead elsewhere is a bug of ours and throws a TypeError. */
  pathOf(file: string): string
  /** Makes the directory, or tightens it, and gives its path. */
  claim(): string
  /** The names in it, wherever it is read; none when it cannot be read. */
  list(): ReadonlyArray<string>
  /** As `readPrivateFile`, from the first place that has it. */
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
  /**
   * True when there was something to remove. Where it may be read but is not written, a private file is removed only if
   * its text `isOurs`.
   */
  remove(file: string, isOurs?: (text: string) => boolean): boolean
}

/** Where a private directory is. */
export interface Place {
  /** The directory that is written to, as things stand. */
  readonly writing: () => string
  /** Those that are read, in this order. */
  readonly reading: ReadonlyArray<string>
  /** Throws `Unsuitable` where nothing may be made. */
  readonly permit: () => void
}

const placeAt = (root: string): Place => ({ writing: () => root, reading: [root], permit: () => undefined })

const namesIn = (path: string): ReadonlyArray<string> => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

const plain = (file: string): string => {
  if (["", ".", ".."].includes(file) || /[/\0]/.test(file)) throw new TypeError("not the name of a file")
  return file
}

/** Removes what writers left that were killed over an hour ago. */
const sweep = (path: string, now: EpochMillis): void => {
  for (const file of namesIn(path)) {
    if (!isTemporaryName(file)) continue
    const leftover = lstatSync(join(path, file), { throwIfNoEntry: false })
    if (leftover === undefined || leftover.uid !== process.geteuid?.()) continue
    if (now - leftover.mtimeMs > hour) removeQuietly(join(path, file))
  }
}

/** The first answer that there is. */
const firstOf = <A>(paths: ReadonlyArray<string>, ask: (path: string) => A | undefined): A | undefined => {
  for (const path of paths) {
    const answer = ask(path)
    if (answer !== undefined) return answer
  }
  return undefined
}

/**
 * The directory at a place, or one just below it, which makes that one private too. Nothing is touched yet. Files that
 * need not be `lasting` are written without waiting for the disk: after a power loss they may be there and empty.
 */
export const make = (at: Place | string, below?: string, lasting = true): PrivateDirectory => {
  const place = typeof at === "string" ? placeAt(at) : at
  const within = (root: string): string => below === undefined ? root : join(root, below)
  const reading = place.reading.map(within)
  const pathOf = (file: string): string => join(within(place.writing()), plain(file))

  const claimAll = (): string => {
    place.permit()
    const root = place.writing()
    claim(root)
    if (below !== undefined) claim(join(root, below))
    return within(root)
  }

  return {
    get path() {
      return within(place.writing())
    },
    pathOf,
    claim: claimAll,
    list: () => [...new Set(reading.flatMap(namesIn))],
    read: (file) => firstOf(reading, (path) => readPrivateFile(join(path, plain(file)))),
    standing: (file) => firstOf(reading, (path) => standingOf(join(path, plain(file)))),
    write: (file, text, now) => {
      plain(file)
      const path = claimAll()
      const target = join(path, file)
      const temporary = join(path, temporaryName(process.pid, process.hrtime.bigint().toString(36)))
      writeNew(temporary, text, lasting)
      try {
        renameSync(temporary, target)
      } catch (error) {
        removeQuietly(temporary)
        throw error
      }
      sweep(path, now)
    },
    sync: () => syncDirectory(within(place.writing())),
    remove: (file, isOurs = () => true) => {
      const written = pathOf(file)
      const elsewhere = reading.map((path) => join(path, file)).filter((path) => path !== written)
      const removed = [written, ...elsewhere.filter((path) => {
        const text = readPrivateFile(path)
        return text !== undefined && isOurs(text)
      })].map(unlinked)
      return removed.includes(true)
    }
  }
}

/** Whether there was something to remove. */
const unlinked = (path: string): boolean => {
  try {
    unlinkSync(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
