import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { inspect } from "node:util"
import { itemOf, tagOf } from "../../fixtures/OpItems.ts"
import { type OpItem, readOneTimePassword, readRegion, readSerial } from "../../../src/domain/onepassword/OpItem.ts"
import type { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"

describe("readSerial and readRegion", () => {
  it("reads the serial in any spelling of its label", () => {
    for (const label of ["mfa serial", "MFA Serial", " mfa SERIAL "]) {
      assert.strictEqual(
        readSerial(itemOf({ label, value: " arn:aws:iam::123456789012:mfa/me \n" })),
        "arn:aws:iam::123456789012:mfa/me"
      )
    }
    assert.strictEqual(readSerial(itemOf({ label: "mfa serial", value: "GAHT12345678" })), "GAHT12345678")
  })

  it("goes without a serial where there is none", () => {
    assert.isUndefined(readSerial(itemOf()))
    assert.isUndefined(readSerial(itemOf({ label: "mfa serial" })))
    assert.isUndefined(readSerial(itemOf({ label: "mfa serial", value: " " })))
  })

  it("refuses what is no serial without showing it", () => {
    for (
      const value of [
        "12345678",
        "x".repeat(257),
        "arn:aws:iam::1:mfa/a b",
        "arn:aws:iam::1:mfa/é",
        "GAHT1234\u00075678"
      ]
    ) {
      const failure = readSerial(itemOf({ label: "mfa serial", value }))
      assert.strictEqual(tagOf(failure), "FieldMalformed")
      assert.notInclude(inspect(failure), value)
    }
  })

  it("takes two serials that are one, and refuses two that differ", () => {
    const serials = (one: string, other: string): OpItem =>
      itemOf({ id: "a", label: "mfa serial", value: one }, { id: "b", label: "MFA serial", value: "GAHT99999999" }, {
        id: "c",
        label: "mfa serial",
        value: other
      })
    assert.strictEqual(readSerial(serials("GAHT12345678", "GAHT12345678 ")), "GAHT12345678")
    const failure = readSerial(serials("GAHT12345678", "GAHT87654321")) as OpFailure<"DuplicateField">
    assert.deepStrictEqual(failure.names, ["a", "c"])
  })

  it("does not take the placeholder for a serial", () => {
    const value = "[use 'op item get nnotgv5xwrhjbdj6bt3rugrijy --reveal' to reveal]"
    assert.strictEqual(tagOf(readSerial(itemOf({ label: "mfa serial", value }))), "FieldConcealed")
  })

  it("prefers the default region to the region, unless it is empty", () => {
    const region = { label: "Region", value: "eu-west-1" }
    assert.strictEqual(readRegion(itemOf(region, { label: "Default Region", value: "EU-Central-1" })), "eu-central-1")
    assert.strictEqual(readRegion(itemOf(region, { label: "default region" })), "eu-west-1")
    assert.strictEqual(readRegion(itemOf(region)), "eu-west-1")
    assert.isUndefined(readRegion(itemOf()))
  })

  it("refuses a region that would name another host", () => {
    for (const value of ["US East (Ohio)", "evil.example/", "-us", "us-", "123", "a@b", "x".repeat(64)]) {
      assert.strictEqual(tagOf(readRegion(itemOf({ label: "region", value }))), "FieldMalformed")
    }
  })
})

describe("readSerial by another name", () => {
  it("reads that field, which has to be there and to hold something", () => {
    const item = itemOf(
      { label: "mfa serial", value: "GAHT12345678" },
      { label: "Device", section: { id: "s", label: "Root" }, value: "GAHT87654321" },
      { label: "empty" }
    )
    assert.strictEqual(readSerial(item, "root.device"), "GAHT87654321")
    assert.strictEqual(tagOf(readSerial(item, "nowhere")), "FieldMissing")
    assert.include((readSerial(item, "nowhere") as OpFailure<"FieldMissing">).hint, "op_mfa_serial_field")
    assert.strictEqual(tagOf(readSerial(item, "empty")), "FieldEmpty")
  })
})

describe("readOneTimePassword", () => {
  const seed = "FAKESEEDFAKESEED"
  const read = (item: OpItem): unknown => {
    const password = readOneTimePassword(item)
    if (password === undefined || password instanceof Error) return tagOf(password)
    return {
      seed: password.seed && Redacted.value(password.seed),
      code: password.code && Redacted.value(password.code)
    }
  }

  it("gives op's code and the seed", () => {
    assert.deepStrictEqual(read(itemOf({ type: "OTP", label: "x", value: seed, totp: "012345" })), {
      seed,
      code: "012345"
    })
  })

  it("is the named field's, by label, section and id, of whatever type", () => {
    const item = itemOf(
      { id: "a", type: "OTP", label: "one-time password", value: seed, totp: "111111" },
      { id: "b", type: "OTP", label: "AWS root", section: { id: "s", label: "Root" }, value: seed, totp: "222222" },
      { id: "c", type: "CONCEALED", label: "seed", value: seed },
      { id: "d", type: "STRING", label: "notes", value: "1, 8 and 9" }
    )
    const named = (name: string): unknown => {
      const password = readOneTimePassword(item, name)
      return password === undefined || password instanceof Error
        ? tagOf(password)
        : password.code === undefined ? "by its seed" : Redacted.value(password.code)
    }
    assert.deepStrictEqual(
      ["aws root", "Root.AWS root", "b", "one-time password", "seed", "notes", "nowhere"].map(named),
      ["222222", "222222", "222222", "111111", "by its seed", "OneTimePasswordUnusable", "FieldMissing"]
    )
  })

  it("is nobody's to guess where there are several: both are named", () => {
    const otp = (id: string, label: string) => ({ id, type: "OTP", label, value: seed, totp: "111111" })
    const failure = readOneTimePassword(itemOf(otp("a", "AWS"), otp("b", "root"))) as OpFailure<"SeveralOneTimePasswords">
    assert.strictEqual(tagOf(failure), "SeveralOneTimePasswords")
    assert.include(failure.message, "AWS, root")
    assert.include(failure.hint, "op_otp_field")
    assert.include(failure.hint, "--op-otp-field")
    const twice = readOneTimePassword(itemOf(otp("a", "one-time password"), otp("b", "one-time password")))
    assert.deepStrictEqual((twice as OpFailure<"SeveralOneTimePasswords">).names, ["a", "b"])
  })

  it("passes over those that no code of AWS's comes from", () => {
    const item = itemOf(
      { id: "a", type: "OTP", label: "one-time password" },
      { id: "b", type: "OTP", label: "eight digits", value: `otpauth://totp/x?secret=${seed}&digits=8`, totp: "12345678" },
      { id: "c", type: "OTP", label: "AWS", value: seed, totp: "333333" }
    )
    assert.deepStrictEqual(read(item), { seed, code: "333333" })
  })

  it("prefers the field that is called one-time password", () => {
    const item = itemOf(
      { type: "OTP", label: "other", value: seed, totp: "111111" },
      { type: "OTP", label: "One-Time Password", value: seed, totp: "222222" }
    )
    assert.deepStrictEqual(read(item), { seed, code: "222222" })
  })

  it("is absent without a field of that type, whatever its label", () => {
    assert.isUndefined(read(itemOf({ type: "STRING", label: "one-time password", value: "123456" })))
  })

  it("goes by the seed where op printed no code, and by the code where the seed is of no use", () => {
    assert.deepStrictEqual(read(itemOf({ type: "OTP", value: seed })), { seed, code: undefined })
    assert.deepStrictEqual(read(itemOf({ type: "otp", value: "not base32!", totp: "123456" })), {
      seed: undefined,
      code: "123456"
    })
    assert.deepStrictEqual(
      read(itemOf({ type: "OTP", value: `otpauth://totp/x?secret=${seed}&digits=8`, totp: "12345678" })),
      "OneTimePasswordUnusable"
    )
  })

  it("is an error of its own when a field gives no code at all", () => {
    for (const field of [{}, { value: "" }, { value: "not base32!" }, { value: "not base32!", totp: "12345" }]) {
      const failure = readOneTimePassword(itemOf({ type: "OTP", label: "one-time password", ...field }))
      assert.strictEqual(tagOf(failure), "OneTimePasswordUnusable")
      assert.notInclude(inspect(failure), "base32")
    }
  })
})
