import { assert, describe, it } from "@effect/vitest"
import type { RotationStep, UserKey } from "../../src/rotate/RotationStep.ts"
import { deedText, outcomeText, rotationQuestion, type RotationScene, rotationText } from "../../src/rotate/RotationText.ts"

const day = 86_400_000
const now = Date.UTC(2026, 5, 1)

const held: UserKey = { accessKeyId: "AKIAFAKE0000EXAMPLE0", active: true, createdAt: now - 390 * day, lastUse: "unknown" }
const other: UserKey = { accessKeyId: "AKIAFAKE0000EXAMPLE1", active: false, createdAt: now - 400 * day, lastUse: now - 90 * day }

const scene = (step: RotationStep, parts: Partial<RotationScene> = {}): RotationScene => ({
  profile: "dev",
  arn: "arn:aws:iam::123456789012:user/user",
  item: "AWS",
  vault: "Private",
  held: held.accessKeyId,
  keys: [held, other],
  step,
  begunAt: undefined,
  ...parts
})

const shown = (step: RotationStep, columns?: number, parts?: Partial<RotationScene>) =>
  rotationText(scene(step, parts), now, { columns })

describe("what is said of a rotation", () => {
  it("shows whose key it is, and what will be done", () => {
    assert.strictEqual(
      shown({ _tag: "Make" }, 80),
      [
        "The access key of profile dev:",
        "  user  arn:aws:iam::123456789012:user/user",
        "  item  AWS in Private",
        "  key   AKIAFAKE0000EXAMPLE0, made 2025-05-07 (390d ago)",
        "",
        "A new key is made, tried, put into the item and tried again. Then the old",
        "one, AKIAFAKE0000EXAMPLE0, is deactivated and deleted. Whatever else uses",
        "the old key stops working. Cached sessions go on.",
        "",
        ""
      ].join("\n")
    )
  })

  it("fits forty columns", () => {
    for (const step of [{ _tag: "Make" }, { _tag: "MakeRoom", key: other }, { _tag: "Retire", key: other }] as const) {
      for (const line of shown(step, 40).split("\n")) assert.isAtMost(line.length, 39, line)
    }
  })

  it("breaks no line where it does not go to a terminal", () => {
    assert.lengthOf(shown({ _tag: "Make" }).split("\n"), 8)
  })

  it("tells the story of a second key", () => {
    assert.match(
      shown({ _tag: "MakeRoom", key: other }),
      /has a second key, and AWS allows two: AKIAFAKE0000EXAMPLE1, inactive, made 2025-04-27 \(400d ago\), last used 90d ago\. It has to be deleted first\. A new key/
    )
  })

  it("tells how far an interrupted rotation has come", () => {
    const begun = { begunAt: now - 2 * day }
    assert.match(shown({ _tag: "DropOrphan", key: other }, undefined, begun), /begun 2d ago was interrupted\. The key that it made, \w+, is in no item and is deleted first\./)
    assert.match(shown({ _tag: "Retire", key: other }, undefined, begun), /the item has the new key already\. What is left is to delete the old one/)
    assert.match(shown({ _tag: "Retire", key: { ...other, active: true } }, undefined, begun), /What is left is to deactivate and delete the old one/)
    assert.match(shown({ _tag: "Close" }, undefined, begun), /at its very end.* Nothing is left to do\./)
  })

  it("lets nothing from outside act on the terminal", () => {
    assert.notMatch(shown({ _tag: "Make" }, 80, { item: "\x1b[2J", vault: "\u202e", profile: "\x07" }), /[\x00-\x09\x0b-\x1f\u202e]/)
  })

  it("takes Enter for a no, unless what was begun is only to be finished", () => {
    assert.isFalse(rotationQuestion({ _tag: "Make" })?.usual)
    assert.isTrue(rotationQuestion({ _tag: "Retire", key: other })?.usual)
    assert.isFalse(rotationQuestion({ _tag: "DropOrphan", key: other })?.usual)
    assert.deepStrictEqual(rotationQuestion({ _tag: "MakeRoom", key: other }), {
      question: "Delete AKIAFAKE0000EXAMPLE1, and replace the other?",
      usual: false
    })
    assert.isUndefined(rotationQuestion({ _tag: "Close" }))
  })

  it("ticks off each thing done, in plain characters where there are no others", () => {
    assert.strictEqual(deedText({ _tag: "Made", key: "AKIAFAKE" }, { unicode: true }), "\u2713 made AKIAFAKE")
    assert.strictEqual(deedText({ _tag: "PutBack", key: "AKIAFAKE" }, { unicode: false }), "- put AKIAFAKE back into the item")
  })

  it("ends with what the item has", () => {
    assert.strictEqual(outcomeText({ profile: "dev", held: "NEW", deleted: "OLD" }), "dev: the item has NEW; OLD is deleted\n")
    assert.strictEqual(outcomeText({ profile: "dev", held: "NEW", deleted: undefined }), "dev: the item has NEW\n")
  })
})
