import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { sayings } from "../../src/domain/onepassword/OpFailure.ts"
import { printExample } from "../cli/situations/Document.ts"
import { failureExamples } from "../fixtures/FailureExamples.ts"
import { opErrors } from "../fixtures/OpErrors.ts"

const source = resolve("src")
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
const tables = files.filter((file) => /\wFailure\.ts$/.test(file))
const examples = Object.values(failureExamples).flat()

describe("the tables of failures", () => {
  it("lie in files that hold nothing else which main.js might want", () => {
    const others = files.filter((file) => !tables.includes(file))
    const elsewhere = others.filter((file) => readFileSync(join(source, file), "utf8").includes("= failures("))
    assert.deepStrictEqual(elsewhere, [], "put the table into a file whose name ends in Failure.ts: main.js goes without those")
  })

  it.each(tables)("%s: has an example of each kind", async (file) => {
    const exported = Object.entries<object>(await import(join(source, file)))
    const kinds = exported.flatMap(([name, table]) => name.endsWith("Failure") ? Object.keys(table) : [])
    const shown = new Set<string>(examples.map(({ failure }) => failure._tag))
    assert.isNotEmpty(kinds)
    const unshown = kinds.filter((kind) => !shown.has(kind))
    assert.deepStrictEqual(unshown, [], "give it one in FailureExamples.ts, or in OpErrors.ts where op says it")
  })

  it("are in docs/situations.md, every kind with its words and its exit code", () => {
    const lines = new Set(readFileSync("docs/situations.md", "utf8").split("\n"))
    const missing = examples.filter((example) => !lines.has(printExample(example)))
    assert.deepStrictEqual(
      missing.map(({ failure, name }) => `${failure._tag}: ${name}`),
      [],
      "UPDATE_DOCS=1 npx vitest run test/cli/Errors.test.ts writes them, or the example differs from what the program says"
    )
  })

  it("have a text of op's for each kind that op tells of", () => {
    const known = new Set<string>(opErrors.map(([, , tag]) => tag))
    const unknown = sayings.map(({ tag }) => tag).filter((tag) => !known.has(tag))
    assert.deepStrictEqual(unknown, [], "give it one in test/fixtures/OpErrors.ts")
  })

  it("tell each kind by one tag", () => {
    const tags = examples.map(({ failure }) => failure._tag)
    assert.deepStrictEqual(tags.filter((tag, at) => tags.indexOf(tag) !== at), [])
  })
})
