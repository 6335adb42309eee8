import { Effect } from "effect"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs"
import { AwsFilesMemory } from "../../fakes/aws-config/AwsFilesMemory.ts"
import type { Things } from "../../fakes/host/DiskMemory.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import * as AwsFilesNode from "../../../src/layers/aws-config/AwsFilesNode.ts"
import * as AwsFilesSuite from "../../suites/AwsFilesSuite.ts"

AwsFilesSuite.suite(
  "AwsFilesNode",
  Effect.map(temporaryDirectory, (root) => ({
    layer: AwsFilesNode.layer,
    root,
    put: (path, text, mode) => {
      writeFileSync(path, text)
      chmodSync(path, mode)
    },
    directory: (path) => mkdirSync(path),
    link: (path, to) => symlinkSync(to, path),
    look: (path) => {
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found === undefined) return undefined
      return found.isSymbolicLink()
        ? { link: readlinkSync(path) }
        : { text: readFileSync(path, "utf8"), mode: found.mode & 0o777 }
    },
    list: (path) => readdirSync(path).sort()
  }))
)

AwsFilesSuite.suite(
  "AwsFilesMemory",
  Effect.sync(() => {
    const things: Things = new Map()
    return {
      layer: AwsFilesMemory.layerOver(things),
      root: "/r",
      put: (path, text, mode) => void things.set(path, { text, mode }),
      directory: (path) => void things.set(path, { directory: true }),
      link: (path, to) => void things.set(path, { link: to }),
      look: (path) => {
        const thing = things.get(path)
        if (thing === undefined || "directory" in thing) return undefined
        return "link" in thing ? { link: thing.link } : { text: thing.text, mode: thing.mode ?? 0o600 }
      },
      list: (path) =>
        [...things.keys()].filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1).split("/")[0]!).sort()
    }
  })
)
