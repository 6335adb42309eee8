import { assert, describe, it } from "@effect/vitest"
import { accessKeyIdTrouble, isTemporaryId, secretTrouble } from "../../../src/domain/aws-config/PlaintextKeys.ts"

describe("the shape of a key", () => {
  it("lets an access key ID pass, and nothing else that is copied for one", () => {
    assert.isUndefined(accessKeyIdTrouble("AKIAFAKE0000EXAMPLE0"))
    for (
      const [text, why] of [
        ["", /is needed/],
        ["AIDAFAKE0000EXAMPLE0", /ID of a user/],
        ["ASIAFAKE0000EXAMPLE0", /temporary key/],
        ["AKIA FAKE 0000", /16 to 128/],
        ["AKIASHORT", /16 to 128/],
        ["fake/secret+of/forty/characters/in/length", /16 to 128/]
      ] as const
    ) assert.match(accessKeyIdTrouble(text) ?? "", why, text)
  })

  it("lets a secret pass, and nothing else that is copied for one", () => {
    assert.isUndefined(secretTrouble("fake/secret+of/forty/characters/in/lengt"))
    for (
      const [text, why] of [
        ["", /is needed/],
        ["fake secret with spaces in", /one word/],
        ["fake-secret\nof-two-lines", /one word/],
        ["AKIAFAKE0000EXAMPLE0", /access key ID/],
        ["short", /too short/]
      ] as const
    ) assert.match(secretTrouble(text) ?? "", why, text)
  })

  it("never quotes what was typed", () => {
    for (const text of ["fake secret of mine", "fakesecret", "fakesecret\u0000fakesecret"]) {
      assert.notInclude(`${accessKeyIdTrouble(text)} ${secretTrouble(text)}`, "fake")
    }
  })

  it("knows a temporary key by its ID", () => {
    assert.isTrue(isTemporaryId("ASIAFAKE0000EXAMPLE0"))
    assert.isFalse(isTemporaryId("AKIAFAKE0000EXAMPLE0"))
  })
})
