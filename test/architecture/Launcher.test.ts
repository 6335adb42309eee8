import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { bytecode, builtLauncher } from "../../scripts/buildLauncher.ts"
import { bundleForLauncher } from "../../scripts/bundle.ts"
import { staticImports } from "../../scripts/staticImports.ts"
import { hasLauncher } from "../launcher/Engines.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"

const sources = ["launcher/build.rs", ...readdirSync("launcher/src").map((file) => join("launcher/src", file))]
const text = sources.map((file) => readFileSync(file, "utf8").trimEnd()).join("\n")

describe("the launcher", () => {
  it("is so small that a reader sees at once that nothing is decided in it", () => {
    assert.isAtMost(text.split("\n").length, 275)
  })

  it("knows no setting, no file and no member of an entry", () => {
    const code = text.split("\n").filter((line) => !/^\s*\/\//.test(line)).join("\n")
    const known = /OP_AWS|AWS_|HOME|\.aws|\.cache|\.json|--[a-z]|profile[^.]|vault|Expiration|0o?\d*77\b/.exec(code)
    assert.isNull(known, known?.[0])
  })

  it("says of each unsafe block why it is none", () => {
    const blocks = text.split("\n").flatMap((line, index, lines) => /unsafe \{/.test(line) ? [lines.slice(Math.max(0, index - 9), index).join("\n")] : [])
    assert.isNotEmpty(blocks)
    for (const before of blocks) assert.include(before, "SAFETY")
  })

  it("replaces what the hit path loads of Node, and two functions that its engine is slow at", () => {
    const { files, modules } = staticImports("src/hit.ts")
    assert.deepStrictEqual([...modules], ["node:fs"])
    const names = [...files].map((file) => relative("src/domain/base", file))
    for (const replaced of ["TextSearch.ts", "Utf8Words.ts"]) {
      assert.include(names, replaced)
      assert.isTrue(existsSync(join("launcher/host", replaced)))
    }
  })

  it.effect("runs one script that asks nobody but its host, without the globals that its engine lacks", () =>
    Effect.gen(function*() {
      const file = join(yield* temporaryDirectory, "hit.js")
      yield* Effect.promise(() => bundleForLauncher(file))
      const bundle = readFileSync(file, "utf8")
      assert.isAtMost(bundle.length, 39 * 1024)
      assert.notMatch(bundle, /\b(?:import|export|require|await|async|TextEncoder|Uint8Array|Int32Array|Buffer|Promise|Proxy|console)\b/)
      if (hasLauncher) assert.strictEqual(readFileSync(".cache/launcher/hit.js", "utf8"), bundle, "the launcher is not of these sources: build it again")
    }))

  it.skipIf(!hasLauncher)("holds its bytecode, and weighs little", () => {
    assert.isAtMost(statSync(bytecode).size, 64 * 1024)
    assert.isTrue(readFileSync(builtLauncher).includes(readFileSync(bytecode)))
    assert.isAtMost(statSync(builtLauncher).size, 3 * 1024 * 1024)
  })
})
