import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { parseAst } from "rolldown/parseAst"
import { bundle } from "../../scripts/bundle.ts"
import { staticImports } from "../../scripts/staticImports.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"

/** What a hit may weigh (bytes). V8 reads a megabyte of code in about 100 ms, and Bun's share grows with it too. */
const largest = 41 * 1024

/** What it reads its files through, like every other part of the program. */
const plainFiles = ["src/layers/host/PlainFile.ts", "src/layers/host/PrivateFile.ts"]

describe("the hit path", () => {
  it("loads the domain's rules, two plain files and node:fs", () => {
    const { files, modules } = staticImports("src/hit.ts")
    const others = [...files].map((file) => relative(".", file)).filter((file) => !file.startsWith("src/domain/"))
    assert.sameMembers(others, ["src/hit.ts", ...plainFiles])
    assert.deepStrictEqual([...modules], ["node:fs"])
  })

  it("is all that the door loads, which prints what it gives", () => {
    const { files } = staticImports("src/main.ts")
    const door = ["src/main.ts", "src/layers/terminal/WriteText.ts", "src/FirstVariables.ts"].map((file) => resolve(file))
    assert.sameMembers([...files], [...staticImports("src/hit.ts").files, ...door])
    assert.isAtMost(readFileSync("src/main.ts", "utf8").split("\n").length, 40)
  })

  it.effect("is one small file when it is bundled, and asks Node for nothing but its file functions", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => bundle(directory, "asked for"))
      const main = readFileSync(join(directory, "main.js"), "utf8")
      assert.isAtMost(Buffer.byteLength(main), largest)
      assert.notMatch(main, /\bimport\s*[{*"']|\bfrom\s*["']/)
      assert.deepStrictEqual(main.match(/getBuiltinModule\("[^"]*"\)/g), ["getBuiltinModule(\"node:fs\")"])
      assert.deepStrictEqual(main.match(/\bimport\([^)]*\)/g), ["import(`./keychain.js`)", "import(`./program.js`)"])
    }))

  it.effect("holds one kind of failure without a word, and no arrow where V8 reads a function in half the time", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => bundle(directory, "asked for"))
      const main = readFileSync(join(directory, "main.js"), "utf8")
      assert.lengthOf(main.match(/\bclass\b/g) ?? [], 1)
      assert.notInclude(main, "is not set for profile")
      assert.notInclude(main, "how long the MFA session lasts")
      const constants = parseAst(main).body.flatMap((statement) =>
        statement.type === "VariableDeclaration" ? statement.declarations.map(({ init }) => init?.type) : []
      )
      assert.isNotEmpty(constants)
      assert.notInclude(constants, "ArrowFunctionExpression")
    }))

  it.effect("gets node:fs precompiled from Bun, because the program imports it there", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => bundle(directory, "imported"))
      const importing = readdirSync(directory).filter((file) => /\bfrom\s*["']node:fs["']/.test(readFileSync(join(directory, file), "utf8")))
      assert.isNotEmpty(importing)
      assert.notInclude(importing, "main.js")
    }))

  it("leaves the keychain's process with little besides the library, which a session in there waits for", () => {
    const { files, modules } = staticImports("src/layers/keychain/KeychainProcess.ts")
    const few = ["KeychainProcess.ts", "SecretServiceBus.ts", "DBusMessage.ts"].map((file) => `src/layers/keychain/${file}`)
    assert.sameMembers([...files].map((file) => relative(".", file)), [...few, "src/layers/terminal/WriteText.ts"])
    assert.sameMembers([...modules], ["node:fs", "node:net"])
  })

  it.effect("leaves a miss with one file more, and Effect's file system to the sub-commands that look at the disk", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => bundle(directory, "asked for"))
      const texts = new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]))
      const program = texts.get("program.js") ?? ""
      assert.notInclude(parseAst(program).body.map(({ type }) => type), "ImportDeclaration")
      const holding = [...texts].filter(([, text]) => text.includes("readDirectory")).map(([file]) => file)
      assert.isNotEmpty(holding)
      assert.notInclude(holding, "program.js")
    }))

  it.effect("leaves no import of a module of Node's in the whole bundle", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => bundle(directory, "asked for"))
      for (const file of readdirSync(directory)) {
        assert.notMatch(readFileSync(join(directory, file), "utf8"), /\bfrom\s*["']node:/, file)
      }
    }))
})
