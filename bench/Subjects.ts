import { closeSync, copyFileSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { compile } from "../scripts/compile.ts"

/** A program that is measured, and the runtime that it is measured beside. */
export interface Subject {
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly empty: Runtime
}

/** A runtime with nothing to do. */
export interface Runtime {
  readonly name: string
  readonly command: ReadonlyArray<string>
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

/** The binary and the bundle as they were built, and other drop-ins given by their paths. */
export const makeSubjects = (place: string, others: ReadonlyArray<string>): ReadonlyArray<Subject> => {
  const emptyModule = join(place, "empty.mjs")
  writeFileSync(emptyModule, "export {}\n")
  compile(emptyModule, join(place, "compiled", "empty"))
  const emptyBinary = { name: "an empty Bun binary", command: [copied(join(place, "compiled", "empty"), join(place, "empty"))] }
  const emptyNode = { name: "node, empty script", command: [process.execPath, emptyModule] }
  return [
    {
      name: "binary",
      command: [copied("dist/bin/op-aws-credential-process", join(place, "binary"))],
      empty: emptyBinary
    },
    { name: "node", command: [process.execPath, resolve("dist/main.js")], empty: emptyNode },
    ...others.map((path, index) => ({
      name: basename(path) === "op-aws-credential-process" ? path : basename(path),
      command: [copied(path, join(place, `other-${index}`))],
      empty: emptyBinary
    }))
  ]
}
