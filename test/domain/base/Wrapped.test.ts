import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { printable } from "../../../src/domain/base/Printable.ts"
import { wrapped } from "../../../src/domain/base/TerminalText.ts"

const columns = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 60 })))
const words = Arbitrary.array(Arbitrary.schema(Schema.String))
const text = Arbitrary.map(words, (some) => printable(some.join(" "), 1000))
const samples = Arbitrary.all({ text, columns })

describe("wrapped text", () => {
  it.prop("holds every character in its order, and no line is too long", [samples], ([sample]) => {
    const lines = wrapped(sample.text, sample.columns)
    assert.strictEqual(lines.join("").replaceAll(" ", ""), sample.text.replaceAll(" ", ""))
    for (const line of lines) assert.isAtMost(Array.from(line).length, sample.columns)
  }, { arbitrary: { runs: 300 } })

  it("is broken at spaces, and inside a word that is longer than a line", () => {
    assert.deepStrictEqual(wrapped("one two three", 8), ["one two", "three"])
    assert.deepStrictEqual(wrapped("to arn:aws:iam::1:mfa/you", 10), ["to", "arn:aws:ia", "m::1:mfa/y", "ou"])
  })

  it("counts what terminals draw two columns wide as two", () => {
    assert.deepStrictEqual(wrapped("日本語 日本", 6), ["日本語", "日本"])
    assert.deepStrictEqual(wrapped("日本語", 5), ["日本", "語"])
  })
})
