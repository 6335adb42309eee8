import { assert, describe, it } from "@effect/vitest"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { fromTheFuture, madeSince, margin, mayServe, mayServeStale } from "../../../src/domain/cache/Freshness.ts"

const minute = 60_000
const hour = 60 * minute
const now = 1_750_000_000_000

/** A session that was made so long ago and lives for so long more; undated when it does not say when. */
const session = (left: number, age: number | undefined) =>
  entryOf("AWS", {
    credentials: { ...entryOf("AWS").credentials, expiration: now + left },
    ...(age === undefined ? {} : { issuedAt: now - age })
  })

describe("a session", () => {
  it.each([
    ["of twelve hours", 16 * minute, 12 * hour - 16 * minute],
    ["of half an hour", 16 * minute, 14 * minute],
    ["that does not say when it was made", 16 * minute, undefined],
    ["of 29 minutes", 29 * minute / 4, 29 * minute * 3 / 4],
    ["of a quarter of an hour", 15 * minute / 4, 15 * minute * 3 / 4]
  ])("%s is served while more than its margin is left", (_, left, age) => {
    assert.strictEqual(margin(session(left, age)), left)
    assert.isFalse(mayServe(session(left, age), now))
    const more = session(left + 1, age === undefined ? undefined : age - 1)
    assert.isTrue(mayServe(more, now))
  })

  it("is served late while more than a minute is left", () => {
    assert.isTrue(mayServeStale(session(minute + 1, hour), now))
    assert.isFalse(mayServeStale(session(minute, hour), now))
    assert.isFalse(mayServe(session(minute + 1, hour), now))
  })

  it.each([
    ["made a minute from now", session(hour, -minute), false],
    ["made later than that", session(hour, -minute - 1), true],
    ["with 36 hours and a minute left", session(36 * hour + minute, undefined), false],
    ["with more than that", session(36 * hour + minute + 1, undefined), true]
  ])("%s is from the future: %s", (_, entry, future) => {
    assert.strictEqual(fromTheFuture(entry, now), future)
    assert.strictEqual(mayServe(entry, now), !future)
    assert.strictEqual(mayServeStale(entry, now), !future)
  })

  it("is known to be made since a moment by the second, and never when it does not say", () => {
    assert.isTrue(madeSince(session(hour, 0), now))
    assert.isTrue(madeSince(session(hour, 0), now + 999))
    assert.isFalse(madeSince(session(hour, 0), now + 1000))
    assert.isFalse(madeSince(session(hour, undefined), now))
  })
})
