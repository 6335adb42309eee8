import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { formatTimestamp, parseTimestamp } from "../../../src/domain/base/Time.ts"

/** From the year 0 to the year 9999. */
const moments = Schema.Int.check(Schema.isBetween({ minimum: -62_167_219_200_000, maximum: 253_402_300_799_999 }))

describe("a moment", () => {
  it.prop("is written as JavaScript writes it, without the fraction, and read again", [moments], ([moment]) => {
    const text = formatTimestamp(moment)
    assert.strictEqual(text, `${new Date(moment).toISOString().slice(0, 19)}Z`)
    assert.strictEqual(parseTimestamp(text), Math.floor(moment / 1000) * 1000)
  })

  it("has two digits in each part, and four in its year", () => {
    assert.strictEqual(formatTimestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), "2026-01-02T03:04:05Z")
    assert.strictEqual(formatTimestamp(-62_167_219_200_000), "0000-01-01T00:00:00Z")
  })

  it.each(["2026-01-02T03:04:05.678Z", "2026-01-02T04:04:05+01:00", "2026-01-01T19:34:05.123456789-07:30"])("%s is one that Go may write", (text) => {
    assert.strictEqual(parseTimestamp(text), Date.parse(text))
  })

  it.each(["", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2 Jan 2026 03:04:05 GMT", "1767322805", "2026-01-02T24:00:00Z", "2026-01-02T24:00:00.0009Z"])("%s is none", (text) => {
    assert.isUndefined(parseTimestamp(text))
  })
})
