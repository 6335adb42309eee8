import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { flagSpecs } from "../../src/domain/settings/Flags.ts"

interface Row {
  readonly flag: string
  readonly variable: string | undefined
  readonly profileKey: string | undefined
  /** What the last column has in code. */
  readonly values: ReadonlyArray<string>
}

const codeIn = (cell: string): ReadonlyArray<string> => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word]) => word!)

const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8")

const rows = readme.split("\n").filter((line) => line.startsWith("| `--")).map((line): Row => {
  const [flag = "", variable = "", profileKey = "", usual = ""] = line.split("|").slice(1, -1)
  return {
    flag: codeIn(flag).join().replace(/^--/, ""),
    variable: codeIn(variable)[0],
    profileKey: codeIn(profileKey)[0],
    values: codeIn(usual)
  }
})

describe("README's table of flags", () => {
  it("has each flag once, and no other", () => {
    assert.deepStrictEqual(rows.map(({ flag }) => flag).toSorted(), Object.keys(flagSpecs).toSorted())
  })

  it.each(Object.entries(flagSpecs))("says where --%s comes from besides, what it usually is and what it may be", (name, spec) => {
    const row = rows.find(({ flag }) => flag === name)
    assert.deepInclude(row, {
      // The profile is chosen, which has a section of its own.
      variable: name === "profile" ? undefined : spec.variable,
      profileKey: spec.profileKey
    })
    if (spec.default !== undefined) assert.strictEqual(row?.values[0], spec.default)
    // Levels are told of where the log is.
    if (name !== "log-level") assert.includeMembers([...row?.values ?? []], [...spec.choices ?? []])
  })
})
