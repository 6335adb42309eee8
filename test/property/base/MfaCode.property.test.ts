import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Redacted, Schema } from "effect"
import { totp } from "../../../simulator/Totp.ts"
import { codeAt, periodOf, stepAt, stepOfCode } from "../../../src/domain/base/MfaCode.ts"

const between = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

const base32 = Arbitrary.map(
  Arbitrary.array(between(0, 31), { minLength: 2, maxLength: 64 }),
  (digits) => digits.map((digit) => letters[digit]).join("")
)

/** A seed in one of the ways that items hold it. */
const seed = Arbitrary.map(
  Arbitrary.all({ secret: base32, form: between(0, 5), digits: between(6, 8), period: between(10, 90) }),
  ({ digits, form, period, secret }) =>
    [
      secret,
      secret.toLowerCase().replace(/.{4}/g, "$& "),
      `${secret}${"=".repeat((8 - secret.length % 8) % 8)}`,
      `otpauth://totp/AWS:me?secret=${secret}&issuer=AWS`,
      `otpauth://totp/me?secret=${secret}&algorithm=SHA256&digits=${digits}&period=${period}`,
      `otpauth://totp/me?period=${period}&secret=${secret.toLowerCase()}&algorithm=sha512`
    ][form] ?? secret
)

const moment = between(0, 4_000_000_000_000)
const halfHour = 30 * 60 * 1000

const digits = (code: Redacted.Redacted | undefined): string => code === undefined ? "none" : Redacted.value(code)

describe("one-time codes", () => {
  it.prop("lead back to their step", [Arbitrary.all({ text: seed, at: moment })], ([{ at, text }]) => {
    const key = Redacted.make(text)
    const step = stepAt(key, at) ?? assert.fail("unusable")
    assert.strictEqual(stepOfCode(key, codeAt(key, step) ?? assert.fail("no code"), at), step)
  }, { arbitrary: { runs: 300 } })

  it.prop("lead back to a step of theirs that is no farther, when clocks differ by half an hour at most", [
    Arbitrary.all({ text: seed, at: moment, away: between(-halfHour, halfHour) })
  ], ([{ at, away, text }]) => {
    const key = Redacted.make(text)
    const here = stepAt(key, at) ?? assert.fail("unusable")
    const step = Math.max(0, stepAt(key, at + away) ?? assert.fail("unusable"))
    const code = codeAt(key, step) ?? assert.fail("no code")
    const read = stepOfCode(key, code, at) ?? assert.fail(`step ${step} was not found from ${here}`)
    assert.strictEqual(digits(codeAt(key, read)), digits(code))
    assert.isAtMost(Math.abs(read - here), Math.abs(step - here))
  }, { arbitrary: { runs: 300 } })

  it.prop(
    "are those that another implementation computes",
    [Arbitrary.all({ text: seed, at: moment })],
    ([{ at, text }]) => {
      const key = Redacted.make(text)
      assert.strictEqual(digits(codeAt(key, stepAt(key, at) ?? -1)), totp(text, at))
      assert.strictEqual(stepAt(key, at), Math.floor(at / 1000 / (periodOf(key) ?? NaN)))
    },
    { arbitrary: { runs: 300 } }
  )

  it.prop("never come from just any text, nor does it throw", [Arbitrary.schema(Schema.String)], ([text]) => {
    for (const one of [text, `otpauth://totp/${text}`, `otpauth://totp/x?secret=${text}`, `otpauth://${text}`]) {
      assert.match(digits(codeAt(Redacted.make(one), 1)), /^(none|\d{6,8})$/)
    }
  }, { arbitrary: { runs: 500 } })
})
