import { assert, describe, it } from "@effect/vitest"
import type { Finding } from "../../src/doctor/Finding.ts"
import { findingsJson, findingText } from "../../src/doctor/FindingText.ts"

const finding = (parts: Partial<Finding> = {}): Finding => ({
  check: "cache",
  severity: "warning",
  what: "others may look into the cache directory of this program",
  why: "its names say which profiles there are",
  mend: "close it to others\nchmod -R go= '/home/me/.cache/op-aws-credential-process'",
  ...parts
})

const text = (findings: ReadonlyArray<Finding>, columns: number | undefined, color = false) =>
  findingText({ fine: ["1Password CLI 2.34.1 (/usr/bin/op)"], findings }, { look: { columns, color }, online: false })

describe("findingText", () => {
  it("says what is fine, and each finding in three parts", () => {
    assert.strictEqual(
      text([finding()], undefined),
      [
        "ok       1Password CLI 2.34.1 (/usr/bin/op)",
        "",
        "warning  others may look into the cache directory of this program",
        "why      its names say which profiles there are",
        "mend     close it to others",
        "chmod -R go= '/home/me/.cache/op-aws-credential-process'",
        "",
        "skipped  the item and its fields, whether STS answers, and the clock: --online looks at those, and may ask you",
        "1 warning",
        ""
      ].join("\n")
    )
  })

  it("fits 40 columns, save what is to be copied", () => {
    const lines = text([finding(), finding({ severity: "error", mend: "a".repeat(80) })], 40).split("\n")
    const [copied, ...more] = lines.filter((line) => line.length > 40)
    assert.deepStrictEqual([copied, more], ["chmod -R go= '/home/me/.cache/op-aws-credential-process'", []])
    assert.isTrue(lines.some((line) => line.startsWith("         clock: --online looks at those,")), lines.join("\n"))
    assert.strictEqual(lines.at(-2), "1 error, 1 warning")
  })

  it("has no escape sequence in it without colour, and only such as colour with it", () => {
    assert.notInclude(text([finding()], 80), "\x1b")
    assert.strictEqual(text([finding()], 80, true).replace(/\x1b\[(?:3[123]|0)m/g, ""), text([finding()], 80))
  })

  it("says the same thing twice in a row only once", () => {
    const lines = text([finding(), finding({ what: "another" })], undefined).split("\n")
    assert.strictEqual(lines.filter((line) => line.includes("chmod")).length, 1)
    assert.include(lines, "mend     the same")
  })

  it("says when there is nothing, and what was not looked at", () => {
    const clean = findingText({ fine: ["a"], findings: [] }, {
      look: { columns: undefined, color: false },
      online: true
    })
    assert.strictEqual(clean, "ok       a\n\nnothing to mend\n")
  })

  it("shows nothing that a terminal would act on", () => {
    assert.notInclude(text([finding({ what: "\x1b[2J", why: "\u202e", mend: "a\nb\x07" })], 80), "\x1b")
  })
})

describe("findingsJson", () => {
  it("is one array, empty where there is nothing", () => {
    assert.deepStrictEqual(JSON.parse(findingsJson([finding()])), [finding()])
    assert.strictEqual(findingsJson([]), "[]\n")
  })
})
