import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { join } from "node:path"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"

const runtimes = [
  { name: "Node", runtime: process.execPath },
  { name: "Bun", runtime: join(import.meta.dirname, "../../../node_modules/bun/bin/bun.exe") }
]

describe.each(runtimes)("leaving under $name", ({ runtime }) => {
  it.live("does not wait for work of the thread pool that never ends", () =>
    Effect.gen(function*() {
      const fifo = join(yield* temporaryDirectory, "fifo")
      execFileSync("mkfifo", [fifo])
      const { signal, status, stderr, stdout } = spawnSync(runtime, [join(import.meta.dirname, "leaver.ts"), fifo], {
        encoding: "utf8",
        timeout: 60_000
      })
      assert.deepStrictEqual({ signal, status, stderr, stdout }, { signal: null, status: 8, stderr: "", stdout: "leaving with 8\n" })
    }))
})
