import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import { type OpItem, readKey } from "../../../src/domain/onepassword/OpItem.ts"
import {
  isKept,
  itemOf,
  type OpItemDocument,
  parseOpItemDocument,
  printOpItemDocument,
  renameField,
  withKey
} from "../../../src/domain/onepassword/OpItemDocument.ts"
import { parseOpItem } from "../../../src/domain/onepassword/OpItemJson.ts"

const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))
const text = Arbitrary.schema(Schema.String)

const oneOf = <A>(first: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> => {
  const values = [first, ...others]
  return Arbitrary.map(natural, (index) => values[index % values.length] ?? first)
}

/** Without what JSON escapes: Node 24's JSON.parse takes `"new \\udc00"` for `"new \\\\"` where it has read that key before. */
const name = Arbitrary.map(text, (any) => any.toWellFormed().replaceAll(/["\\\p{Cc}\u2028\u2029]/gu, "-"))

/** Members that nobody knows, before and after those that are known. */
const strange = Arbitrary.map(
  Arbitrary.array(Arbitrary.all({ name, value: text, form: natural }), { maxLength: 3 }),
  (members) =>
    members.map(({ form, name, value }) =>
      [`new ${name}`, [value, [value, null], { [`x ${name}`]: form }, form / 7, form % 2 === 0, null][form % 6]] as const
    )
)

const label = oneOf("Access key ID", "ACCESS KEY ID", "Secret access key", "mfa serial", "one-time password", "other", undefined)
const type = oneOf("STRING", "CONCEALED", "OTP", "URL")

const fields = Arbitrary.array(
  Arbitrary.all({ label, type, value: oneOf("", undefined, "some", "AKIAFAKE0000EXAMPLE0"), text, strange, section: oneOf(undefined, "Keys") }),
  { maxLength: 6 }
)

/** What `op` could print for an item. */
const printed = Arbitrary.map(
  Arbitrary.all({ title: text, category: oneOf("API_CREDENTIAL", "LOGIN"), fields, before: strange, after: strange }),
  ({ after, before, category, fields, title }) => ({
    ...Object.fromEntries(before),
    id: "fakeitemaaaaaaaaaaaaaaaaaa",
    title,
    vault: { id: "v", name: title },
    category,
    fields: fields.map(({ label, section, strange, text, type, value }, index) => ({
      id: `f${index}`,
      ...(section === undefined ? {} : { section: { id: section, label: section } }),
      type,
      ...(label === undefined ? {} : { label }),
      ...(value === undefined ? {} : { value: value === "some" ? text : value }),
      ...Object.fromEntries(strange)
    })),
    ...Object.fromEntries(after)
  })
)

type Printed = Readonly<Record<string, unknown>> & { readonly fields: ReadonlyArray<Readonly<Record<string, unknown>>> }

const parse = (json: object): OpItemDocument => {
  const document = parseOpItemDocument(JSON.stringify(json))
  return document instanceof Error ? assert.fail(document.message) : document
}

const print = (document: OpItemDocument): string => Redacted.value(printOpItemDocument(document))
const written = (document: OpItemDocument): Printed => JSON.parse(print(document)) as Printed

/** The same with the values and labels of these fields taken out, order and all else included. */
const without = (json: Printed, members: ReadonlyArray<string>, at: ReadonlyArray<number>): string =>
  JSON.stringify({
    ...json,
    fields: json.fields.map((field, index) =>
      at.includes(index) ? Object.fromEntries(Object.entries(field).filter(([name]) => !members.includes(name))) : field
    )
  })

const names = { accessKeyIdField: "access key id", secretAccessKeyField: "secret access key" }
const key = { accessKeyId: "AKIAFAKE0000EXAMPLE7", secretAccessKey: Redacted.make("CANARY-secret") }

describe("a document that is changed and written back", () => {
  it.prop("is the same byte for byte where nothing was changed", [printed], ([json]) => {
    assert.strictEqual(print(parse(json)), `${JSON.stringify(json)}\n`)
    assert.isTrue(isKept(parse(json), parse(json)))
  }, { arbitrary: { runs: 300 } })

  it.prop("keeps every other member and field, in order, when a key is put in", [printed], ([json]) => {
    const before = parse(json)
    const after = withKey(before, names, key)
    if (after instanceof Error) return assert.strictEqual(after._tag, "DuplicateField")
    const found = readKey(itemOf(after), names)
    if (found instanceof Error) return assert.fail(found.message)
    assert.strictEqual(`${found.accessKeyId} ${Redacted.value(found.secretAccessKey)}`, "AKIAFAKE0000EXAMPLE7 CANARY-secret")
    const count = json.fields.length
    const touched = written(after).fields.flatMap(({ value }, index) =>
      value === key.accessKeyId || value === "CANARY-secret" ? [index] : []
    )
    assert.lengthOf(touched, 2)
    const [left, right] = [written(after), written(before)]
    assert.strictEqual(
      without({ ...left, sections: undefined, fields: left.fields.slice(0, count) }, ["value"], touched),
      without({ ...right, sections: undefined }, ["value"], touched)
    )
    assert.isFalse(isKept(after, before))
    assert.notInclude(inspect(after, { depth: null }) + JSON.stringify(after), "CANARY")
  }, { arbitrary: { runs: 300 } })

  it.prop("keeps everything but a label when a field is renamed", [Arbitrary.all({ json: printed, at: natural, to: text })], ([
    { at, json, to }
  ]) => {
    const before = parse(json)
    const index = at % (json.fields.length + 1)
    const after = renameField(before, `f${index}`, to)
    assert.strictEqual(without(written(after), ["label"], [index]), without(written(before), ["label"], [index]))
    if (index < json.fields.length) assert.strictEqual(itemOf(after).fields[index]?.label, to)
  }, { arbitrary: { runs: 300 } })

  it.prop("is read as every other item is", [printed], ([json]) => {
    const item = parseOpItem(JSON.stringify(json))
    if (item instanceof Error) return assert.fail(item.message)
    const shown = ({ fields, title }: OpItem) => ({
      title,
      fields: fields.map(({ value, ...field }) => ({ ...field, value: value && Redacted.value(value) }))
    })
    assert.deepStrictEqual(shown(itemOf(parse(json))), shown(item))
  }, { arbitrary: { runs: 300 } })
})
