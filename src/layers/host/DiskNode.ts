import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from "node:fs"
import type { Found } from "../../domain/host/Found.ts"
import { textReadBefore } from "./FileText.ts"
import { largestText } from "./PlainFile.ts"
import { reasonOf } from "./PrivateDirectory.ts"
import { standingOf } from "./ProgramPath.ts"
import { Disk, type DiskText } from "../../services/host/Disk.ts"
import { isMissing } from "./SystemError.ts"

const described = (stats: Stats): Found => ({
  kind: stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other",
  mode: stats.mode & 0o777,
  mine: stats.uid === process.geteuid?.()
})

const seen = (see: () => Found): Found => {
  try {
    return see()
  } catch (error) {
    return isMissing(error) ? { kind: "missing" } : { kind: "hidden", reason: reasonOf(error) }
  }
}

const look = (path: string): Found =>
  seen(() => {
    const stats = lstatSync(path)
    return stats.isSymbolicLink()
      ? { kind: "link", mine: stats.uid === process.geteuid?.(), to: seen(() => described(statSync(path))) }
      : described(stats)
  })

/** Without O_NONBLOCK a FIFO in the file's place would wait for a writer for ever. */
const read = (path: string): DiskText => {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return isMissing(error) ? undefined : { reason: reasonOf(error) }
  }
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) {
      const text = textReadBefore(stats)
      return text !== undefined ? { text } : { reason: stats.isDirectory() ? "it is a directory" : "it is no file" }
    }
    const bytes = Buffer.alloc(Math.min(stats.size, largestText))
    return { text: bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, 0)) }
  } catch (error) {
    return { reason: reasonOf(error) }
  } finally {
    closeSync(descriptor)
  }
}

/** This machine's disk. What stands behind no link, and a file that may be a FIFO, Effect's `FileSystem` cannot look at. */
export const layer: Layer.Layer<Disk> = Layer.effect(
  Disk,
  Effect.map(FileSystem.FileSystem, (fs) => ({
    look: (path) => Effect.sync(() => look(path)),
    list: (path) => fs.readDirectory(path).pipe(Effect.map((names) => names.sort()), Effect.orElseSucceed(() => [])),
    read: (path) => Effect.sync(() => read(path)),
    real: (path) => Effect.orElseSucceed(fs.realPath(path), () => undefined),
    writable: (path) => Effect.isSuccess(fs.access(path, { writable: true })),
    executable: (path) => Effect.sync(() => standingOf(path) === "executable")
  }))
).pipe(Layer.provide(NodeFileSystem.layer))
