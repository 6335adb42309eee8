import { assert, describe, it } from "@effect/vitest"
import { checkRotations } from "../../../src/domain/doctor/RotationCheck.ts"
import { journalName, rotationJournal, userKey } from "../../../src/domain/RotationJournal.ts"

const hour = 3_600_000
const journal = { startedAt: 0, profile: "dev one", user: "123456789012/AIDAFAKE", oldKey: "OLD" }

describe("checkRotations", () => {
  it("finds nothing where no rotation was begun", () => {
    assert.deepStrictEqual(checkRotations([], hour), [])
  })

  it("names the profile, says since when, and how to finish it", () => {
    const [finding, ...more] = checkRotations([journal], 3 * hour)
    assert.deepStrictEqual(more, [])
    assert.strictEqual(finding?.severity, "warning")
    assert.strictEqual(finding?.what, "the rotation of the access key of dev one, begun 3h ago, is not finished")
    assert.strictEqual(finding?.mend, "finish it\nop-aws-credential-process rotate 'dev one'")
  })
})

describe("the journal of a rotation", () => {
  it("reads what it wrote, before the key is made and after", () => {
    for (const written of [journal, { ...journal, newKey: "NEW" }]) {
      assert.deepStrictEqual(rotationJournal.decode(rotationJournal.encode(written)), written)
    }
  })

  it("is nothing where it is damaged", () => {
    for (const text of ["", "{", "{}", "[]", rotationJournal.encode(journal).replace("oldKey", "key")]) {
      assert.isUndefined(rotationJournal.decode(text))
    }
  })

  it("is found by the user, whatever the profile, the item and the key are called", () => {
    const user = userKey({ account: "123456789012", userId: "AIDAFAKE" })
    assert.strictEqual(journalName({ user }), journalName(journal))
    assert.notStrictEqual(journalName({ user: userKey({ account: "210987654321", userId: "AIDAFAKE" }) }), journalName(journal))
    assert.match(journalName(journal), /^rotation-[0-9a-f]{16}$/)
  })
})
