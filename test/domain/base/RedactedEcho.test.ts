import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { withoutEchoes } from "../../../src/domain/base/RedactedEcho.ts"

const input = (...values: ReadonlyArray<string>) =>
  Redacted.make(JSON.stringify({ title: "a title of mine", fields: [{ label: "empty" }, ...values.map((value) => ({ value }))] }))

describe("withoutEchoes", () => {
  it("hides values that were given, as they are and as JSON has them", () => {
    const said = "invalid: fake-secret, fake-secret-longer and fake\\\"quoted in a title of mine"
    assert.strictEqual(
      withoutEchoes(said, input("fake-secret", "fake-secret-longer", "fake\"quoted")),
      "invalid: ****, **** and **** in a title of mine"
    )
  })

  it("hides them as Go's and other writers of JSON spell them", () => {
    const said = String.raw`bad "otpauth://totp?secret=FAKE\u0026issuer=\u003cAWS\u003e", "FAKE\/secret\/plain"`
    assert.strictEqual(
      withoutEchoes(said, input("otpauth://totp?secret=FAKE&issuer=<AWS>", "FAKE/secret/plain")),
      String.raw`bad "****", "****"`
    )
  })

  it("leaves everything else, also where the input is no item", () => {
    assert.strictEqual(withoutEchoes("a yes or no", input("or", "")), "a yes or no")
    assert.strictEqual(withoutEchoes("said", Redacted.make("no JSON")), "said")
    assert.strictEqual(withoutEchoes("said", Redacted.make("[]")), "said")
  })
})
