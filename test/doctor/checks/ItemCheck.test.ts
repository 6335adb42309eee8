import { assert, describe, it } from "@effect/vitest"
import { itemOf } from "../../fixtures/OpItems.ts"
import { checkItem } from "../../../src/doctor/checks/Item.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"
import { resolveSettings, type Settings } from "../../../src/domain/settings/Settings.ts"

const settings = (keys: string): Settings => {
  const config = parseAwsConfig({
    config: { path: "/c", text: `[profile dev]\nop_vault = V\nop_item = AWS\n${keys}\n` },
    credentials: { path: "/k", text: "" }
  })
  const found = resolveSettings({ profile: "dev", flags: {}, environment: {}, config })
  return found instanceof Failure ? assert.fail(found.message) : found
}

const id = { label: "Access key ID", value: "AKIAFAKE0000EXAMPLE0" }
const secret = { label: "Secret access key", value: "fake-secret-for-tests" }
const device = { label: "mfa serial", value: "GAHT12345678" }
const password = { type: "OTP", label: "one-time password", value: "FAKESEEDFAKESEED", totp: "123456" }

describe("checkItem", () => {
  it("says what the item has, and not what it is", () => {
    const { findings, fine } = checkItem({
      settings: settings(""),
      item: itemOf(id, secret, device, password, { label: "region", value: "eu-west-1" })
    })
    assert.deepStrictEqual({ findings, fine }, {
      findings: [],
      fine: ["item AWS in V: the key, the MFA device, a region, a one-time password"]
    })
    assert.lengthOf(
      checkItem({ settings: settings("mfa_serial = GAHT12345678"), item: itemOf(id, secret) }).findings,
      0
    )
    assert.lengthOf(checkItem({ settings: settings("op_mfa = none"), item: itemOf(id, secret) }).findings, 0)
  })

  const serial = "mfa_serial = GAHT12345678"
  const cases: ReadonlyArray<readonly [string, string, ReadonlyArray<Record<string, unknown>>, RegExp]> = [
    ["a field that is missing", serial, [id], /item: .*Secret access key/],
    ["a field that is empty", serial, [id, { label: "Secret access key" }], /item: .*Secret access key/],
    ["a temporary key", serial, [{ ...id, value: "ASIAFAKE0000EXAMPLE0" }, secret], /item: .*temporary key/],
    ["no device at all", "", [id, secret], /mfa-serial: no MFA device is known/],
    [
      "another device",
      serial,
      [id, secret, { ...device, value: "GAHT00000000" }],
      /mfa-serial: profile dev has mfa_serial GAHT12345678, and AWS GAHT00000000/
    ],
    [
      "no one-time password where it is to come from there",
      `${serial}\nop_mfa = otp`,
      [id, secret],
      /item: .*has no one-time password/
    ],
    ["a one-time password that gives no codes", serial, [id, secret, {
      type: "OTP",
      label: "one-time password",
      value: "?"
    }], /item: /],
    ["a region that is none", serial, [id, secret, { label: "region", value: "Frankfurt am Main" }], /item: /]
  ]
  it.each(cases)("finds %s", (_, keys, fields, expected) => {
    const { findings: [finding, ...more] } = checkItem({ settings: settings(keys), item: itemOf(...fields) })
    assert.deepStrictEqual(more, [])
    assert.match(`${finding?.check}: ${finding?.what}`, expected)
    assert.notMatch(JSON.stringify(finding), /fake-secret|KIAFAKE|ASIAFAKE|FAKESEED|123456"/)
  })

  it("tells why there is no item", () => {
    const item = OpFailure.ItemNotFound({ vault: "V", item: "AWS", cliPath: "op" })
    assert.deepInclude(checkItem({ settings: settings(""), item }).findings[0], { check: "item", severity: "error" })
  })
})
