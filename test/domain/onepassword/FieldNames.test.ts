import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { documentOf, printedItem } from "../../fixtures/OpItemDocuments.ts"
import { itemOf, tagOf, valueOf } from "../../fixtures/OpItems.ts"
import { findField, locateField, type LongLivedKey, readKey, usualFields } from "../../../src/domain/onepassword/OpItem.ts"
import { itemOf as itemIn, withKey } from "../../../src/domain/onepassword/OpItemDocument.ts"
import { guessFields, nameOfField } from "../../../src/setup/FieldGuess.ts"

const id = "AKIAFAKE0000EXAMPLE0"
const secret = "fake/secret/for/tests".padEnd(40, "0")

/** A key's two halves, or the tag of what is wrong with the item. */
const keyOf = (key: LongLivedKey | Error): unknown =>
  key instanceof Error ? tagOf(key) : [key.accessKeyId, Redacted.value(key.secretAccessKey)]

describe("names of fields that people use", () => {
  const pairs: ReadonlyArray<readonly [string, string]> = [
    ["aws_access_key_id", "aws_secret_access_key"],
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    ["AccessKeyId", "SecretAccessKey"],
    ["Access Key", "Secret Key"],
    ["access-key", "secret-key"],
    ["AWS Access Key", "AWS Secret Key"],
    ["AWS-Access-Key-ID", "AWS-Secret-Access-Key"],
    ["access\u00a0key\u00a0id", "secret  access  key"]
  ]
  it.each(pairs)("finds the key under %j and %j", (idLabel, secretLabel) => {
    const item = itemOf(
      { id: "u", label: "username", value: "somebody" },
      { id: "a", label: idLabel, value: id },
      { id: "b", label: secretLabel, type: "CONCEALED", value: secret }
    )
    const key = readKey(item, usualFields)
    assert.deepStrictEqual(keyOf(key), [id, secret])
    // What setup guesses is what is found without more: there is nothing to write into the profile.
    const guess = guessFields(item)
    assert.isTrue(guess.accessKeyId.certainty === "sure" && guess.secretAccessKey.certainty === "sure")
    if (guess.accessKeyId.certainty !== "sure" || guess.secretAccessKey.certainty !== "sure") return
    assert.isUndefined(nameOfField(item, guess.accessKeyId.field, usualFields.accessKeyIdField))
    assert.isUndefined(nameOfField(item, guess.secretAccessKey.field, usualFields.secretAccessKeyField))
  })

  it("prefers the default name to any other", () => {
    const item = itemOf(
      { id: "a", label: "AWS_ACCESS_KEY_ID", value: "AKIAFAKE0000EXAMPLE1" },
      { id: "b", label: "access key id", value: id },
      { id: "c", label: "Secret Key", value: secret }
    )
    assert.deepStrictEqual(keyOf(readKey(item, usualFields)), [id, secret])
  })

  it("takes the one of several that holds something, and asks which where two do", () => {
    const one = itemOf({ id: "a", label: "AccessKeyId", value: id }, { id: "b", label: "Access Key" })
    assert.strictEqual(valueOf(one, "Access key ID"), id)
    const two = itemOf({ id: "a", label: "AccessKeyId", value: id }, { id: "b", label: "Access Key", value: "other" })
    const failure = findField(two, "Access key ID")
    assert.strictEqual(tagOf(failure), "DuplicateField")
    assert.deepStrictEqual((failure as unknown as { names: unknown }).names, ["AccessKeyId", "Access Key"])
  })

  it("compares names loosely for the defaults only", () => {
    const item = itemOf({ id: "a", label: "my_key", value: id }, { id: "b", label: "AWS_ACCESS_KEY_ID", value: id })
    assert.instanceOf(locateField(item, "my key"), Error)
    assert.instanceOf(locateField(item, "aws access key"), Error)
  })

  it("says which key of the profile names a field, and that setup finds it", () => {
    const item = itemOf({ id: "a", label: "id", value: id }, { id: "b", label: "password", value: secret })
    const failure = readKey(item, usualFields)
    assert.instanceOf(failure, Error)
    const { hint } = failure as Error & { hint: string }
    assert.include(hint, "op_access_key_id_field")
    assert.include(hint, "--op-access-key-id-field")
    assert.include(hint, "`op-aws-credential-process setup`")
  })

  it("writes a new key to the same fields that it was found in", () => {
    const document = documentOf(printedItem({
      fields: [
        { id: "a", type: "STRING", label: "AWS_ACCESS_KEY_ID", value: id },
        { id: "b", type: "CONCEALED", label: "Secret Key", value: secret }
      ]
    }))
    const written = withKey(document, usualFields, { accessKeyId: "AKIAFAKE0000EXAMPLE2", secretAccessKey: Redacted.make("fake-new") })
    if (written instanceof Error) throw written
    assert.deepStrictEqual(
      itemIn(written).fields.map(({ label, value }) => [label, value && Redacted.value(value)]),
      [["AWS_ACCESS_KEY_ID", "AKIAFAKE0000EXAMPLE2"], ["Secret Key", "fake-new"]]
    )
  })
})
