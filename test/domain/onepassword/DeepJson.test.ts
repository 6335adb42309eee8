import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { withoutEchoes } from "../../../src/domain/base/RedactedEcho.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { decodeEntry } from "../../../src/domain/cache/CacheEntry.ts"
import { decodeRole } from "../../../src/domain/cache/RoleEntry.ts"
import { spentNote } from "../../../src/domain/mfa/SpentNote.ts"
import { parseOpAccounts } from "../../../src/domain/onepassword/OpAccountJson.ts"
import { parseOpItemDocument, printOpItemDocument } from "../../../src/domain/onepassword/OpItemDocument.ts"
import { parseOpItem } from "../../../src/domain/onepassword/OpItemJson.ts"
import { parseOpItemHeaders, parseOpVaults } from "../../../src/domain/onepassword/OpListJson.ts"
import { isRoleOf } from "../../../src/domain/session/Belongings.ts"

const levels = 100_000
const deep = "[".repeat(levels) + "]".repeat(levels)
const deepObject = "{\"a\":".repeat(levels) + "1" + "}".repeat(levels)

const field = (more: string) => `{"id":"1","type":"STRING","label":"Access key ID","value":"x"${more}}`
const item = (fields: string, more: string) =>
  `{"id":"i","title":"AWS","category":"API_CREDENTIAL","vault":{"id":"v","name":"Private"},"fields":${fields}${more}}`

/** JSON that is nested deeper than any function that calls itself gets, in each place where something may stand. */
const texts: Readonly<Record<string, string>> = {
  "all of it": deep,
  "all of it, in objects": deepObject,
  "a list of it": `[${deep},${deepObject}]`,
  "a member that nobody knows": item("[]", `,"more":${deep}`),
  "a member that nobody knows, in objects": item("[]", `,"more":${deepObject}`),
  "its fields": item(deep, ""),
  "a field": item(`[${deepObject}]`, ""),
  "the value of a field": item(`[{"id":"1","label":"x","value":${deep}}]`, ""),
  "a member of a field that nobody knows": item(`[${field(`,"more":${deepObject}`)}]`, ""),
  "a member of an entry": `{"credentials":${deepObject},"vault":"v"}`
}

describe.each(Object.entries(texts))("JSON that is nested a hundred thousand deep (%s)", (_, text) => {
  it("is read as far as it is needed, or not at all", () => {
    for (const parse of [parseOpItem, parseOpVaults, parseOpItemHeaders, parseOpAccounts]) parse(text)
    for (const decode of [decodeEntry, decodeRole, spentNote.decode]) assert.isUndefined(decode(text))
    const read = { vault: "v", item: "i", accessKeyIdField: "a", secretAccessKeyField: "b" }
    assert.isFalse(isRoleOf(read, { identity: text }))
    assert.strictEqual(withoutEchoes("said", Redacted.make(text)), "said")
  })

  it("is no item to be written back", () => {
    const document = parseOpItemDocument(text)
    assert.strictEqual(document instanceof Failure ? document._tag : "", "OpOutputUnusable")
  })
})

describe("an item that is nested as deep as any that there may be", () => {
  it("is written back as it was", () => {
    const text = item(`[${field("")}]`, `,"more":${"[".repeat(60)}${"]".repeat(60)}`)
    const document = parseOpItemDocument(text)
    if (document instanceof Failure) return assert.fail(document.message)
    assert.strictEqual(Redacted.value(printOpItemDocument(document)), `${text}\n`)
  })
})
