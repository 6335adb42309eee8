import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { inspect } from "node:util"
import {
  findField,
  type OpItem,
  readKey,
  readOneTimePassword,
  readRegion,
  readSerial
} from "../../src/domain/OpItem.ts"
import { DuplicateField, FieldMissing } from "../../src/domain/OpItemFailure.ts"
import { parseOpItem } from "../../src/domain/OpItemJson.ts"
import { OpOutputUnusable } from "../../src/domain/OpProgramFailure.ts"

const parse = (json: unknown): OpItem => {
  const item = parseOpItem(JSON.stringify(json))
  if (item instanceof OpOutputUnusable) return assert.fail(item.message)
  return item
}

const itemOf = (...fields: ReadonlyArray<Record<string, unknown>>): OpItem => parse({ title: "AWS", fields })

const valueOf = (item: OpItem, name: string): unknown => {
  const found = findField(item, name)
  return found instanceof Error ? found._tag : Redacted.value(found.value)
}

const tagOf = (answer: unknown): unknown => typeof answer === "object" && answer !== null && "_tag" in answer ? answer._tag : answer

const defaults = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }

describe("parseOpItem", () => {
  const field = { id: "f1", type: "STRING", label: "a", value: "one", reference: "op://V/I/a" }

  it("reads a whole item with all that op puts around the fields", () => {
    const item = parse({
      id: "nnotgv5xwrhjbdj6bt3rugrijy",
      title: "AWS Access Key(my-project)",
      favorite: true,
      version: 6,
      vault: { id: "v", name: "Private" },
      category: "API_CREDENTIAL",
      sections: [{ id: "add more" }],
      fields: [
        { ...field, section: { id: "add more" } },
        { id: "notesPlain", type: "STRING", purpose: "NOTES", label: "notesPlain" },
        { id: "t", type: "OTP", value: "FAKESEEDFAKESEED", totp: "741354", password_details: { strength: "GOOD" } }
      ]
    })
    assert.strictEqual(item.title, "AWS Access Key(my-project)")
    assert.deepStrictEqual(item.fields.map(({ id, label, section, type }) => ({ id, label, section, type })), [
      { id: "f1", label: "a", section: { id: "add more" }, type: "STRING" },
      { id: "notesPlain", label: "notesPlain", section: undefined, type: "STRING" },
      { id: "t", label: undefined, section: undefined, type: "OTP" }
    ])
    assert.deepStrictEqual(
      item.fields.map(({ totp, value }) => [value, totp].map((secret) => secret && Redacted.value(secret))),
      [["one", undefined], [undefined, undefined], ["FAKESEEDFAKESEED", "741354"]]
    )
  })

  it("reads the array and the single object that --fields prints", () => {
    assert.strictEqual(valueOf(parse([field, { ...field, label: "b", value: "two" }]), "b"), "two")
    assert.strictEqual(valueOf(parse(field), "a"), "one")
  })

  it("takes null for absent, and an item without fields for an empty one", () => {
    const item = parse({ title: null, fields: [{ id: "x", label: null, section: null, value: null, totp: null }] })
    assert.deepStrictEqual(item, { fields: [{ id: "x" }] })
    assert.deepStrictEqual(parse({ title: "A", category: "DOCUMENT" }), { title: "A", fields: [] })
  })

  const broken: ReadonlyArray<readonly [string, string, string]> = [
    ["nothing", "", "empty"],
    ["line ends alone", "\r\n\n", "empty"],
    ["half an object", "{\"title\": \"fake-secret-for-tests", "truncated"],
    ["half an array", "[{\"id\":", "truncated"],
    ["words", "fake-secret-for-tests", "not-json"],
    ["human-readable output", "ID: x\nTitle: y", "not-json"],
    ["another object", "{\"fake-secret-for-tests\":1}", "not-an-item"],
    ["fields of another shape", "{\"title\":\"x\",\"fields\":[{\"value\":{\"fake-secret-for-tests\":1}}]}", "not-an-item"],
    ["a bare value", "null", "not-an-item"]
  ]
  it.each(broken)("says what is wrong with %s and does not quote it", (_, text, reason) => {
    const failure = parseOpItem(text)
    assert.instanceOf(failure, OpOutputUnusable)
    assert.strictEqual((failure as OpOutputUnusable).reason, reason)
    assert.notInclude(inspect(failure), "fake-secret")
  })

  it("reads CR LF line ends", () => {
    assert.deepStrictEqual(tagOf(parseOpItem("{\r\n  \"title\": \"x\",\r\n  \"fields\": []\r\n}\r\n")), { title: "x", fields: [] })
  })
})

describe("findField", () => {
  const item = itemOf(
    { id: "id1", label: "Access Key ID", value: "plain" },
    { id: "id2", label: "key", section: { id: "s1", label: "Old" }, value: "old" },
    { id: "id3", label: "key", section: { id: "s2", label: "New one" }, value: "new" },
    { id: "id4", label: "serial", section: { id: "add more" }, value: "unlabelled section" },
    { id: "id5", value: "no label" },
    { id: "id6", label: "a, b = \"c\" (é)", value: "punctuation" },
    { id: "id7", label: "Case", value: "upper" },
    { id: "id8", label: "case", value: "lower" },
    { id: "key2", label: "id1", value: "labelled like an id" }
  )

  const found: ReadonlyArray<readonly [string, string]> = [
    ["Access Key ID", "plain"],
    ["access key id", "plain"],
    ["  ACCESS KEY ID\t", "plain"],
    ["Old.key", "old"],
    ["new ONE.KEY", "new"],
    ["s2.key", "new"],
    ["add more.serial", "unlabelled section"],
    ["id5", "no label"],
    ["ID5", "no label"],
    ["a, b = \"c\" (é)", "punctuation"],
    ["A, B = \"C\" (e\u0301)", "punctuation"],
    ["Case", "upper"],
    ["case", "lower"],
    ["id1", "labelled like an id"]
  ]
  it.each(found)("finds %j", (name, value) => assert.strictEqual(valueOf(item, name), value))

  it("names the fields that there are, and no value, when one is missing", () => {
    const failure = findField(item, "Secret")
    assert.instanceOf(failure, FieldMissing)
    const { hint, message } = failure as FieldMissing
    assert.strictEqual(message, "the item \"AWS\" has no field \"Secret\"")
    assert.include(hint, "Access Key ID, key, serial, id5, a, b = \"c\" (é), Case, case, id1")
    assert.notInclude(hint, "plain")
  })

  it("says so when an item has no fields at all", () => {
    const failure = findField(parse([]), "Secret")
    assert.include((failure as FieldMissing).message, "the item has no field")
    assert.include((failure as FieldMissing).hint, "no fields at all")
  })

  it("keeps control characters of labels out of messages, and long lists short", () => {
    const failure = findField(itemOf({ label: "a\u001b[31m\nb", value: "x" }, { label: "y".repeat(1000), value: "x" }), "\u0007z") as FieldMissing
    assert.notMatch(`${failure.message}${failure.hint}`, /\p{Cc}/u)
    assert.include(failure.hint, "a[31m b")
    assert.isBelow(failure.hint.length, 500)
  })

  it("names each of several fields so that the name finds it", () => {
    const failure = findField(item, "key") as DuplicateField
    assert.instanceOf(failure, DuplicateField)
    assert.deepStrictEqual(failure.names, ["Old.key", "New one.key"])
    assert.include(failure.hint, "Old.key, New one.key")
    assert.deepStrictEqual(failure.names.map((name) => valueOf(item, name)), ["old", "new"])
  })

  it("falls back to ids where sections are called alike or are missing", () => {
    const alike = itemOf(
      { id: "i1", label: "k", section: { id: "s", label: "S" }, value: "1" },
      { id: "i2", label: "k", section: { id: "s", label: "S" }, value: "2" },
      { id: "i3", label: "K", section: { id: "t", label: "S" }, value: "3" },
      { id: "i4", label: "k", value: "4" }
    )
    const { names } = findField(alike, "k") as DuplicateField
    assert.deepStrictEqual(names, ["i1", "i2", "i4"])
    assert.deepStrictEqual(names.map((name) => valueOf(alike, name)), ["1", "2", "4"])
  })

  it("tells an empty field and a concealed one from a missing one", () => {
    const item = itemOf(
      { label: "empty" },
      { label: "blank", value: " \n" },
      { label: "concealed", value: "[use 'op item get nnotgv5xwrhjbdj6bt3rugrijy --reveal' to reveal]" }
    )
    assert.deepStrictEqual(["empty", "blank", "concealed", "none"].map((name) => valueOf(item, name)), [
      "FieldEmpty",
      "FieldEmpty",
      "FieldConcealed",
      "FieldMissing"
    ])
  })
})

describe("readKey", () => {
  const keyItem = (id: unknown, secret: unknown, more: Record<string, unknown> = {}): OpItem =>
    itemOf({ id: "k", label: "access key id", value: id, ...more }, { id: "s", label: "secret access key", value: secret })

  it("reads the key by the default names, which items have in lower case", () => {
    const key = readKey(keyItem("AKIAFAKE0000EXAMPLE0", "fake-secret-for-tests"), defaults)
    if (key instanceof Error) return assert.fail(key.message)
    assert.strictEqual(key.accessKeyId, "AKIAFAKE0000EXAMPLE0")
    assert.strictEqual(Redacted.value(key.secretAccessKey), "fake-secret-for-tests")
    assert.notInclude(inspect(key) + JSON.stringify(key), "fake-secret")
  })

  it("drops what pasting leaves around the values", () => {
    const key = readKey(keyItem(" AKIAFAKE0000EXAMPLE0\n", "\tfake-secret-for-tests\r\n"), { accessKeyIdField: "k", secretAccessKeyField: "s" })
    if (key instanceof Error) return assert.fail(key.message)
    assert.strictEqual(key.accessKeyId, "AKIAFAKE0000EXAMPLE0")
    assert.strictEqual(Redacted.value(key.secretAccessKey), "fake-secret-for-tests")
  })

  const malformed: ReadonlyArray<readonly [string, string, string]> = [
    ["15 characters", "AKIA" + "0".repeat(11), "fake-secret-for-tests"],
    ["129 characters", "AKIA" + "0".repeat(125), "fake-secret-for-tests"],
    ["a control character", "AKIAFAKE0000\u0007EXAMPLE0", "fake-secret-for-tests"],
    ["a line break", "AKIAFAKE0000EXAMPLE0\nAKIAFAKE0000EXAMPLE1", "fake-secret-for-tests"],
    ["letters of another script", "AKIAFAKE0000EXAMPLÉ0", "fake-secret-for-tests"],
    ["the secret in its place", "fake+secret/for=tests", "AKIAFAKE0000EXAMPLE0"],
    ["a secret of two lines", "AKIAFAKE0000EXAMPLE0", "fake-secret\nfor-tests"],
    ["a secret with a space", "AKIAFAKE0000EXAMPLE0", "fake-secret for-tests"]
  ]
  it.each(malformed)("refuses %s without showing it", (_, id, secret) => {
    const failure = readKey(keyItem(id, secret), defaults)
    assert.strictEqual(tagOf(failure), "FieldMalformed")
    const shown = inspect(failure) + JSON.stringify(failure)
    assert.notInclude(shown, "fake-secret")
    assert.notInclude(shown, "AKIA0")
    assert.notInclude(shown, "FAKE0000")
  })

  it("takes access key ids of 16 and of 128 characters", () => {
    for (const length of [16, 128]) {
      const key = readKey(keyItem("A".repeat(length), "fake-secret-for-tests"), defaults)
      assert.notInstanceOf(key, Error)
    }
  })

  it("points at the flag of the field that is missing", () => {
    const missing = [readKey(itemOf(), defaults), readKey(itemOf({ label: "access key id", value: "A".repeat(16) }), defaults)]
    assert.deepStrictEqual(missing.map(tagOf), ["FieldMissing", "FieldMissing"])
    assert.deepStrictEqual(missing.map((failure) => (failure as FieldMissing).field), ["Access key ID", "Secret access key"])
    assert.include((missing[1] as FieldMissing).hint, "--op-secret-access-key-field")
  })
})

describe("readSerial and readRegion", () => {
  it("reads the serial in any spelling of its label", () => {
    for (const label of ["mfa serial", "MFA Serial", " mfa SERIAL "]) {
      assert.strictEqual(readSerial(itemOf({ label, value: " arn:aws:iam::123456789012:mfa/me \n" })), "arn:aws:iam::123456789012:mfa/me")
    }
    assert.strictEqual(readSerial(itemOf({ label: "mfa serial", value: "GAHT12345678" })), "GAHT12345678")
  })

  it("goes without a serial where there is none", () => {
    assert.isUndefined(readSerial(itemOf()))
    assert.isUndefined(readSerial(itemOf({ label: "mfa serial" })))
    assert.isUndefined(readSerial(itemOf({ label: "mfa serial", value: " " })))
  })

  it("refuses what is no serial without showing it", () => {
    for (const value of ["12345678", "x".repeat(257), "arn:aws:iam::1:mfa/a b", "arn:aws:iam::1:mfa/é", "GAHT1234\u00075678"]) {
      const failure = readSerial(itemOf({ label: "mfa serial", value }))
      assert.strictEqual(tagOf(failure), "FieldMalformed")
      assert.notInclude(inspect(failure), value)
    }
  })

  it("takes two serials that are one, and refuses two that differ", () => {
    const serials = (one: string, other: string): OpItem =>
      itemOf({ id: "a", label: "mfa serial", value: one }, { id: "b", label: "MFA serial", value: "GAHT99999999" }, { id: "c", label: "mfa serial", value: other })
    assert.strictEqual(readSerial(serials("GAHT12345678", "GAHT12345678 ")), "GAHT12345678")
    const failure = readSerial(serials("GAHT12345678", "GAHT87654321")) as DuplicateField
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

describe("readOneTimePassword", () => {
  const seed = "FAKESEEDFAKESEED"
  const read = (item: OpItem): unknown => {
    const password = readOneTimePassword(item)
    if (password === undefined || password instanceof Error) return tagOf(password)
    return { seed: password.seed && Redacted.value(password.seed), code: password.code && Redacted.value(password.code) }
  }

  it("gives op's code and the seed", () => {
    assert.deepStrictEqual(read(itemOf({ type: "OTP", label: "x", value: seed, totp: "012345" })), { seed, code: "012345" })
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
    assert.deepStrictEqual(read(itemOf({ type: "otp", value: "not base32!", totp: "123456" })), { seed: undefined, code: "123456" })
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
