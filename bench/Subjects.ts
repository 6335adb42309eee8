import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import type { Home } from "./Home.ts"
import { compile } from "../scripts/compile.ts"
import { entryFileName } from "../src/domain/cache/CacheEntry.ts"

/** A program that is measured, and what it is measured beside. */
export interface Subject {
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly beside: Beside
}

/** A runtime with nothing to do, or the least that could be done. */
export interface Beside {
  readonly name: string
  readonly command: (home: Home) => ReadonlyArray<string>
}

const isScript = (path: string): boolean => {
  const descriptor = openSync(path, "r")
  const start = Buffer.alloc(2)
  readSync(descriptor, start, 0, 2, 0)
  closeSync(descriptor)
  return start.toString() === "#!"
}

/**
 * Copies a binary, so that all that are compared were just written: how the kernel keeps a file in memory, which is as
 * it was written or read, makes a quarter of the start of a large one. A script stays where its other files are.
 */
const copied = (path: string, directory: string): string => {
  if (isScript(path)) return resolve(path)
  const copy = join(directory, basename(path))
  mkdirSync(directory)
  copyFileSync(path, copy)
  return copy
}

const catOfTheEntry: Beside = { name: "`cat` of the entry", command: ({ cache }) => ["/bin/cat", join(cache, entryFileName("dev"))] }

/** What is installed, launcher and program, where both were built. */
const installed = (place: string): Subject | undefined => {
  if (!existsSync("dist/libexec")) return undefined
  const copy = join(place, "installed")
  for (const part of ["bin", "libexec"]) cpSync(join("dist", part), join(copy, part), { recursive: true })
  return { name: "launcher", command: [join(copy, "bin/op-aws-credential-process")], beside: catOfTheEntry }
}

export interface Subjects {
  /** Ours: first what is installed, the launcher where there is one. */
  readonly ours: ReadonlyArray<Subject>
  /** Other drop-ins. */
  readonly others: ReadonlyArray<Subject>
}

/** What was built, and other drop-ins given by their paths, each by the name of its file. */
export const makeSubjects = (place: string, others: ReadonlyArray<string>): Subjects => {
  const emptyModule = join(place, "empty.mjs")
  writeFileSync(emptyModule, "export {}\n")
  compile(emptyModule, join(place, "compiled", "empty"))
  const empty = copied(join(place, "compiled", "empty"), join(place, "empty"))
  const launcher = installed(place)
  const program = launcher === undefined
    ? { name: "binary", path: "dist/bin/op-aws-credential-process" }
    : { name: "program alone", path: "dist/libexec/op-aws-credential-process/program" }
  return {
    ours: [
      ...(launcher === undefined ? [] : [launcher]),
      {
        name: program.name,
        command: [copied(program.path, join(place, "program"))],
        beside: { name: "an empty Bun binary", command: () => [empty] }
      },
      {
        name: "node",
        command: [process.execPath, resolve("dist/main.js")],
        beside: { name: "node, empty script", command: () => [process.execPath, emptyModule] }
      }
    ],
    others: others.map((path, index) => ({
      name: basename(path),
      command: [copied(path, join(place, `other-${index}`))],
      beside: catOfTheEntry
    }))
  }
}
