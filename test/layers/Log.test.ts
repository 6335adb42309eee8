import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { compileCache } from "../fixtures/CompileCache.ts"

const runtimes = { Node: process.execPath, Bun: join(import.meta.dirname, "../../node_modules/.bin/bun") }

const logged = (runtime: string, count: number, width: number): string =>
  spawnSync(runtime, [join(import.meta.dirname, "logWriter.ts"), String(count), String(width)], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
    env: compileCache
  }).stderr

describe.each(Object.entries(runtimes))("the log under %s", (_, runtime) => {
  it("has a line a step, with the milliseconds since the process was started", () => {
    const lines = logged(runtime, 4, 3).trimEnd().split("\n")
    assert.strictEqual(lines.length, 4)
    for (const line of lines) assert.match(line, /^debug \+[1-9]\d* ms: ééé$/)
  })

  it("shortens a line that is very long", () => {
    assert.match(logged(runtime, 2, 10_000), /^debug \+\d+ ms: é{499}…\n/)
  })

  it("is never longer than 32 KiB, however many layers there are, and says where it ends", () => {
    const text = logged(runtime, 400, 100)
    assert.isAtMost(Buffer.byteLength(text), 32 * 1024)
    assert.isAbove(Buffer.byteLength(text), 32 * 1024 - 300)
    assert.match(text, /\nthe log ends here: .*32 KiB\n$/)
  })
})
