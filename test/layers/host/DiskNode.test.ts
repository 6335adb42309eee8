import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import * as DiskMemory from "../../fakes/host/DiskMemory.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import * as DiskNode from "../../../src/layers/host/DiskNode.ts"
import { Disk } from "../../../src/services/host/Disk.ts"
import * as DiskSuite from "../../suites/DiskSuite.ts"

DiskSuite.suite(
  "DiskNode",
  Effect.map(temporaryDirectory, (root) => ({
    layer: DiskNode.layer,
    root,
    file: (path, text, mode) => {
      writeFileSync(path, text)
      chmodSync(path, mode)
    },
    directory: (path, mode) => {
      mkdirSync(path)
      chmodSync(path, mode)
    },
    link: (path, to) => symlinkSync(to, path)
  }))
)

DiskSuite.suite(
  "DiskMemory",
  Effect.sync(() => {
    const things: DiskMemory.Things = new Map()
    return {
      layer: DiskMemory.layerOver(things),
      root: "/r",
      file: (path, text, mode) => void things.set(path, { text, mode }),
      directory: (path, mode) => void things.set(path, { directory: true, mode }),
      link: (path, to) => void things.set(path, { link: to })
    }
  })
)

describe("DiskNode", () => {
  it.live("does not wait for a FIFO, and takes it for what it is", () =>
    Effect.gen(function*() {
      const disk = yield* Disk
      const path = `${yield* temporaryDirectory}/fifo`
      execFileSync("mkfifo", ["-m", "600", path])
      assert.deepStrictEqual(yield* disk.read(path), { reason: "it is no file" })
      assert.deepStrictEqual(yield* disk.look(path), { kind: "other", mode: 0o600, mine: true })
    }).pipe(Effect.provide(DiskNode.layer)))

  it.live("knows files of others, and what a file is in the way of", () =>
    Effect.gen(function*() {
      const disk = yield* Disk
      const passwords = yield* disk.look("/etc/passwd")
      assert.strictEqual("mine" in passwords && passwords.mine, process.geteuid?.() === 0)
      assert.deepStrictEqual(yield* disk.look("/etc/passwd/x"), { kind: "missing" })
      assert.deepStrictEqual(yield* disk.look(`/${"x".repeat(300)}`), {
        kind: "hidden",
        reason: "the path is too long"
      })
    }).pipe(Effect.provide(DiskNode.layer)))
})
