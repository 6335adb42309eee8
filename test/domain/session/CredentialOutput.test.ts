import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { credentialOutput } from "../../../src/domain/session/CredentialOutput.ts"

const credentials = Arbitrary.schema(Schema.Struct({
  accessKeyId: Schema.String,
  secretAccessKey: Schema.String,
  sessionToken: Schema.String,
  expiration: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 }))
}))

describe("what is printed", () => {
  it("is the one line that clients read", () => {
    const expiration = Date.UTC(2026, 10, 22, 10, 15, 30, 999)
    const secrets = { accessKeyId: "ASIAFAKE0000EXAMPLE0", secretAccessKey: "fake/secret+", sessionToken: "fake==" }
    assert.strictEqual(
      credentialOutput({ ...secrets, expiration }),
      "{\"Version\":1,\"AccessKeyId\":\"ASIAFAKE0000EXAMPLE0\",\"SecretAccessKey\":\"fake/secret+\"," +
        "\"SessionToken\":\"fake==\",\"Expiration\":\"2026-11-22T10:15:30Z\"}\n"
    )
  })

  it("has the account where that is known, as a text", () => {
    const some = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c", expiration: 0 }
    assert.isTrue(credentialOutput(some, "012345678901").endsWith("Z\",\"AccountId\":\"012345678901\"}\n"))
  })

  it.prop("is one line with these members and types, whatever the values are", [credentials], ([some]) => {
    const text = credentialOutput(some)
    assert.strictEqual(text.indexOf("\n"), text.length - 1)
    const { Expiration, ...rest } = JSON.parse(text) as Record<string, unknown>
    assert.deepStrictEqual(rest, {
      Version: 1,
      AccessKeyId: some.accessKeyId,
      SecretAccessKey: some.secretAccessKey,
      SessionToken: some.sessionToken
    })
    assert.match(String(Expiration), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.strictEqual(Date.parse(String(Expiration)), Math.floor(some.expiration / 1000) * 1000)
  })
})
