import type { Found } from "./Found.ts"
import { type Examined, fineUnless, type Finding, type Severity } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { quoteSh } from "../ShellQuoting.ts"
import { type StrangersHome, strangersCure, strangersReason } from "../StrangersHome.ts"

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

const isOpen = (found: Found): boolean => "mode" in found && (found.mode & 0o077) !== 0

const loose = (path: string): Finding =>
  finding(
    "warning",
    `others may look into ${printable(path)}`,
    "its names say which profiles there are, and a session that others can read could be theirs",
    `close it to others\nchmod -R go= ${quoteSh(path)}`
  )

const ofDirectory = (path: string, found: Found, writable: boolean): ReadonlyArray<Finding> =>
  found.kind !== "directory" || !found.mine
    ? [notOurs(path)]
    : [...isOpen(found) ? [loose(path)] : [], ...writable ? [] : [notWritable(path)]]

const ofFolder = (path: string, found: Found): ReadonlyArray<Finding> =>
  found.kind === "missing"
    ? []
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
