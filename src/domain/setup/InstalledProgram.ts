import { ourName } from "../CredentialProcessLine.ts"
import { isPlainPath } from "../doctor/PlainLine.ts"
import { isCheckoutBuild, isManaged, runnerOf } from "../doctor/ProgramFolders.ts"

/** What runs this process. Paths are real ones, which no link is a part of. */
export type RunningProgram =
  | { readonly kind: "standalone"; readonly path: string }
  | { readonly kind: "script"; readonly runtime: string; readonly path: string }

/**
 * Where the launcher is that belongs to a standalone program, if that was installed to be started by one: what is in
 * libexec is nothing that anybody should write into a configuration.
 */
export const launcherOf = (program: string): string | undefined => {
  const inLibexec = `/libexec/${ourName}/program`
  return program.endsWith(inLibexec) ? `${program.slice(0, -inLibexec.length)}/bin/${ourName}` : undefined
}

/** A path by which a program can be run, and where its links end. */
export interface ProgramPath {
  readonly path: string
  readonly real: string
}

/** Folders that hold one version: the path changes with the next. */
const isOfOneVersion = (path: string): boolean =>
  isManaged(path) || /\/(?:nix\/store|Cellar)\//.test(path) || /\/\.pnpm\/|@\d+\.\d+/.test(path)

const passes = (path: string): boolean => isOfOneVersion(path) || runnerOf(path) !== undefined || isCheckoutBuild(path)

/**
 * By which path a program will still be found after its next update: a link to it, where the real one names a version.
 * `others` come in the order of preference.
 */
export const stablePath = (real: string, others: ReadonlyArray<ProgramPath>): string => {
  const ours = others.filter((other) => other.real === real).map(({ path }) => path)
  const all = [...ours, real]
  return all.find((path) => isPlainPath(path) && !passes(path)) ?? all.find(isPlainPath) ?? all[0]!
}

/**
 * The words that start this program again, whatever PATH says: its own path, or that of the runtime and of the script.
 * A script goes by its real path if that says whose it is.
 */
export const installedWords = (
  running: RunningProgram,
  found: { readonly programs: ReadonlyArray<ProgramPath>; readonly runtimes: ReadonlyArray<ProgramPath> }
): ReadonlyArray<string> => {
  if (running.kind === "standalone") return [stablePath(running.path, found.programs)]
  const telling = running.path.split("/").includes(ourName) && isPlainPath(running.path) && !passes(running.path)
  return [
    stablePath(running.runtime, found.runtimes),
    telling ? running.path : stablePath(running.path, found.programs)
  ]
}

/** A path that will not stay. */
export interface PassingPath {
  readonly path: string
  /** What it is, as a sentence's predicate. */
  readonly why: string
  /** It may go any day, without anybody's doing. */
  readonly soon: boolean
}

/** Those of the words that go away: with the next version of something, with a runner's cache, or with a build. */
export const passingPaths = (words: ReadonlyArray<string>): ReadonlyArray<PassingPath> =>
  words.flatMap((path): ReadonlyArray<PassingPath> => {
    const runner = runnerOf(path)
    return runner !== undefined
      ? [{ path, why: `is a copy in the cache of ${runner}, which deletes it when it likes`, soon: true }]
      : isOfOneVersion(path)
      ? [{ path, why: "goes away with its version: run setup again after an update", soon: false }]
      : isCheckoutBuild(path)
      ? [{ path, why: "is what a checkout has built, and goes with the next build or another branch", soon: false }]
      : []
  })
