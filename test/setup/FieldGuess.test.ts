import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { itemOf, valueOf } from "../fixtures/OpItems.ts"
import { findField, usualFields } from "../../src/domain/onepassword/OpItem.ts"
import { type FieldGuesses, type Guess, guessFields, nameOfField } from "../../src/setup/FieldGuess.ts"

const keyId = "AKIAFAKE0000EXAMPLE0"
const secret = "fakeFAKEfakeFAKEfakeFAKEfakeFAKEfake/+=0"
const other = "otherOTHERotherOTHERotherOTHERother/+=12"

const told = (guess: Guess): unknown =>
  guess.certainty === "sure"
    ? guess.field.id
    : guess.certainty === "unsure"
    ? guess.fields.map((field) => field.id)
    : undefined

const toldBoth = ({ accessKeyId, secretAccessKey }: FieldGuesses) => [told(accessKeyId), told(secretAccessKey)]

const text = (id: string, label: string | undefined, value: string, more: object = {}) => ({
  id,
  type: "STRING",
  label,
  value,
  ...more
})
const hidden = (id: string, label: string | undefined, value: string, more: object = {}) =>
  text(id, label, value, { type: "CONCEALED", ...more })

describe("which fields hold the key", () => {
  it("is told by the labels of this program, of the Go program and of 1Password's plugin, whatever is in them", () => {
    for (
      const [one, two] of [["Access key ID", "Secret access key"], ["access key id", "secret access key"], [
        "Access Key ID",
        "Secret Access Key"
      ]]
    ) {
      assert.deepStrictEqual(
        toldBoth(guessFields(itemOf(text("u", "username", keyId), text("a", one, "odd-id"), hidden("b", two, "odd")))),
        ["a", "b"]
      )
    }
  })

  it("is told by a key's ID beside a concealed secret of forty characters, under any label", () => {
    assert.deepStrictEqual(
      toldBoth(guessFields(itemOf(text("a", "username", keyId), hidden("b", "credential", secret)))),
      ["a", "b"]
    )
    assert.deepStrictEqual(toldBoth(guessFields(itemOf(text("a", undefined, keyId), hidden("b", "password", secret)))), [
      "a",
      "b"
    ])
  })

  it("is told by the labels of others where their values look right", () => {
    const item = itemOf(
      text("a", "AWS_ACCESS_KEY_ID", keyId),
      hidden("b", "AWS_SECRET_ACCESS_KEY", secret),
      hidden("p", "password", other)
    )
    assert.deepStrictEqual(toldBoth(guessFields(item)), ["a", "b"])
  })

  it("goes by the section where there are several secrets", () => {
    const section = { id: "s1", label: "key" }
    const item = itemOf(
      text("a", "id", keyId, { section }),
      hidden("b", "value", secret, { section }),
      hidden("p", "password", other)
    )
    assert.deepStrictEqual(toldBoth(guessFields(item)), ["a", "b"])
  })

  it("is not told where several would do", () => {
    const item = itemOf(
      text("a", "one", keyId),
      text("b", "two", "AKIAFAKE0000ANOTHER0"),
      hidden("c", "first", secret),
      hidden("d", "second", other)
    )
    assert.deepStrictEqual(toldBoth(guessFields(item)), [["a", "b"], ["c", "d"]])
    const twice = itemOf(text("a", "access key id", keyId), text("b", "Access Key ID", "AKIAFAKE0000ANOTHER0"))
    assert.deepStrictEqual(told(guessFields(twice).accessKeyId), ["a", "b"])
  })

  it("is not told by a label alone, nor by a one-time password, nor by an empty field", () => {
    const item = itemOf(
      text("a", "access key", "no-key"),
      hidden("b", "secret", "short"),
      { id: "o", type: "OTP", label: "one-time password", value: secret },
      { id: "e", type: "STRING", label: "access key id" }
    )
    assert.deepStrictEqual(toldBoth(guessFields(item)), [["a"], ["b"]])
    assert.deepStrictEqual(toldBoth(guessFields(itemOf(text("n", "notes", "two words")))), [undefined, undefined])
  })
})

describe("what a profile calls a field", () => {
  it("is nothing where the usual name finds it, else its label, else its ID", () => {
    const item = itemOf(
      text("a", "ACCESS KEY ID", keyId),
      text("b", "username", "x"),
      text("c", "twice", "y"),
      text("d", "twice", "z"),
      text("e", "with #hash", "w"),
      text("f", " ", "v")
    )
    const names = item.fields.map((field) => nameOfField(item, { ...field, value: field.value! }, usualFields.accessKeyIdField))
    assert.deepStrictEqual(names, [undefined, "username", "c", "d", "e", "f"])
  })

  const odd = Schema.Literals(["a", "A", "b", "a.b", "id0", "x #y", "access key id", " a", ""])
  const fields = Arbitrary.array(
    Arbitrary.schema(Schema.Struct({ label: odd, id: Schema.Literals(["", "id"]), section: Schema.Literals(["", "s", "a"]) })),
    { minLength: 1, maxLength: 6 }
  )
  it.prop("finds just that field", [fields], ([parts]) => {
    const item = itemOf(...parts.map(({ label, section }, index) => ({
      id: `fieldid${index}`,
      label,
      ...section === "" ? {} : { section: { id: section } },
      value: `value ${index}`
    })))
    for (const [index, field] of item.fields.entries()) {
      const name = nameOfField(item, { ...field, value: field.value! }, "Access key ID") ?? "Access key ID"
      assert.strictEqual(valueOf(item, name), `value ${index}`, name)
      assert.notInstanceOf(findField(item, name), Error)
      assert.notMatch(name, /^[#;]|[ \t][#;]|^\s|\s$/)
    }
  })
})
