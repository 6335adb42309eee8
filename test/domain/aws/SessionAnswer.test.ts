import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { readSessionAnswer, type SessionAnswer } from "../../../src/domain/aws/SessionAnswer.ts"
import { longestToken } from "../../../src/domain/aws/SessionCredentials.ts"
import { type CacheEntry, decodeEntry, encodeEntry } from "../../../src/domain/cache/CacheEntry.ts"
import { credentialOutput } from "../../../src/domain/session/CredentialOutput.ts"

const now = Date.UTC(2026, 10, 22)
const keys = { accessKeyId: "ASIAFAKE0000EXAMPLE0", secretAccessKey: "fake/secret+", sessionToken: "fake==" }
const good: SessionAnswer = {
  ...keys,
  expiration: new Date(now + 3_600_000),
  dateHeader: new Date(now).toUTCString(),
  now
}

const words = Arbitrary.schema(Schema.Struct({
  accessKeyId: Schema.String,
  secretAccessKey: Schema.String,
  sessionToken: Schema.String,
  left: Schema.Int.check(Schema.isBetween({ minimum: -1e11, maximum: 1e11 })),
  ahead: Schema.Int.check(Schema.isBetween({ minimum: -1e10, maximum: 1e10 }))
}))

describe("a session in an answer of STS", () => {
  it("is taken as it is, and STS need not say the time", () => {
    const session = { ...keys, expiration: now + 3_600_000 }
    assert.deepStrictEqual(readSessionAnswer(good), session)
    assert.deepStrictEqual(readSessionAnswer({ ...good, dateHeader: undefined }), session)
    assert.deepStrictEqual(readSessionAnswer({ ...good, dateHeader: "some day" }), session)
  })

  it("ends within AWS's longest and a minute, by AWS's clock where it says the time", () => {
    const hour = 3_600_000
    const at = (left: number, dateHeader: string | undefined) => readSessionAnswer({ ...good, expiration: new Date(now + left), dateHeader })
    for (const dateHeader of [good.dateHeader, undefined]) {
      assert.property(at(36 * hour + 60_000, dateHeader), "expiration")
      for (const left of [36 * hour + 61_000, 40 * hour, 100 * 8766 * hour]) {
        assert.deepStrictEqual(at(left, dateHeader), { unreadable: "the session in it ends later than any of AWS's may" })
      }
    }
    // This machine's clock is behind: by it, the session would never be served.
    assert.deepStrictEqual(at(40 * hour, new Date(now + 10 * hour).toUTCString()), { skew: 10 * hour })
  })

  it("is over at its end, to the second", () => {
    const at = (left: number, ahead: number) =>
      readSessionAnswer({
        ...good,
        expiration: new Date(now + left),
        dateHeader: new Date(now + ahead).toUTCString()
      })
    assert.property(at(0, 0), "unreadable")
    assert.property(at(5000, 5000), "unreadable")
    assert.notProperty(at(1, 0), "unreadable")
    assert.deepStrictEqual(at(0, -1000), { skew: -1000 })
    assert.deepStrictEqual(readSessionAnswer({ ...good, expiration: new Date(now), dateHeader: undefined }), { skew: undefined })
  })

  it("at its longest is printed in less than 8 KiB, and comes back from the cache; a longer one does not", () => {
    const longest = { ...good, accessKeyId: "A".repeat(128), secretAccessKey: "s".repeat(256), sessionToken: "t".repeat(longestToken) }
    const session = readSessionAnswer(longest)
    if (!("sessionToken" in session)) return assert.fail("it was refused")
    assert.isBelow(Buffer.byteLength(credentialOutput(session)), 8192 - 200)
    const entry: CacheEntry = {
      credentials: session,
      vault: "v",
      item: "i",
      mfaSerial: "",
      accessKeyIdField: "a",
      secretAccessKeyField: "s"
    }
    assert.deepStrictEqual(decodeEntry(encodeEntry(entry))?.credentials, session)
    const longer = { ...session, sessionToken: "t".repeat(longestToken + 1) }
    assert.isUndefined(decodeEntry(encodeEntry({ ...entry, credentials: longer })))
  })

  it.prop("is refused, or is what was said, not over by any clock, and JSON as it stands", [words], ([some]) => {
    const { ahead, left, ...keys } = some
    const answer = { ...keys, expiration: new Date(now + left), dateHeader: new Date(now + ahead).toUTCString(), now }
    const session = readSessionAnswer(answer)
    if (!("sessionToken" in session)) return
    assert.deepStrictEqual(session, { ...keys, expiration: now + left })
    assert.isAbove(left, Math.max(0, Math.floor(ahead / 1000) * 1000))
    for (const text of Object.values(keys)) assert.strictEqual(JSON.stringify(text), `"${text}"`)
  })
})
