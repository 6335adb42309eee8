import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { accessSync, constants, type Dirent, lstatSync, opendirSync, type Stats, statSync } from "node:fs"
import { userInfo } from "node:os"
import { dirname, join, resolve } from "node:path"
import type { Environment } from "../../domain/base/Environment.ts"
import {
  type Content,
  isOursAlone,
  stateFolder,
  strangersCure,
  type StrangersHome,
  strangersReason
} from "../../domain/cache/OwnDirectory.ts"
import { roleFolder } from "../../domain/cache/RoleEntry.ts"
import { cacheDirectory, folderIn, namesCacheDirectory, readingOrder } from "../../domain/settings/CacheDirectory.ts"
import { type Place, Unsuitable } from "../host/PrivateDirectory.ts"
import { readPrivateFile } from "../host/PrivateFile.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { CachePlace } from "../../services/cache/CachePlace.ts"

const found = (path: string, look: (path: string) => Stats = statSync): Stats | undefined => {
  try {
    return look(path)
  } catch {
    return undefined
  }
}

const isAbsolute = (path: string | undefined): path is string => path !== undefined && path.startsWith("/")

/** What the environment and the system call homes, as far as they are there. */
const homesOf = (environment: Environment): ReadonlyArray<string> => {
  const named = [environment["HOME"], environment["XDG_CACHE_HOME"], environment["HOME"] && `${environment["HOME"]}/.cache`]
  return ["/", ...named.filter(isAbsolute), ...accountHome()]
}

/** An account need not be in the system's list of them. */
const accountHome = (): ReadonlyArray<string> => {
  try {
    return [userInfo().homedir].filter(isAbsolute)
  } catch {
    return []
  }
}

const isHome = (directory: Stats, environment: Environment): boolean =>
  homesOf(environment).some((home) => {
    const stats = found(home)
    return stats !== undefined && stats.dev === directory.dev && stats.ino === directory.ino
  })

const kindOf = (entry: Dirent): Content["kind"] => entry.isFile() ? "file" : entry.isDirectory() ? "directory" : "other"

/** Everything in a directory and in the folders that may be ours, one after the other. */
function* contentsOf(directory: string, user: number | undefined): Generator<Content> {
  for (const folder of ["", roleFolder, stateFolder]) {
    const path = join(directory, folder)
    if (folder !== "" && found(path, lstatSync)?.isDirectory() !== true) continue
    const opened = opendirSync(path)
    try {
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
        const file = join(path, entry.name)
        const stats = found(file, lstatSync)
        // Another process of ours was writing it.
        if (stats === undefined) continue
        yield { folder, name: entry.name, kind: kindOf(entry), mine: stats.uid === user, text: () => readPrivateFile(file) }
      }
    } finally {
      opened.closeSync()
    }
  }
}

/** Whether a chosen directory may be used as it is: it is not there yet, or it is ours alone. */
const mayUse = (directory: string, environment: Environment): boolean => {
  const user = process.geteuid?.()
  const entry = lstatSync(directory, { throwIfNoEntry: false })
  if (entry === undefined) return true
  const stats = found(directory)
  if (stats === undefined || !stats.isDirectory() || entry.uid !== user) return false
  const isAlone = (): boolean =>
    isOursAlone({
      mine: stats.uid === user,
      mode: stats.mode & 0o7777,
      isHome: isHome(stats, environment),
      contents: contentsOf(directory, user)
    })
  // What another process has just removed is no reason to leave the directory: the second look does not see it.
  return isAlone() || isAlone()
}

const quietly = (attempt: () => boolean, otherwise: boolean): boolean => {
  try {
    return attempt()
  } catch {
    return otherwise
  }
}

/** The path itself, or the nearest above it that is there. */
const nearest = (path: string): { readonly path: string; readonly stats: Stats } | undefined => {
  const stats = found(path)
  if (stats !== undefined) return { path, stats }
  return dirname(path) === path ? undefined : nearest(dirname(path))
}

const isWithin = (path: string, above: string): boolean => path === above || path.startsWith(above === "/" ? "/" : `${above}/`)

/** Everybody's: no home, whoever made it. */
const isShared = (path: string, stats: Stats): boolean => (stats.mode & 0o1000) !== 0 || path === "/tmp"

/** The home of somebody else that a cache would be made in. */
export const strangersHome = (environment: Environment): StrangersHome | undefined => {
  const user = process.geteuid?.()
  const directory = cacheDirectory(environment)
  if (directory === undefined || user === undefined) return undefined
  const place = resolve(directory)
  const homes = [environment["HOME"], environment["XDG_CACHE_HOME"]].filter(isAbsolute).map((path) => resolve(path))
  const bases = namesCacheDirectory(environment) ? [] : [dirname(place)]
  for (const home of [...homes, ...bases].filter((path) => isWithin(place, path))) {
    const at = nearest(home)
    if (at === undefined || at.stats.uid === user || isShared(at.path, at.stats)) continue
    // What is not there cannot be made either where the system sees to it already.
    if (at.path !== home && !quietly(() => (accessSync(at.path, constants.W_OK), true), false)) continue
    const own = homes.some((path) => path !== at.path && isWithin(at.path, path) && found(path)?.uid === user)
    const left = [dirname(place), place].find((path) => isWithin(path, at.path) && found(path, lstatSync)?.uid === user)
    const stranger = { path: at.path, owner: at.stats.uid, user, inOwnHome: own }
    return left === undefined ? stranger : { ...stranger, left }
  }
  return undefined
}

/**
 * Where sessions, locks and notes are kept in this environment; undefined where it names no place. Nothing is touched
 * yet. A directory that somebody chose is used itself only while nothing else is in it; else it is a folder of ours in
 * it, and always that one once it is there. A process that has used the directory goes on doing so until then.
 */
export const placeIn = (environment: Environment): Place | undefined => {
  const directory = cacheDirectory(environment)
  if (directory === undefined) return undefined
  const user = process.geteuid?.()
  const folder = folderIn(directory, user)
  let itself = false

  const writing = (): string => {
    if (!namesCacheDirectory(environment)) return directory
    if (found(folder, lstatSync) !== undefined) return folder
    itself ||= quietly(() => mayUse(directory, environment), false)
    return itself ? directory : folder
  }

  return {
    writing,
    reading: readingOrder(directory, environment, user),
    permit: () => {
      const home = strangersHome(environment)
      if (home === undefined) return
      throw new Unsuitable(strangersReason(home), { cure: strangersCure(home).replace("\n", ": "), general: true })
    }
  }
}

/** The same, to be looked at. */
export const layer: Layer.Layer<CachePlace, never, ProcessEnvironment> = Layer.effect(
  CachePlace,
  Effect.map(ProcessEnvironment, (environment) => ({
    directory: Effect.sync(() => placeIn(environment)?.writing()),
    strangersHome: Effect.sync(() => strangersHome(environment))
  }))
)
