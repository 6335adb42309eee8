import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { printable } from "../../../src/domain/base/Printable.ts"
import { classifyOpFailure } from "../../../src/domain/onepassword/OpClassification.ts"

const text = Arbitrary.schema(Schema.String)
const number = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 255 })))

const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

describe("what op says", () => {
  it.prop("is shown on one bounded line without controls, whatever it is", [
    Arbitrary.all({ said: text, item: text, vault: text, account: text, exitCode: number })
  ], ([{ account, exitCode, item, said, vault }]) => {
    const controls = "\u001b]0;x\u0007\u202e\u2028\ud800"
    for (
      const text of [
        said,
        `[ERROR] 2026/11/22 10:15:00 ${said}`,
        `[ERROR] 2026/11/22 10:15:00 ${said}${controls}\n${said}`,
        `panic: ${said}${controls}`
      ]
    ) {
      for (const stderr of [text, `[ERROR] 2026/11/22 10:15:00 "${item}" isn't an item in the "${vault}" vault`]) {
        const failure = classifyOpFailure({
          exitCode,
          stderr,
          reference: { item: item + controls, vault: controls + vault, account: account.repeat(100), cliPath: said }
        })
        assert.notMatch(failure.message, unprintable)
        assert.notMatch(failure.hint, unprintable)
        assert.isBelow(failure.message.length, 1000)
        assert.isBelow(failure.hint.length, 1000)
      }
    }
  }, { arbitrary: { runs: 300 } })
})

describe("printable", () => {
  it.prop(
    "leaves what prints, in order, up to the limit",
    [Arbitrary.all({ text, limit: number })],
    ([{ limit, text }]) => {
      const shown = printable(text, limit)
      assert.notMatch(shown, unprintable)
      assert.isAtMost(Array.from(shown).length, limit)
      assert.strictEqual(printable(shown, limit), shown)
      const kept = shown.endsWith("…") ? shown.slice(0, -1) : shown
      assert.isTrue(
        text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ").replace(new RegExp(unprintable, "gu"), "").startsWith(
          kept
        )
      )
    },
    { arbitrary: { runs: 500 } }
  )

  it("turns line breaks and tabs into one space and drops what is not seen", () => {
    assert.strictEqual(printable("a\r\n\tb\u0000c\u200bd\u202ee\ud800f"), "a bcdef")
    assert.strictEqual(printable("👩👩👩", 2), "👩…")
    assert.strictEqual(printable("x".repeat(200)), "x".repeat(200))
    assert.strictEqual(printable("x".repeat(201)), `${"x".repeat(199)}…`)
  })
})
