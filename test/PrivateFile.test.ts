import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "./fixtures/TemporaryDirectory.ts"
import { readPrivateFile } from "../src/layers/host/PrivateFile.ts"

describe("readPrivateFile", () => {
  it.effect("gives the whole text of a file that is ours alone", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const path = join(directory, "file")
      for (const text of ["", "x", "naïve 名前 👩\n", "y".repeat(64 * 1024)]) {
        for (const mode of [0o400, 0o600, 0o700]) {
          writeFileSync(path, text, { mode: 0o600 })
          chmodSync(path, mode)
          assert.strictEqual(readPrivateFile(path), text)
          chmodSync(path, 0o600)
        }
      }
      linkSync(path, join(directory, "second name"))
      assert.isDefined(readPrivateFile(join(directory, "second name")))
      symlinkSync(directory, `${directory}/link`)
      assert.isDefined(readPrivateFile(`${directory}/link/file`))
    }))

  it.effect("gives nothing for anything else, and waits for nobody", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const path = (name: string) => join(directory, name)
      writeFileSync(path("file"), "text", { mode: 0o600 })
      writeFileSync(path("open"), "text", { mode: 0o644 })
      writeFileSync(path("large"), "x".repeat(64 * 1024 + 1), { mode: 0o600 })
      symlinkSync(path("file"), path("link"))
      mkdirSync(path("directory"), { mode: 0o700 })
      execFileSync("mkfifo", ["-m", "600", path("fifo")])
      const others = ["open", "large", "link", "directory", "fifo", "missing", "file/below", "a\0b", "x".repeat(300)]
      for (const other of others) assert.isUndefined(readPrivateFile(path(other)), other)
    }))
})
