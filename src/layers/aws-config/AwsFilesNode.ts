import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { ConfigFailure } from "../../domain/aws-config/ConfigFailure.ts"
import { Failure } from "../../domain/base/Failure.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { textReadBefore } from "../host/FileText.ts"
import { largestText } from "../host/PlainFile.ts"
import { makeWithParents, reasonOf, removeQuietly, syncDirectory, troubleOf, writeNew } from "../host/PrivateDirectory.ts"
import { isMissing } from "../host/SystemError.ts"
import { AwsFiles, type Replacement } from "../../services/aws-config/AwsFiles.ts"

const hour = 60 * 60 * 1000

/** As many links as Linux follows. */
const mostLinks = 40

const temporaryPrefix = ".op-aws-credential-process-"

/** What a path leads to, be it there or not: whoever keeps these files elsewhere may have made the link first. */
const followed = (path: string, links = mostLinks): string => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path
  if (links === 0) throw Object.assign(new Error("too many links"), { code: "ELOOP" })
  return followed(resolve(realpathSync(dirname(path)), readlinkSync(path)), links - 1)
}

interface Current {
  readonly bytes: Buffer
  readonly stats: Stats
}

/** Without O_NONBLOCK a FIFO in the file's place would wait for a writer for ever. */
const readCurrent = (path: string): Current | undefined => {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error(stats.isDirectory() ? "it is a directory" : "it is no file")
    if (stats.size > largestText) throw new Error("it is larger than 16 MiB")
    return { bytes: readFileSync(descriptor), stats }
  } finally {
    closeSync(descriptor)
  }
}

/** What a FIFO in the file's place has held, for whoever only wants to see it: to be replaced it would have to be a file. */
const readBefore = (path: string): string | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined || stats.isFile() ? undefined : textReadBefore(stats)
}

/** A byte order mark is a part of the text, as all is that has to be there again afterwards. */
const textIn = ({ bytes }: Current): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error("it is not UTF-8")
  }
}

const holds = (current: Current | undefined, before: string | undefined): boolean =>
  current === undefined || before === undefined
    ? current === before
    : current.bytes.equals(Buffer.from(before))

/** The owner and the mode of the file that is replaced. Whoever cannot give the group away lets no other group in. */
const likeOld = ({ gid, mode, uid }: Stats) => (descriptor: number): void => {
  const own = fstatSync(descriptor)
  let permissions = mode & 0o777
  if (own.uid !== uid || own.gid !== gid) {
    try {
      fchownSync(descriptor, uid, gid)
    } catch {
      if (own.gid !== gid) permissions &= 0o707
    }
  }
  fchmodSync(descriptor, permissions)
}

/** Whose a new thing in a directory has to be: root may write into a person's home, who has to be able to read it there. */
const ownerIn = (directory: string): Stats | undefined => {
  const stats = statSync(directory)
  return process.geteuid?.() === 0 && (stats.mode & 0o1000) === 0 ? stats : undefined
}

const givenTo = (owner: Stats | undefined) => (descriptor: number): void => {
  if (owner !== undefined) fchownSync(descriptor, owner.uid, owner.gid)
}

/** Makes a directory and those above it, each its parent's owner's where we are root. */
const makeFor = (path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined || dirname(path) === path) return
  makeFor(dirname(path))
  makeWithParents(path)
  const owner = ownerIn(dirname(path))
  if (owner !== undefined) lchownSync(path, owner.uid, owner.gid)
}

/** 20270131T235959Z, for the name of a file. */
const stampOf = (now: EpochMillis): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")

/** A name that nothing has, beside what is to be written there. */
const temporaryFor = (path: string): string =>
  join(dirname(path), `${temporaryPrefix}${basename(path)}-${process.pid}-${process.hrtime.bigint().toString(36)}`)

/** Writes a backup under the first name that is free; one that has such a name is whole. */
const writeBackup = (path: string, text: string, now: EpochMillis): string => {
  const temporary = temporaryFor(path)
  writeNew(temporary, text, true, givenTo(ownerIn(dirname(path))))
  try {
    for (let count = 1;; count++) {
      const name = `${path}.backup-${stampOf(now)}${count === 1 ? "" : `-${count}`}`
      if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) continue
      renameSync(temporary, name)
      return name
    }
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** As the system sees it, by trying; access(2) goes by the real user, and not by the effective one. */
const demandWritable = (path: string): void => closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))

/** What writers left that were killed over an hour ago. */
const sweep = (directory: string, now: EpochMillis): void => {
  for (const file of readdirSync(directory)) {
    if (!file.startsWith(temporaryPrefix)) continue
    const leftover = lstatSync(join(directory, file), { throwIfNoEntry: false })
    if (leftover !== undefined && now - leftover.mtimeMs > hour) removeQuietly(join(directory, file))
  }
}

const quietly = (attempt: () => void): void => {
  try {
    attempt()
  } catch {
    // The file has been replaced, which is what was asked for.
  }
}

/** All of it is synchronous, so that no signal and no interruption comes between its steps. */
const replaceNow = ({ after, backup, before, path }: Replacement, now: EpochMillis): string | undefined => {
  const target = followed(path)
  const current = readCurrent(target)
  if (!holds(current, before)) throw ConfigFailure.AwsFileChanged(path)
  if (before === after) return undefined
  if (current !== undefined) demandWritable(target)
  const directory = dirname(target)
  if (after === undefined) {
    const kept = backup && before !== undefined ? writeBackup(path, before, now) : undefined
    unlinkSync(target)
    quietly(() => syncDirectory(directory))
    return kept
  }
  makeFor(directory)
  const temporary = temporaryFor(target)
  writeNew(temporary, after, true, current === undefined ? givenTo(ownerIn(directory)) : likeOld(current.stats))
  let kept: string | undefined
  try {
    // Beside the link, not beside what it leads to: that may be in a repository which others see.
    kept = backup && before !== undefined ? writeBackup(path, before, now) : undefined
    if (!holds(readCurrent(target), before)) throw ConfigFailure.AwsFileChanged(path)
    renameSync(temporary, target)
  } catch (error) {
    removeQuietly(temporary)
    if (kept !== undefined) removeQuietly(kept)
    throw error
  }
  quietly(() => syncDirectory(directory))
  if (kept !== undefined && dirname(kept) !== directory) quietly(() => syncDirectory(dirname(path)))
  quietly(() => sweep(directory, now))
  return kept
}

const isChange = (error: unknown): error is ConfigFailure<"AwsFileChanged"> =>
  error instanceof Failure && error._tag === "AwsFileChanged"

/** AWS's files on this machine's disk. */
export const layer: Layer.Layer<AwsFiles> = Layer.succeed(AwsFiles, {
  read: (path) =>
    Effect.try({
      try: () => {
        const before = readBefore(path)
        if (before !== undefined) return before
        const current = readCurrent(path)
        return current === undefined ? undefined : textIn(current)
      },
      catch: (error) => ConfigFailure.ConfigUnreadable(path, reasonOf(error))
    }),
  replace: Effect.fn("AwsFilesNode.replace")(function*(replacement) {
    const now = yield* Clock.currentTimeMillis
    return yield* Effect.try({
      try: () => replaceNow(replacement, now),
      catch: (error) => isChange(error) ? error : ConfigFailure.AwsFileUnwritable(replacement.path, troubleOf(error))
    })
  })
})
