import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { exitCodeRows, helpText, variableRows } from "../../src/commands/HelpText.ts"
import { widthOf } from "../../src/domain/base/TerminalText.ts"
import { flagSpecs } from "../../src/domain/settings/Flags.ts"

const page = {
  description: "Does something that takes a few more words to say than there is room for on a line of forty columns.",
  usage: ["program <sub-command> [flags]"],
  sections: [
    { title: "FLAGS", rows: [["--one", "short"], ["--a-flag-with-a-name-as-long-as-anything <value>", "what it is, in rather many words for so little room"]] as const },
    { title: "NOTHING", rows: [] }
  ],
  examples: [["program --with --so --many --flags --that --it --is --longer --than --the --window --of --a --person --who --has --a --wide --one", "To be copied"]] as const
}

describe("a page of help", () => {
  it.each([40, 60, 100])("fits into %i columns, all but what is to be copied", (columns) => {
    const lines = helpText(page, { columns, color: false }).split("\n")
    const wide = lines.filter((line) => widthOf(line) > columns).map((line) => line.trim())
    assert.deepStrictEqual(wide.filter((line) => !line.startsWith("--a-flag")), [page.examples[0][0]])
  })

  it("has its words in one column where there is room, and below their names where there is not", () => {
    assert.include(helpText(page, { columns: 100, color: false }), "  --one                               short\n")
    assert.include(helpText(page, { columns: 40, color: false }), "  --one\n    short\n")
  })

  it("breaks nothing where it does not go to a terminal, and leaves out what is empty", () => {
    const text = helpText(page, { columns: undefined, color: false })
    assert.include(text, `${page.description}\n`)
    assert.notInclude(text, "NOTHING")
    assert.include(helpText(page, { columns: undefined, color: true }), "\x1b[1mFLAGS\x1b[0m")
  })
})

describe("what the first page says", () => {
  const readme = readFileSync("README.md", "utf8")

  it("has the exit codes of README", () => {
    const [, table = ""] = /\| code \| meaning \|\n\|---\|---\|\n([^]*?)\n\n/.exec(readme) ?? []
    const codes = table.split("\n").flatMap((row) => row.split("|")[1]!.split(",").map((code) => code.trim()))
    // What `exec` ends with stands below the table.
    assert.deepStrictEqual(exitCodeRows.map(([code]) => code).filter((code) => code !== "126" && code !== "127"), codes)
  })

  it("has every variable of a setting, as README has every flag with its variable, its key and its default", () => {
    for (const [name, { default: usual, profileKey, variable }] of Object.entries<(typeof flagSpecs)[keyof typeof flagSpecs]>(flagSpecs)) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`--${name}\` |`)) ?? assert.fail(`README has no row for --${name}`)
      if (variable !== undefined) {
        assert.include(row, `\`${variable}\``)
        assert.include(variableRows.map(([shown]) => shown), variable)
      }
      if (profileKey !== undefined) assert.include(row, `\`${profileKey}\``)
      if (usual !== undefined) assert.include(row, usual)
    }
  })
})
