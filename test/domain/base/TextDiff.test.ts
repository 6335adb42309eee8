import { assert, describe, it } from "@effect/vitest"
import { Arbitrary } from "effect"
import { textOf } from "../../property/AwsConfigArbitrary.ts"
import { diffText, maskSecrets, textDiff } from "../../../src/domain/base/TextDiff.ts"

const plain = { color: false, unicode: true }

const shown = (before: string, after: string): ReadonlyArray<string> =>
  diffText(textDiff(before, after), plain).split("\n").slice(0, -1)

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join("")

describe("a difference of two texts", () => {
  it("is nothing where no line differs", () => {
    assert.deepStrictEqual(textDiff("a\nb\n", "a\r\nb"), [])
    assert.strictEqual(diffText([], plain), "")
  })

  it("shows a new file whole", () => {
    assert.deepStrictEqual(shown("", "[default]\nregion = x\n"), ["+ [default]", "+ region = x"])
  })

  it("shows three lines around a change, and that others are left out", () => {
    assert.deepStrictEqual(shown(numbers(1, 20), numbers(1, 20).replace("10\n", "ten\n")), [
      "  …",
      "  7",
      "  8",
      "  9",
      "- 10",
      "+ ten",
      "  11",
      "  12",
      "  13",
      "  …"
    ])
  })

  it("shows two changes near each other as one, and far from each other with a gap", () => {
    assert.deepStrictEqual(shown("a\nb\nc\n", "x\na\nb\nc\ny\n"), ["+ x", "  a", "  b", "  c", "+ y"])
    assert.strictEqual(shown(numbers(1, 20), `x\n${numbers(1, 20)}y\n`).filter((line) => line === "  …").length, 1)
  })

  it("keeps what is common between changes", () => {
    assert.deepStrictEqual(shown("a\nb\nc\nd\n", "a\nx\nc\nd\ny\n"), ["  a", "- b", "+ x", "  c", "  d", "+ y"])
  })

  it("has colours only where they are wanted, and the ellipsis in ASCII where it has to be", () => {
    const lines = [{ kind: "gap", line: "" }, { kind: "same", line: "a" }, { kind: "removed", line: "b" }, { kind: "added", line: "c" }] as const
    assert.strictEqual(diffText(lines, { color: true, unicode: true }), "  …\n  a\n\x1b[31m- b\x1b[0m\n\x1b[32m+ c\x1b[0m\n")
    assert.strictEqual(diffText(lines, { color: false, unicode: false }), "  ...\n  a\n- b\n+ c\n")
  })

  it("shows nothing that a terminal would act on", () => {
    assert.deepStrictEqual(shown("", "a\x1b[31m\u202eb\n"), ["+ a[31mb"])
  })

  it("shows no secret", () => {
    assert.deepStrictEqual(shown("[a]\naws_secret_access_key = FAKE\n", "[a]\n"), ["  [a]", "- aws_secret_access_key = ****"])
  })

  const text = textOf(["a\n", "b\n", "c\n", "\n"], { maxLength: 12 })

  it.prop("has all lines of both texts, in order, where nothing is left out", [Arbitrary.all({ before: text, after: text })], ([
    { after, before }
  ]) => {
    const lines = textDiff(before, after)
    if (lines.some(({ kind }) => kind === "gap") || before === after) return
    const side = (kind: "removed" | "added") =>
      lines.filter((line) => line.kind === "same" || line.kind === kind).map(({ line }) => `${line}\n`).join("")
    if (lines.length > 0) assert.deepStrictEqual([side("removed"), side("added")], [before, after])
  }, { arbitrary: { runs: 500 } })
})

describe("a line with a secret", () => {
  it.each([
    ["aws_secret_access_key = FAKE/secret", "aws_secret_access_key = ****"],
    ["  AWS_SESSION_TOKEN=FAKE token # note", "  AWS_SESSION_TOKEN=****"],
    ["# aws_secret_access_key = FAKE", "# aws_secret_access_key = ****"],
    ["aws_security_token: FAKE", "aws_security_token: ****"],
    ["aws_access_key_id = AKIAFAKE", "aws_access_key_id = AKIAFAKE"],
    ["aws_secret_access_key =", "aws_secret_access_key ="],
    ["# the aws_secret_access_key = is gone", "# the aws_secret_access_key = is gone"]
  ])("%j is shown as %j", (line, masked) => {
    assert.strictEqual(maskSecrets(line), masked)
  })
})
