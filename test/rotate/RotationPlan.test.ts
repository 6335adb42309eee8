import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { Failure } from "../../src/domain/base/Failure.ts"
import type { RotationJournal } from "../../src/rotate/RotationJournal.ts"
import { reasonToSpare, refusedStep, type RotationFacts, rotationStep } from "../../src/rotate/RotationPlan.ts"
import type { RotationStep, UserKey } from "../../src/rotate/RotationStep.ts"

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.UTC(2026, 5, 1)

const key = (accessKeyId: string, parts: Partial<UserKey> = {}): UserKey => ({
  accessKeyId,
  active: true,
  createdAt: now - 300 * day,
  lastUse: now - day,
  ...parts
})

const journal = (parts: Partial<RotationJournal> = {}): RotationJournal => ({
  startedAt: now - day,
  profile: "dev",
  user: "123456789012/AIDAFAKE",
  oldKey: "OLD",
  ...parts
})

const decided = (facts: Partial<RotationFacts>): string => {
  const step = rotationStep({ held: "OLD", keys: [key("OLD")], journal: undefined, ...facts })
  return step instanceof Failure ? step._tag : "key" in step ? `${step._tag} ${step.key.accessKeyId}` : step._tag
}

describe("what is done next in a rotation", () => {
  it("is to make a key, where the user has one only", () => {
    assert.strictEqual(decided({}), "Make")
  })

  it("is a question of the second key, where nothing says whose it is", () => {
    assert.strictEqual(decided({ keys: [key("OLD"), key("X")] }), "MakeRoom X")
    assert.strictEqual(decided({ keys: [key("X", { active: false }), key("OLD")] }), "MakeRoom X")
  })

  it("is nothing, where the item's key is not to be found or not active", () => {
    assert.strictEqual(decided({ keys: [key("X")] }), "HeldKeyNotListed")
    assert.strictEqual(decided({ keys: [key("OLD", { active: false })] }), "HeldKeyInactive")
  })

  it("is to delete the key that an interrupted rotation made and did not store", () => {
    assert.strictEqual(decided({ journal: journal({ newKey: "NEW" }), keys: [key("OLD"), key("NEW")] }), "DropOrphan NEW")
  })

  it("knows such a key too by when it was made, if nobody lived to write it down", () => {
    const orphan = (parts: Partial<UserKey>) =>
      decided({ journal: journal(), keys: [key("OLD"), key("NEW", { createdAt: now - day, lastUse: "never", ...parts })] })
    assert.strictEqual(orphan({}), "DropOrphan NEW")
    assert.strictEqual(orphan({ createdAt: now - day + 10 * minute }), "DropOrphan NEW")
    assert.strictEqual(orphan({ createdAt: now - day - 10 * minute }), "DropOrphan NEW")
    assert.strictEqual(orphan({ createdAt: now - day + 11 * minute }), "MakeRoom NEW")
    assert.strictEqual(orphan({ createdAt: now - day - 11 * minute }), "MakeRoom NEW")
    assert.strictEqual(orphan({ lastUse: now - minute }), "MakeRoom NEW")
    assert.strictEqual(orphan({ lastUse: "unknown" }), "MakeRoom NEW")
  })

  it("does not take another key for the one that the journal names", () => {
    assert.strictEqual(decided({ journal: journal({ newKey: "NEW" }), keys: [key("OLD"), key("X")] }), "MakeRoom X")
  })

  it("is to begin anew, where the interrupted rotation has left nothing", () => {
    assert.strictEqual(decided({ journal: journal() }), "Make")
    assert.strictEqual(decided({ journal: journal({ newKey: "NEW" }) }), "Make")
  })

  it("is to put an end to the old key, active or not, where the item has the new one", () => {
    for (const active of [true, false]) {
      const keys = [key("OLD", { active }), key("NEW")]
      assert.strictEqual(decided({ held: "NEW", journal: journal({ newKey: "NEW" }), keys }), "Retire OLD")
    }
  })

  it("is to close the journal, where the old key is gone", () => {
    const facts = { held: "NEW", journal: journal({ newKey: "NEW" }) }
    assert.strictEqual(decided({ ...facts, keys: [key("NEW")] }), "Close")
    assert.strictEqual(decided({ ...facts, keys: [key("NEW"), key("X")] }), "Close")
  })

  it("is a question again, where somebody has put another key into the item", () => {
    assert.strictEqual(decided({ held: "X", journal: journal({ newKey: "NEW" }), keys: [key("X"), key("NEW")] }), "MakeRoom NEW")
    assert.strictEqual(decided({ held: "X", journal: journal({ newKey: "NEW" }), keys: [key("X")] }), "Make")
    assert.strictEqual(decided({ held: "X", journal: journal(), keys: [key("X"), key("OLD")] }), "MakeRoom OLD")
  })

  const ids = ["A", "B", "C"] as const
  const one = Arbitrary.schema(Schema.Literals(ids))
  const facts = Arbitrary.all({
    held: one,
    keys: Arbitrary.array(
      Arbitrary.all({
        accessKeyId: one,
        active: Arbitrary.schema(Schema.Boolean),
        createdAt: Arbitrary.schema(Schema.Literals([now - day, now - 2 * day, now])),
        lastUse: Arbitrary.schema(Schema.Literals(["never", "unknown", now]))
      }),
      { maxLength: 2 }
    ),
    journal: Arbitrary.schema(Schema.UndefinedOr(Schema.Struct({
      startedAt: Schema.Literals([now - day]),
      profile: Schema.Literals(["dev"]),
      user: Schema.Literals(["user"]),
      oldKey: Schema.Literals(ids),
      newKey: Schema.optionalKey(Schema.Literals(ids))
    })))
  })

  it.prop("never deletes the key in the item, nor, without asking, one that the journal does not account for", [facts], ([it]) => {
    const keys = it.keys.filter(({ accessKeyId }, index) => it.keys.findIndex((other) => other.accessKeyId === accessKeyId) === index)
    const journal = it.journal as RotationJournal | undefined
    const step = rotationStep({ held: it.held, keys, journal })
    if (step instanceof Failure || !("key" in step)) return
    assert.notStrictEqual(step.key.accessKeyId, it.held)
    if (step._tag === "MakeRoom") return
    const { createdAt, lastUse, accessKeyId } = step.key
    const accounted = step._tag === "Retire"
      ? journal?.newKey === it.held && journal.oldKey === accessKeyId
      : journal?.oldKey === it.held &&
        (journal.newKey === accessKeyId || journal.newKey === undefined && lastUse === "never" && createdAt === now - day)
    assert.isTrue(accounted)
  })
})

describe("a second key", () => {
  it("is spared while it is in use, or may be about to be", () => {
    assert.strictEqual(reasonToSpare(key("X"), now), "in use")
    assert.strictEqual(reasonToSpare(key("X", { lastUse: "unknown" }), now), "in use")
    assert.strictEqual(reasonToSpare(key("X", { createdAt: now - minute, lastUse: "never" }), now), "young")
    assert.strictEqual(reasonToSpare(key("X", { createdAt: now + minute, active: false }), now), "young")
    assert.isUndefined(reasonToSpare(key("X", { active: false }), now))
    assert.isUndefined(reasonToSpare(key("X", { lastUse: "never" }), now))
  })

  const room = (parts: Partial<UserKey> = {}): { held: string; keys: ReadonlyArray<UserKey>; step: RotationStep } => {
    const other = key("X", parts)
    return { held: "OLD", keys: [key("OLD"), other], step: { _tag: "MakeRoom", key: other } }
  }
  const asked = { deleteKey: undefined, unattended: false }

  it("may be deleted when a person who sees its story says so, or names it", () => {
    assert.isUndefined(refusedStep(room({ active: false }), asked, now))
    assert.isUndefined(refusedStep(room({ lastUse: "never" }), asked, now))
    assert.isUndefined(refusedStep(room(), { deleteKey: "X", unattended: true }, now))
    assert.isUndefined(refusedStep(room({ createdAt: now }), { deleteKey: "X", unattended: true }, now))
  })

  it("is not deleted when nobody is there to say so, or when it is in use", () => {
    const refusal = (...[parts, consent]: [Partial<UserKey>, Parameters<typeof refusedStep>[1]]) => {
      const refused = refusedStep(room(parts), consent, now)
      assert.strictEqual(refused?._tag, "SecondKeyThere")
      assert.strictEqual(refused?.exitCode, 6)
      return `${refused?.message}\n${refused?.hint}`
    }
    const unattended = { deleteKey: undefined, unattended: true }
    assert.strictEqual(
      refusal({ lastUse: "never" }, unattended),
      "the user has a second access key, and AWS allows two: X, active, made 2025-08-05 (300d ago), never used\n" +
        "pass --delete-key X to have it deleted first, or run it in a terminal without --yes"
    )
    assert.match(refusal({}, asked), /last used 24h ago\nfind out what uses it, .* pass --delete-key X$/)
    assert.match(refusal({ createdAt: now, active: false }, asked), /\nit may be of a rotation on another machine: /)
  })

  it("is the only one that --delete-key can name", () => {
    const wrong = (deleteKey: string, scene: Parameters<typeof refusedStep>[0]) => {
      const refused = refusedStep(scene, { deleteKey, unattended: true }, now)
      assert.strictEqual(refused?._tag, "WrongKeyToDelete")
      assert.strictEqual(refused?.exitCode, 2)
      return `${refused?.message}; ${refused?.hint}`
    }
    assert.strictEqual(wrong("OLD", room()), "--delete-key names OLD, which is the key in the item; the user's second key is X")
    assert.strictEqual(wrong("Y", room()), "--delete-key names Y, which is no key of the user; the user's second key is X")
    assert.strictEqual(
      wrong("Y", { held: "OLD", keys: [key("OLD")], step: { _tag: "Make" } }),
      "--delete-key names Y, which is no key of the user; leave it out: the user has no second key"
    )
  })
})
