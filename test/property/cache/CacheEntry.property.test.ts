import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { type CacheEntry, decodeEntry, encodeEntry } from "../../../src/domain/cache/CacheEntry.ts"
import { sameIdentity } from "../../../src/domain/cache/Identity.ts"
import { entries } from "../../suites/CacheSuite.ts"

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>

const goMembers = [
  "credentials",
  "vault",
  "item",
  "mfa_serial",
  "access_key_id_field",
  "secret_access_key_field"
] as const

/** What the Go program writes of an entry: its own six members, in its order. */
const byGo = (entry: CacheEntry): string => {
  const file = parsed(encodeEntry(entry))
  return JSON.stringify(Object.fromEntries(goMembers.map((member) => [member, file[member]])))
}

const inFile = Arbitrary.all({
  entry: entries,
  at: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))),
  unit: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff })))
})

const anotherType = Schema.Union([
  Schema.Undefined,
  Schema.Null,
  Schema.Finite,
  Schema.Boolean,
  Schema.Array(Schema.String),
  Schema.Struct({})
])

const anything = Schema.Union([Schema.String, Schema.fromJsonString(Schema.Json)])

describe("an entry of the cache", () => {
  it.prop("is read back as it was written", [entries], ([entry]) => {
    assert.deepStrictEqual(decodeEntry(encodeEntry(entry)), entry)
  })

  it.prop("begins with the Go program's members, by its names and in its order", [entries], ([entry]) => {
    const file = parsed(encodeEntry(entry))
    assert.deepStrictEqual(Object.keys(file).slice(0, 6), [...goMembers])
    const inside = Object.keys(file["credentials"] as object)
    assert.deepStrictEqual(inside, ["AccessKeyId", "Expiration", "SecretAccessKey", "SessionToken"])
    assert.strictEqual(Object.keys(file).at(-1), "checksum")
  })

  it.prop("that the Go program wrote is read, and says only what that program knows", [entries], ([entry]) => {
    const { accessKeyIdField, credentials, item, mfaSerial, secretAccessKeyField, vault } = entry
    const known = { credentials, vault, item, mfaSerial, accessKeyIdField, secretAccessKeyField }
    assert.deepStrictEqual(decodeEntry(byGo(entry)), known)
  })

  it.prop("of ours without its checksum is none, as the Go program did not write it", [entries], ([entry]) => {
    const { checksum: _, ...rest } = parsed(encodeEntry({ ...entry, partition: "aws" }))
    assert.isUndefined(decodeEntry(JSON.stringify(rest)))
  })

  it.prop("with any one character changed is none", [inFile], ([{ at, entry, unit }]) => {
    const text = encodeEntry(entry)
    const place = at % text.length
    const changed = text.slice(0, place) + String.fromCharCode(unit) + text.slice(place + 1)
    if (changed === text) assert.deepStrictEqual(decodeEntry(changed), entry)
    else assert.isUndefined(decodeEntry(changed))
  }, { arbitrary: { runs: 500 } })

  it.prop("with any one bit of any one character flipped is none", [entries], ([entry]) => {
    const text = encodeEntry(entry)
    for (let place = 0; place < text.length; place++) {
      const bit = 1 << place % 7
      const flipped = text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ bit) + text.slice(place + 1)
      assert.isUndefined(decodeEntry(flipped), `bit ${bit} of character ${place}`)
    }
  }, { arbitrary: { runs: 10 } })

  it.prop("cut off anywhere is none, ours and the Go program's", [inFile], ([{ at, entry }]) => {
    for (const text of [encodeEntry(entry), byGo(entry)]) {
      assert.isUndefined(decodeEntry(text.slice(0, at % text.length)))
    }
  })

  it.prop("with one of the Go program's members missing or of another type is none", [
    entries,
    Schema.Literals(goMembers),
    anotherType
  ], ([entry, member, other]) => {
    assert.isUndefined(decodeEntry(JSON.stringify({ ...parsed(byGo(entry)), [member]: other })))
  })

  it.prop("is never made from anything else, and nothing makes the reader throw", [anything], ([some]) => {
    assert.isUndefined(decodeEntry(typeof some === "string" ? some : JSON.stringify(some)))
  })

  it.prop("is its own settings' entry, and not that of another item, vault or field", [
    entries,
    Schema.Literals(["vault", "item", "accessKeyIdField", "secretAccessKeyField"])
  ], ([entry, what]) => {
    const { mfaSerial, ...rest } = entry
    const identity = { ...rest, serial: mfaSerial }
    assert.isTrue(sameIdentity(identity, entry))
    assert.isFalse(sameIdentity({ ...identity, [what]: `${identity[what]}x` }, entry))
    assert.isFalse(sameIdentity({ ...identity, serial: `${mfaSerial}x` }, entry))
  })
})
