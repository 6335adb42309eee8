import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { documentOf, jsonOf, printedItem } from "../../fixtures/OpItemDocuments.ts"
import { tagOf, valueOf } from "../../fixtures/OpItems.ts"
import { readKey, readOneTimePassword, readRegion, readSerial } from "../../../src/domain/onepassword/OpItem.ts"
import {
  concealedField,
  isKept,
  itemOf,
  mayLosePasskey,
  newKeyItem,
  parseOpItemDocument,
  printOpItemDocument,
  renameField,
  withKey
} from "../../../src/domain/onepassword/OpItemDocument.ts"

const names = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }
const newKey = { accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: Redacted.make("fake-secret-number-two") }
const ok = <A>(answer: A): Exclude<A, Error> =>
  answer instanceof Error ? assert.fail(answer.message) : answer as Exclude<A, Error>
const written = (document: Parameters<typeof printOpItemDocument>[0]) =>
  JSON.parse(Redacted.value(printOpItemDocument(document))) as Record<string, unknown>

describe("a whole item", () => {
  it("says what it is and what is in it, without its values", () => {
    const document = documentOf(printedItem())
    assert.deepInclude({ ...document }, {
      id: "fakeitemaaaaaaaaaaaaaaaaaa",
      title: "AWS",
      category: "API_CREDENTIAL",
      vault: { id: "fakevaultaaaaaaaaaaaaaaaaa", name: "Private" }
    })
    assert.deepStrictEqual(itemOf(document).fields.map(({ id, label, section, type }) => [id, label, section?.label, type]), [
      ["notesPlain", "notesPlain", undefined, "STRING"],
      ["k", "Access key ID", "Keys", "STRING"],
      ["s", "Secret access key", "Keys", "CONCEALED"],
      ["TOTP_x", "one-time password", undefined, "OTP"]
    ])
    assert.notInclude(JSON.stringify(document), "fake-secret")
    assert.strictEqual(ok(readKey(itemOf(document), names)).accessKeyId, "AKIAFAKE0000EXAMPLE0")
  })

  it("is written back as it was read", () => {
    assert.strictEqual(
      Redacted.value(printOpItemDocument(documentOf(printedItem()))),
      `${JSON.stringify(printedItem())}\n`
    )
  })

  it("may have no fields, no title and a field of nothing but an id", () => {
    const { fields: _, title: __, ...bare } = printedItem()
    assert.deepStrictEqual(itemOf(documentOf(bare)), { title: "", fields: [] })
    assert.deepStrictEqual(itemOf(documentOf(printedItem({ fields: [{ id: "x" }] }))).fields, [{ id: "x" }])
  })

  const odd: ReadonlyArray<readonly [what: string, text: string, reason: string]> = [
    ["nothing", " \n", "empty"],
    ["half an item", "{\"id\":\"fake-secret\",", "truncated"],
    ["something for people", "ID: fake-secret", "not-json"],
    ["a list", "[]", "not-an-item"],
    ["an item without a vault", JSON.stringify({ ...printedItem(), vault: undefined }), "not-an-item"],
    ["an item without an id", JSON.stringify({ ...printedItem(), id: undefined }), "not-an-item"],
    ["fields that are none", JSON.stringify(printedItem({ fields: [{ id: "x", value: 5 }] })), "not-an-item"],
    ["one field", JSON.stringify({ id: "x", type: "STRING", value: "fake-secret" }), "not-an-item"]
  ]
  it.each(odd)("is not %s", (_, text, reason) => {
    const answer = parseOpItemDocument(text)
    if (!(answer instanceof Error)) return assert.fail("it was read")
    assert.strictEqual(answer.reason, reason)
    assert.notInclude(answer.message + answer.hint, "fake-secret")
  })

  it("is told apart from one whose values were not revealed", () => {
    assert.isUndefined(concealedField(documentOf(printedItem())))
    const fields = [{ id: "s", type: "CONCEALED", label: "secret", value: "[use 'op item get x --reveal' to reveal]" }]
    const found = concealedField(documentOf(printedItem({ fields })))
    assert.include(found?.message ?? "", "\"secret\"")
  })

  it("may hold a passkey only where it is a login", () => {
    assert.isTrue(mayLosePasskey(documentOf(printedItem({ category: "LOGIN" }))))
    assert.isFalse(mayLosePasskey(documentOf(printedItem())))
  })
})

describe("a new item", () => {
  it("is read by this program as what went in, and has the names that 1Password's AWS plugin knows", () => {
    const document = newKeyItem({
      title: "AWS work",
      key: newKey,
      mfaSerial: "GAHT12345678",
      region: "eu-central-1",
      seed: Redacted.make("FAKESEEDFAKESEED")
    })
    assert.deepInclude({ ...document }, { id: "", title: "AWS work", category: "API_CREDENTIAL", vault: undefined })
    assert.deepStrictEqual(itemOf(document).fields.map(({ label, type }) => [label, type]), [
      ["access key id", "STRING"],
      ["secret access key", "CONCEALED"],
      ["default region", "STRING"],
      ["mfa serial", "STRING"],
      ["one-time password", "OTP"]
    ])
    const item = itemOf(document)
    const key = ok(readKey(item, names))
    assert.strictEqual(`${key.accessKeyId} ${Redacted.value(key.secretAccessKey)}`, "AKIAFAKE0000EXAMPLE1 fake-secret-number-two")
    assert.deepStrictEqual([readSerial(item), readRegion(item)], ["GAHT12345678", "eu-central-1"])
    assert.isDefined(ok(readOneTimePassword(item) ?? new Error("none"))?.seed)
    assert.deepStrictEqual(Object.keys(written(document)), ["title", "category", "sections", "fields"])
  })

  it("holds no more than what there is", () => {
    assert.lengthOf(itemOf(newKeyItem({ title: "AWS", key: newKey })).fields, 2)
  })
})

describe("a key that takes another's place", () => {
  it("changes two values and nothing else", () => {
    const before = printedItem()
    const fields = (before["fields"] as Array<Record<string, unknown>>).map((field) =>
      field["id"] === "k"
        ? { ...field, value: newKey.accessKeyId }
        : field["id"] === "s"
        ? { ...field, value: "fake-secret-number-two" }
        : field
    )
    const after = ok(withKey(documentOf(before), names, newKey))
    assert.strictEqual(JSON.stringify(jsonOf(after)), JSON.stringify({ ...before, fields }))
  })

  it("adds the fields that are missing under the names by which they are looked for", () => {
    const bare = documentOf(printedItem({ fields: [], sections: undefined }))
    assert.deepStrictEqual(itemOf(ok(withKey(bare, names, newKey))).fields.map(({ label }) => label), [
      "access key id",
      "secret access key"
    ])
    const own = { accessKeyIdField: "my id", secretAccessKeyField: "vault.secret" }
    const document = ok(withKey(bare, own, newKey))
    assert.strictEqual(valueOf(itemOf(document), "my id"), newKey.accessKeyId)
    assert.strictEqual(Redacted.value(ok(readKey(itemOf(document), own)).secretAccessKey), "fake-secret-number-two")
    assert.deepStrictEqual(jsonOf(document)["sections"], [{ id: "add more" }])
  })

  it("adds fields with ids that no other has", () => {
    const fields = [{ id: "secret_access_key", label: "other" }, { id: "secret_access_key_2", label: "another" }]
    const document = ok(withKey(documentOf(printedItem({ fields })), names, newKey))
    assert.deepStrictEqual(itemOf(document).fields.slice(2).map(({ id }) => id), ["access_key_id", "secret_access_key_3"])
  })

  it("fills an empty field, also by its id or section", () => {
    const fields = [{ id: "a", type: "STRING", label: "x" }, { id: "b", section: { id: "s", label: "Keys" }, type: "CONCEALED", label: "x", value: "" }]
    const document = documentOf(printedItem({ fields }))
    const after = ok(withKey(document, { accessKeyIdField: "a", secretAccessKeyField: "keys.x" }, newKey))
    assert.deepStrictEqual(itemOf(after).fields.map(({ value }) => value && Redacted.value(value)), [
      newKey.accessKeyId,
      "fake-secret-number-two"
    ])
  })

  it("is refused where a name leads to several fields, or both to one", () => {
    const twice = documentOf(printedItem({ fields: [{ id: "a", label: "x" }, { id: "b", label: "x" }] }))
    assert.strictEqual(tagOf(withKey(twice, { ...names, accessKeyIdField: "x" }, newKey)), "DuplicateField")
    const same = { accessKeyIdField: "s", secretAccessKeyField: "Secret access key" }
    assert.strictEqual(tagOf(withKey(documentOf(printedItem()), same, newKey)), "FieldMalformed")
    const none = { accessKeyIdField: "key", secretAccessKeyField: "KEY" }
    assert.strictEqual(tagOf(withKey(documentOf(printedItem()), none, newKey)), "FieldMalformed")
  })
})

describe("a field", () => {
  it("can be renamed, and keeps everything else", () => {
    const document = renameField(documentOf(printedItem()), "k", "access key id")
    assert.strictEqual(itemOf(document).fields[1]?.label, "access key id")
    const back = renameField(document, "k", "Access key ID")
    assert.strictEqual(JSON.stringify(jsonOf(back)), JSON.stringify(printedItem()))
    assert.deepStrictEqual(renameField(back, "nobody", "x"), back)
  })
})

describe("what was written", () => {
  const document = ok(withKey(documentOf(printedItem()), names, newKey))

  it("was kept where it comes back, with other ids and more besides", () => {
    assert.isTrue(isKept(document, document))
    const fields = (jsonOf(document)["fields"] as Array<Record<string, unknown>>).map((field, index) => ({ ...field, id: `new${index}` }))
    assert.isTrue(isKept(document, documentOf(printedItem({ version: 7, fields: [{ id: "more", label: "more", value: "x" }, ...fields] }))))
  })

  it("was not where the item is the old one, has another title or lacks a field", () => {
    assert.isFalse(isKept(document, documentOf(printedItem())))
    assert.isFalse(isKept(document, { ...document, title: "Other" }))
    const [, ...fields] = (jsonOf(document)["fields"] as Array<unknown>).toReversed()
    assert.isFalse(isKept(document, documentOf(printedItem({ fields }))))
    assert.isFalse(isKept(renameField(document, "k", "access key id"), document))
  })

  it("may come back spelled otherwise, where it is a seed or a line end", () => {
    const otp = (value: string) => documentOf(printedItem({ fields: [{ id: "o", type: "OTP", label: "otp", value }] }))
    assert.isTrue(isKept(otp("FAKE SEED FAKE SEED"), otp("otpauth://totp/me?secret=FAKESEEDFAKESEED")))
    assert.isFalse(isKept(otp("FAKESEEDFAKESEED"), otp("FAKESEEDFAKESEEA")))
    assert.isFalse(isKept(otp("no seed 1"), otp("no seed 2")))
    const note = (value: string) => documentOf(printedItem({ fields: [{ id: "n", type: "STRING", label: "n", value }] }))
    assert.isTrue(isKept(note("a\r\nb\n"), note("a\nb")))
  })
})
