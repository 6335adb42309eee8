import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { chainOf, roleArn } from "../../fixtures/Chains.ts"
import { roleEntryOf } from "../../fixtures/RoleEntries.ts"
import { decodeEntry } from "../../../src/domain/cache/CacheEntry.ts"
import { decodeRole, encodeRole, roleKey, roleName, sameRole } from "../../../src/domain/cache/RoleEntry.ts"
import { roleEntries } from "../../suites/CacheSuite.ts"

const places = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 })))
const characters = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff })))

describe("a role's cache entry", () => {
  it.prop("is read as it was written", [roleEntries], ([entry]) => {
    assert.deepStrictEqual(decodeRole(encodeRole(entry)), entry)
  })

  it.prop("is nothing once any character is another one", [roleEntries, places, characters], ([entry, place, code]) => {
    const text = encodeRole(entry)
    const at = place % text.length
    const damaged = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
    assert.deepStrictEqual(decodeRole(damaged), damaged === text ? entry : undefined)
  }, { arbitrary: { runs: 500 } })

  it.prop("is nothing when it is cut", [roleEntries, places], ([entry, place]) => {
    const text = encodeRole(entry)
    assert.isUndefined(decodeRole(text.slice(0, place % text.length)))
  })

  it("is no session's entry", () => {
    assert.isUndefined(decodeEntry(encodeRole(roleEntryOf("a"))))
  })
})

describe("the key of a role's session", () => {
  const settings = {
    base: ["op_vault = v", "op_item = i", "mfa_serial = arn:aws:iam::123456789012:mfa/alice"],
    first: [`role_arn = ${roleArn("first")}`, "source_profile = base"],
    second: [`role_arn = ${roleArn("second")}`, "source_profile = first"]
  }
  type Part = keyof typeof settings
  const print = (parts: Record<Part, ReadonlyArray<string>>) =>
    Object.entries(parts).map(([name, lines]) => `[profile ${name}]\n${lines.join("\n")}\n`).join("")
  const keyOf = (part: Part, ...lines: ReadonlyArray<string>) => {
    const text = print({ ...settings, [part]: [...settings[part], ...lines] })
    return roleKey(chainOf(text, { profile: "second" }), 1)
  }
  const usual = keyOf("base")

  const shaping: ReadonlyArray<readonly [Part, string]> = [
    ["base", "op_vault = other"],
    ["base", "op_item = other"],
    ["base", "op_account = other"],
    ["base", "mfa_serial = arn:aws:iam::123456789012:mfa/bob"],
    ["base", "op_mfa = none"],
    ["base", "op_access_key_id_field = other"],
    ["base", "op_secret_access_key_field = other"],
    ["base", "endpoint_url = https://sts.example.test"],
    ...(["first", "second"] as const).flatMap((part) => [
      [part, `role_arn = ${roleArn("other")}`],
      [part, "external_id = other"],
      [part, "role_session_name = other"],
      [part, "duration_seconds = 1800"],
      [part, "source_identity = other"],
      [part, "session_tags = a=b"],
      [part, "session_tags = a=c"],
      [part, "session_tags = a=b\ntransitive_session_tags = a"],
      [part, "endpoint_url = https://sts.example.test"]
    ] as const)
  ]

  it("is another one for everything that shapes it", () => {
    const keys = [usual, ...shaping.map(([part, line]) => keyOf(part, line))]
    for (const [index, key] of keys.entries()) {
      assert.strictEqual(keys.findIndex((other) => sameRole(other, key)), index, shaping[index - 1]?.join(": "))
      assert.strictEqual(keys.findIndex((other) => roleName(other) === roleName(key)), index)
    }
  })

  it("is the same whatever says how to get there", () => {
    const lines = ["region = eu-west-1", "op_duration = 2h", "op_cli_path = /opt/op", "use_fips_endpoint = true"]
    for (const line of lines) {
      for (const part of ["base", "first", "second"] as const) assert.isTrue(sameRole(keyOf(part, line), usual))
    }
  })

  it("is shared by chains that begin alike, and by no other role of them", () => {
    const chain = chainOf(print(settings), { profile: "second" })
    const first = chainOf(print(settings), { profile: "first" })
    assert.isTrue(sameRole(roleKey(chain, 0), roleKey(first, 0)))
    assert.isFalse(sameRole(roleKey(chain, 0), roleKey(chain, 1)))
  })
})
