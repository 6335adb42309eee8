import * as Effect from "effect/Effect"
import { decodeEntry } from "../../domain/CacheEntry.ts"
import { entryFileName } from "../../domain/CacheName.ts"
import { type CachedFile, checkCache } from "../../domain/doctor/CacheCheck.ts"
import type { Found } from "../../domain/doctor/Found.ts"
import { stateFolder } from "../../domain/OwnDirectory.ts"
import { decodeRole, roleFileName, roleFolder } from "../../domain/RoleEntry.ts"
import type { EpochMillis } from "../../domain/Time.ts"
import { CachePlace } from "../../services/CachePlace.ts"
import { Disk } from "../../services/Disk.ts"

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
  const known = new Set(subject.profileNames.map(entryFileName))
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
