import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { Failure } from "../../src/domain/base/Failure.ts"
import type { OpField } from "../../src/domain/onepassword/OpItem.ts"
import { heldKey } from "../../src/import/ImportDestination.ts"

const fields = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }
const id = "AKIAFAKE0000EXAMPLE0"
const secret = "fake-secret-for-tests"
const key = { accessKeyId: id, secretAccessKey: Redacted.make(secret) }

const field = (label: string, value: string): OpField => ({ label, ...(value === "" ? {} : { value: Redacted.make(value) }) })
const held = (...own: ReadonlyArray<OpField>) => heldKey({ title: "AWS", fields: own }, fields, key)

describe("heldKey", () => {
  it("knows the very key, whatever spaces are around it", () => {
    assert.deepStrictEqual(held(field("access key id", ` ${id}\n`), field("secret access key", secret)), { holds: "same" })
  })

  it("knows where nothing would be lost", () => {
    for (const own of [[], [field("Access key ID", "")], [field("Access key ID", id)], [field("Secret access key", secret)]]) {
      assert.deepStrictEqual(held(...own), { holds: "nothing" })
    }
  })

  it("knows another key, also half of one, and what is no key", () => {
    const other = "AKIAFAKE0000EXAMPLE1"
    assert.deepStrictEqual(held(field("Access key ID", other), field("Secret access key", "fake-other")), { holds: "other", accessKeyId: other })
    assert.deepStrictEqual(held(field("Secret access key", "fake-other")), { holds: "other", accessKeyId: undefined })
    assert.deepStrictEqual(held(field("Access key ID", id), field("Secret access key", "fake-other")), { holds: "other", accessKeyId: id })
    assert.deepStrictEqual(held(field("Access key ID", "see below")), { holds: "other", accessKeyId: undefined })
  })

  it("does not guess among fields of one name", () => {
    assert.isTrue(held(field("Access key ID", id), field("Access key ID", "AKIAFAKE0000EXAMPLE1")) instanceof Failure)
  })
})
