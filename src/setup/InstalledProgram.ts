import * as Effect from "effect/Effect"
import { argumentsOfOurs, isPlainPath, ourName, splitCredentialProcess } from "../domain/aws-config/CredentialProcessLine.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { desktopFolders, isCheckoutBuild, isManaged, pathFolders, runnerOf } from "../domain/host/ProgramFolders.ts"
import type { RunningProgram } from "../domain/host/RunningProgram.ts"
import { parseCommandLine } from "../domain/settings/CommandLine.ts"
import { dividedFlags } from "../domain/settings/CanonicalLine.ts"
import { Disk } from "../services/host/Disk.ts"

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

/** Everything of that name on a desktop's PATH, then on ours, and where it leads. */
const pathsOf = Effect.fnUntraced(function*(name: string, environment: Environment) {
  const disk = yield* Disk
  const found: Array<ProgramPath> = []
  for (const folder of new Set([...desktopFolders, ...pathFolders(environment["PATH"])])) {
    const path = `${folder === "/" ? "" : folder}/${name}`
    if (!(yield* disk.executable(path))) continue
    const real = yield* disk.real(path)
    if (real !== undefined) found.push({ path, real })
  }
  return found
})

/** Whether every client runs a program by these words as they stand. */
export const isForEveryClient = (words: ReadonlyArray<string>): boolean => words.every(isPlainPath)

/** The words that run this program again, from anywhere. */
export const programWords = Effect.fnUntraced(function*(running: RunningProgram, environment: Environment) {
  const programs = yield* pathsOf("op-aws-credential-process", environment)
  const runtimes = running.kind === "standalone"
    ? []
    : yield* pathsOf(running.runtime.slice(running.runtime.lastIndexOf("/") + 1), environment)
  return installedWords(running, { programs, runtimes })
})

/** Whether a profile's line is as this program would write it, whatever copy of the program it runs. */
export const isGoodLine = Effect.fnUntraced(function*(line: string, profile: string) {
  const words = splitCredentialProcess(line)
  const ours = words === undefined ? undefined : argumentsOfOurs(words)
  const flags = ours === undefined ? undefined : parseCommandLine(ours)
  if (words === undefined || ours === undefined || flags?.profile !== profile) return false
  const program = words.slice(0, words.length - ours.length)
  if (dividedFlags(flags).moved.length > 0 || !isForEveryClient(program)) return false
  const disk = yield* Disk
  const [runs, script] = program
  return (yield* disk.executable(runs ?? "")) && (script === undefined || (yield* disk.real(script)) !== undefined)
})
