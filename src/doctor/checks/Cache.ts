import * as Effect from "effect/Effect"
import { printable } from "../../domain/base/Printable.ts"
import { quoteSh } from "../../domain/base/ShellQuoting.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { decodeEntry, entryFileName } from "../../domain/cache/CacheEntry.ts"
import { keptNames } from "../../domain/settings/Settings.ts"
import type { CacheFailure } from "../../domain/cache/CacheFailure.ts"
import { stateFolder, strangersCure, type StrangersHome, strangersReason } from "../../domain/cache/OwnDirectory.ts"
import { decodeRole, roleFileName, roleFolder } from "../../domain/cache/RoleEntry.ts"
import type { Found } from "../../domain/host/Found.ts"
import { type Examined, type Finding, fineUnless, type Severity } from "../Finding.ts"
import { CachePlace } from "../../services/cache/CachePlace.ts"
import { Disk } from "../../services/host/Disk.ts"

/** Something in the cache directory, or below it. */
export interface CachedFile {
  readonly path: string
  readonly found: Found
  /** `session`: of a profile. `lost`: of a profile that there is not. `unread`: no session, in the place of one. */
  readonly content: "session" | "lost" | "unread" | "state" | "other"
}

export interface CacheFacts {
  /** Undefined where the environment names no place. */
  readonly directory: string | undefined
  readonly found: Found
  /** The directory, or the nearest one above that is there, can be written to. */
  readonly writable: boolean
  readonly folders: ReadonlyArray<{ readonly path: string; readonly found: Found }>
  readonly files: ReadonlyArray<CachedFile>
  /** The home of somebody else that the directory is in, or would be. */
  readonly stranger?: StrangersHome
}

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "cache",
  severity,
  what,
  why,
  mend
})

const asksEachTime = "no session can be kept, so that each call asks again"

/** Whether sessions can be kept, by us alone, and whether all that is kept is ours. */
export const checkCache = (facts: CacheFacts): Examined => {
  const { directory, files, folders, found, writable } = facts
  if (directory === undefined) {
    return {
      fine: [],
      findings: [
        finding(
          "error",
          "there is no directory for the cache",
          asksEachTime,
          "set HOME, or OP_AWS_CACHE_DIR to an absolute path"
        )
      ]
    }
  }
  if (facts.stranger !== undefined) return { fine: [], findings: ofStranger(facts.stranger) }
  const place = found.kind === "link" && found.mine ? found.to : found
  const findings = place.kind === "missing"
    ? writable ? [] : [notWritable(directory)]
    : [
      ...ofDirectory(directory, place, writable),
      ...folders.flatMap((folder) => ofFolder(folder.path, folder.found)),
      ...ofFiles(directory, files)
    ]
  const count = files.filter(({ content }) => content === "session").length
  return fineUnless(
    findings,
    place.kind === "missing"
      ? `cache ${directory}, empty so far`
      : `cache ${directory}, with ${count} ${count === 1 ? "session" : "sessions"}`
  )
}

const notWritable = (directory: string): Finding =>
  finding(
    "error",
    `${printable(directory)} cannot be written`,
    asksEachTime,
    "make it yours and writable, and its disk where that is read-only, or set OP_AWS_CACHE_DIR to another place"
  )

const ofStranger = (stranger: StrangersHome): ReadonlyArray<Finding> => [
  finding("error", strangersReason(stranger), asksEachTime, strangersCure(stranger)),
  ...stranger.left === undefined ? [] : [finding(
    "error",
    `${printable(stranger.left)} is yours, in another user's home`,
    "its owner cannot write to it, and has no cache of any program there",
    `give it back\nchown -R ${stranger.owner} ${quoteSh(stranger.left)}`
  )]
]

const notOurs = (path: string): Finding =>
  finding(
    "error",
    `${printable(path)} is no directory of yours`,
    `whoever made it could read or replace what is in it, so it is not used; ${asksEachTime}`,
    `look at what it is, and move it away, or set OP_AWS_CACHE_DIR to another place\nmv ${quoteSh(path)} ${quoteSh(`${path}.old`)}`
  )

/** A directory that keeps its own owner out too, most often one above it: who it belongs to cannot be seen. */
const notSeen = (path: string, reason: string): Finding =>
  finding(
    "error",
    `${printable(path)} cannot be looked at: ${printable(reason)}`,
    asksEachTime,
    `open the directories above it to yourself, or set OP_AWS_CACHE_DIR to another place\nchmod u+rwx ${quoteSh(path.slice(0, path.lastIndexOf("/")) || "/")}`
  )

const isOpen = (found: Found): boolean => "mode" in found && (found.mode & 0o077) !== 0

const loose = (path: string): Finding =>
  finding(
    "warning",
    `others may look into ${printable(path)}`,
    "its names say which profiles there are, and a session that others can read could be theirs",
    `close it to others\nchmod -R go= ${quoteSh(path)}`
  )

const ofDirectory = (path: string, found: Found, writable: boolean): ReadonlyArray<Finding> =>
  found.kind === "hidden"
    ? [notSeen(path, found.reason)]
    : found.kind !== "directory" || !found.mine
    ? [notOurs(path)]
    : [...isOpen(found) ? [loose(path)] : [], ...writable ? [] : [notWritable(path)]]

const ofFolder = (path: string, found: Found): ReadonlyArray<Finding> =>
  found.kind === "missing"
    ? []
    : found.kind === "hidden"
    ? [notSeen(path, found.reason)]
    : found.kind !== "directory" || !found.mine
    ? [notOurs(path)]
    : isOpen(found)
    ? [loose(path)]
    : []

interface Fault {
  readonly test: (file: CachedFile) => boolean
  readonly severity: Severity
  readonly what: (names: string) => string
  readonly why: string
  readonly mend: (paths: string, directory: string) => string
}

const remove = (paths: string): string => `remove it\nrm ${paths}`

const faults: ReadonlyArray<Fault> = [
  {
    test: ({ found }) => found.kind === "link",
    severity: "error",
    what: (names) => `in the cache, a link stands in the place of ${names}`,
    why: "links are not followed, so what is behind it is never used",
    mend: remove
  },
  {
    test: ({ found }) => found.kind === "file" && !found.mine,
    severity: "error",
    what: (names) => `in the cache, ${names} belongs to another user`,
    why: "it is never used, because somebody else wrote it",
    mend: remove
  },
  {
    test: ({ content, found }) => content !== "other" && found.kind === "file" && isOpen(found),
    severity: "error",
    what: (names) => `in the cache, others may read ${names}`,
    why: "a session that others could read is never used; whoever read it has it until it ends",
    mend: (paths, directory) => `${remove(paths)}\nchmod -R go= ${quoteSh(directory)}`
  },
  {
    test: ({ content, found }) =>
      content === "unread" || content === "other" || found.kind === "other" || found.kind === "directory",
    severity: "warning",
    what: (names) => `in the cache, ${names} was not written by this program, or is damaged`,
    why: "it is never used; the directory is for sessions alone",
    mend: remove
  },
  {
    test: ({ content }) => content === "lost",
    severity: "warning",
    what: (names) => `in the cache, ${names} is the session of a profile that there is not`,
    why: "nobody uses it, and it is good until it ends",
    mend: remove
  }
]

/** Each file counts for its first fault, and files with the same one are told together. */
const ofFiles = (directory: string, files: ReadonlyArray<CachedFile>): ReadonlyArray<Finding> => {
  const groups = Map.groupBy(files, (file) => faults.find(({ test }) => test(file)))
  return faults.flatMap((fault) => {
    const group = groups.get(fault) ?? []
    if (group.length === 0) return []
    const names = group.slice(0, 3).map(({ path }) => printable(path.slice(directory.length + 1)))
    const more = group.length - names.length
    return [finding(
      fault.severity,
      fault.what(`${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`),
      fault.why,
      fault.mend(group.slice(0, 20).map(({ path }) => quoteSh(path)).join(" "), directory)
    )]
  })
}

/** Whether the keychain would give the sessions of these profiles, which are kept in it, without asking anybody. */
export const checkKeychain = (
  profiles: ReadonlyArray<string>, closed: CacheFailure<"KeyringUnavailable"> | undefined
): Examined => {
  const kept = `sessions of ${profiles.map((name) => printable(name)).join(", ")} are kept in the keychain`
  if (closed === undefined) return fineUnless([], `${kept}, which is unlocked`)
  // A system that does not say is not at fault.
  if (closed.state === "unknown") return fineUnless([], `${kept}, which may ask you`)
  return fineUnless([{
    check: "cache",
    severity: closed.state === "locked" ? "warning" : "error",
    what: closed.message,
    why: closed.state === "locked"
      ? `${kept}: the next call shows its dialog, and fails where nobody answers`
      : `${kept}, so that every call of theirs fails`,
    mend: closed.hint
  }])
}

export interface CacheSubject {
  /** All profiles that there are. */
  readonly profileNames: ReadonlyArray<string>
  readonly now: EpochMillis
}

type Content = CachedFile["content"]

interface Folder {
  readonly path: string
  /** What its files are called. */
  readonly names: RegExp
  /** What a file holds, where that matters. A lock may not be opened by its holder, or it is lost. */
  readonly contentOf?: (name: string, text: string) => Content
}

/** The directory that sessions are kept in, and every file in it. */
export const examineCache = Effect.fnUntraced(function*(subject: CacheSubject) {
  const disk = yield* Disk
  const place = yield* CachePlace
  const directory = yield* place.directory
  const stranger = yield* place.strangersHome
  if (directory === undefined) {
    return checkCache({ directory, found: { kind: "missing" }, writable: false, folders: [], files: [] })
  }
  const known = new Set(subject.profileNames.flatMap(keptNames).map(entryFileName))
  const root: Folder = {
    path: directory,
    names: /\.json$/,
    contentOf: (name, text) => sessionIn(name, text, known, subject.now)
  }
  const below: ReadonlyArray<Folder> = [
    { path: `${directory}/${roleFolder}`, names: /\.json$/, contentOf: roleIn },
    { path: `${directory}/${stateFolder}`, names: /\.(?:lock|note)$/ }
  ]
  const found = yield* disk.look(directory)
  const folders = yield* Effect.forEach(below, ({ path }) => Effect.map(disk.look(path), (at) => ({ path, found: at })))
  const open = isOurs(found) ? [root, ...below.filter((_, index) => isOurs(folders[index]!.found))] : []
  const files = yield* Effect.forEach(open, (folder) => filesIn(folder, below.map(({ path }) => path)))
  const writable = yield* disk.writable(yield* nearest(directory))
  const facts = { directory, found, writable, folders, files: files.flat() }
  return checkCache(stranger === undefined ? facts : { ...facts, stranger })
})

/** A directory of ours, or our own link to one. */
const isOurs = (found: Found): boolean =>
  found.kind === "link" ? found.mine && isOurs(found.to) : found.kind === "directory" && found.mine

/** The nearest directory above a path, or the path itself, that is there. */
const nearest = Effect.fnUntraced(function*(path: string) {
  const disk = yield* Disk
  for (let above = path; above !== ""; above = above.slice(0, above.lastIndexOf("/"))) {
    if ((yield* disk.look(above)).kind !== "missing") return above
  }
  return "/"
})

/** Files that are being written, and what file managers leave, begin with a dot. */
const filesIn = Effect.fnUntraced(function*({ contentOf, names, path: folder }: Folder, others: ReadonlyArray<string>) {
  const disk = yield* Disk
  const paths = (yield* disk.list(folder)).filter((name) => !name.startsWith(".")).map((name) => `${folder}/${name}`)
  return yield* Effect.forEach(
    paths.filter((path) => !others.includes(path)),
    Effect.fnUntraced(function*(path) {
      const found = yield* disk.look(path)
      const name = path.slice(folder.length + 1)
      const file = (content: Content): CachedFile => ({ path, found, content })
      if (!names.test(name)) return file("other")
      if (found.kind !== "file" || contentOf === undefined) return file("state")
      const read = yield* disk.read(path)
      return file(read !== undefined && "text" in read ? contentOf(name, read.text) : "unread")
    })
  )
})

/** A session is lost when no profile would look for it and it still lives. */
const sessionIn = (name: string, text: string, known: ReadonlySet<string>, now: EpochMillis): Content => {
  const entry = decodeEntry(text)
  if (entry === undefined) return "unread"
  return entry.credentials.expiration <= now || known.has(name) ? "session" : "lost"
}

const roleIn = (name: string, text: string): Content => {
  const entry = decodeRole(text)
  return entry === undefined || roleFileName(entry) !== name ? "unread" : "session"
}
