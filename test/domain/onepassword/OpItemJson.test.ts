import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { inspect } from "node:util"
import { parsed, valueOf } from "../../fixtures/OpItems.ts"
import { parseOpItem } from "../../../src/domain/onepassword/OpItemJson.ts"
import type { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

describe("parseOpItem", () => {
  const field = { id: "f1", type: "STRING", label: "a", value: "one", reference: "op://V/I/a" }

  it("reads a whole item with all that op puts around the fields", () => {
    const item = parsed({
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
    assert.strictEqual(valueOf(parsed([field, { ...field, label: "b", value: "two" }]), "b"), "two")
    assert.strictEqual(valueOf(parsed(field), "a"), "one")
  })

  it("takes null for absent, and an item without fields for an empty one", () => {
    const item = parsed({ title: null, fields: [{ id: "x", label: null, section: null, value: null, totp: null }] })
    assert.deepStrictEqual(item, { fields: [{ id: "x" }] })
    assert.deepStrictEqual(parsed({ title: "A", category: "DOCUMENT" }), { title: "A", fields: [] })
  })

  const broken: ReadonlyArray<readonly [string, string, string]> = [
    ["nothing", "", "empty"],
    ["line ends alone", "\r\n\n", "empty"],
    ["half an object", "{\"title\": \"fake-secret-for-tests", "truncated"],
    ["half an array", "[{\"id\":", "truncated"],
    ["words", "fake-secret-for-tests", "not-json"],
    ["human-readable output", "ID: x\nTitle: y", "not-json"],
    ["another object", "{\"fake-secret-for-tests\":1}", "not-an-item"],
    [
      "fields of another shape",
      "{\"title\":\"x\",\"fields\":[{\"value\":{\"fake-secret-for-tests\":1}}]}",
      "not-an-item"
    ],
    ["a bare value", "null", "not-an-item"]
  ]
  it.each(broken)("says what is wrong with %s and does not quote it", (_, text, reason) => {
    const failure = parseOpItem(text)
    assert.instanceOf(failure, Failure)
    assert.strictEqual((failure as OpFailure<"OpOutputUnusable">).reason, reason)
    assert.notInclude(inspect(failure), "fake-secret")
  })

  it("reads CR LF line ends", () => {
    const text = "{\r\n  \"title\": \"x\",\r\n  \"fields\": []\r\n}\r\n"
    assert.deepStrictEqual(parseOpItem(text), { title: "x", fields: [] })
  })
})
