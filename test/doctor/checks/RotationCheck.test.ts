import { assert, describe, it } from "@effect/vitest"
import { checkRotations } from "../../../src/doctor/checks/Past.ts"
import { journalName, rotationJournal, unsettledFor, userKey } from "../../../src/rotate/RotationJournal.ts"

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

  it("says how long a write that was under way may still be", () => {
    const storing = { ...journal, storing: { key: "NEW", since: 1000 } }
    assert.deepStrictEqual(rotationJournal.decode(rotationJournal.encode(storing)), storing)
    assert.strictEqual(unsettledFor(storing, "OLD", 1000), 180_000)
    assert.strictEqual(unsettledFor(storing, "OLD", 121_000), 60_000)
    assert.strictEqual(unsettledFor(storing, "OLD", 181_000), 0)
    assert.strictEqual(unsettledFor(storing, "NEW", 1000), 0)
    assert.strictEqual(unsettledFor(journal, "OLD", 1000), 0)
    assert.strictEqual(unsettledFor(undefined, "OLD", 1000), 0)
  })

  it("keeps nobody waiting for a moment that is in the future, because the clock was set", () => {
    assert.strictEqual(unsettledFor({ ...journal, storing: { key: "NEW", since: 10_000 } }, "OLD", 1000), 0)
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
