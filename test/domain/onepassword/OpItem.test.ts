import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { inspect } from "node:util"
import { itemOf, parsed, tagOf, valueOf } from "../../fixtures/OpItems.ts"
import { findField, type OpItem, readKey } from "../../../src/domain/onepassword/OpItem.ts"
import type { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

const defaults = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }

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
    assert.instanceOf(failure, Failure)
    const { hint, message } = failure as OpFailure<"FieldMissing">
    assert.strictEqual(message, "the item \"AWS\" has no field \"Secret\"")
    assert.include(hint, "Access Key ID, key, serial, id5, a, b = \"c\" (é), Case, case, id1")
    assert.notInclude(hint, "plain")
  })

  it("says so when an item has no fields at all", () => {
    const failure = findField(parsed([]), "Secret")
    assert.include((failure as OpFailure<"FieldMissing">).message, "the item has no field")
    assert.include((failure as OpFailure<"FieldMissing">).hint, "no fields at all")
  })

  it("keeps control characters of labels out of messages, and long lists short", () => {
    const failure = findField(
      itemOf({ label: "a\u001b[31m\nb", value: "x" }, { label: "y".repeat(1000), value: "x" }),
      "\u0007z"
    ) as OpFailure<"FieldMissing">
    assert.notMatch(`${failure.message}${failure.hint}`, /\p{Cc}/u)
    assert.include(failure.hint, "a[31m b")
    assert.isBelow(failure.hint.length, 500)
  })

  it("names each of several fields so that the name finds it", () => {
    const failure = findField(item, "key") as OpFailure<"DuplicateField">
    assert.instanceOf(failure, Failure)
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
    const { names } = findField(alike, "k") as OpFailure<"DuplicateField">
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
    itemOf({ id: "k", label: "access key id", value: id, ...more }, {
      id: "s",
      label: "secret access key",
      value: secret
    })

  it("reads the key by the default names, which items have in lower case", () => {
    const key = readKey(keyItem("AKIAFAKE0000EXAMPLE0", "fake-secret-for-tests"), defaults)
    if (key instanceof Error) return assert.fail(key.message)
    assert.strictEqual(key.accessKeyId, "AKIAFAKE0000EXAMPLE0")
    assert.strictEqual(Redacted.value(key.secretAccessKey), "fake-secret-for-tests")
    assert.notInclude(inspect(key) + JSON.stringify(key), "fake-secret")
  })

  it("drops what pasting leaves around the values", () => {
    const key = readKey(keyItem(" AKIAFAKE0000EXAMPLE0\n", "\tfake-secret-for-tests\r\n"), {
      accessKeyIdField: "k",
      secretAccessKeyField: "s"
    })
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
    const missing = [
      readKey(itemOf(), defaults),
      readKey(itemOf({ label: "access key id", value: "A".repeat(16) }), defaults)
    ]
    assert.deepStrictEqual(missing.map(tagOf), ["FieldMissing", "FieldMissing"])
    assert.deepStrictEqual(missing.map((failure) => (failure as OpFailure<"FieldMissing">).field), [
      "Access key ID",
      "Secret access key"
    ])
    assert.include((missing[1] as OpFailure<"FieldMissing">).hint, "--op-secret-access-key-field")
  })
})
