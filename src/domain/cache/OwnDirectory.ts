import { printable } from "../base/Printable.ts"
import { quoteSh } from "../base/ShellQuoting.ts"
import { decodeEntry } from "./CacheEntry.ts"
import { decodeRole, roleFileName, roleFolder } from "./RoleEntry.ts"

/** Locks and notes, below the cache directory. */
export const stateFolder = "state"

/** What writers leave for a moment: no entry, note or lock is ever called this. */
const temporary = /^\.tmp-\d+-[0-9a-z]+$/

/** Whether a file may be one that a writer of ours was killed over. */
export const isTemporaryName = (name: string): boolean => temporary.test(name)

/** The name of a temporary file; `unique` is of digits and lower-case letters. */
export const temporaryName = (pid: number, unique: string): string => `.tmp-${pid}-${unique}`

/** Something in a directory, or in a folder of it. */
export interface Content {
  /** Empty for what is in the directory itself. */
  readonly folder: string
  readonly name: string
  readonly kind: "file" | "directory" | "other"
  /** Whether it is the effective user's. */
  readonly mine: boolean
  /** Of a private file; undefined for any other. */
  readonly text: () => string | undefined
}

export interface ChosenDirectory {
  /** Whether it is the effective user's. */
  readonly mine: boolean
  /** With the sticky bit, which is 0o1000. */
  readonly mode: number
  /** A home, what is for all caches, or the root of all. */
  readonly isHome: boolean
  /** All that is in it and in its folders; it is not looked further than it has to be. */
  readonly contents: Iterable<Content>
}

/**
 * Whether a directory that is there, and that somebody has named for the cache, is ours alone: it may be closed to
 * others then, and used as it is. An empty one that others may write to was made for others too.
 */
export const isOursAlone = ({ contents, isHome, mine, mode }: ChosenDirectory): boolean => {
  if (!mine || isHome || (mode & 0o1000) !== 0) return false
  let isEmpty = true
  for (const content of contents) {
    if (!isOurs(content)) return false
    isEmpty = false
  }
  return !isEmpty || (mode & 0o022) === 0
}

const isOurs = ({ folder, kind, mine, name, text }: Content): boolean => {
  if (!mine) return false
  if (kind !== "file") return kind === "directory" && folder === "" && (name === roleFolder || name === stateFolder)
  if (isTemporaryName(name)) return true
  if (folder === stateFolder) return /^[A-Za-z0-9._-]+\.(?:lock|note)$/.test(name)
  return name.endsWith(".json") && isEntry(folder, name, text())
}

const isEntry = (folder: string, name: string, text: string | undefined): boolean => {
  if (text === undefined) return false
  if (folder === "") return decodeEntry(text) !== undefined
  const role = decodeRole(text)
  return role !== undefined && roleFileName(role) === name
}

/**
 * A home, or a directory for caches in one, that belongs to somebody else. What we made in it would be ours, and its
 * owner would have no cache any more, of any program.
 */
export interface StrangersHome {
  readonly path: string
  /** The user id of its owner. */
  readonly owner: number
  /** Ours. */
  readonly user: number
  /** Whether it is below a home of our own, as what a program left there that was run as root. */
  readonly inOwnHome: boolean
  /** Something in it that is ours: its owner cannot use it. */
  readonly left?: string
}

/** Half a sentence. */
export const strangersReason = ({ owner, path }: StrangersHome): string =>
  `${printable(path)} belongs to another user (id ${owner}), and nothing is made in somebody else's home`

/** What to do about it: first in words, then, on a line of its own, as a command where there is one. */
export const strangersCure = ({ inOwnHome, path, user }: StrangersHome): string =>
  inOwnHome
    ? `take it back\nsudo chown -R ${user} ${quoteSh(path)}`
    : "use a home of your own (`sudo -H` instead of `sudo -E`), or set OP_AWS_CACHE_DIR to a directory that is not in it"
