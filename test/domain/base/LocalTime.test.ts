import { assert, describe, it } from "@effect/vitest"
import { localTime, shownTime } from "../../../src/domain/base/Time.ts"

const at = Date.parse("2026-11-30T23:30:59.900Z")

describe("a moment as a person's clock shows it", () => {
  it("is in the zone of that clock, which it names", () => {
    assert.strictEqual(localTime(at, "UTC"), "2026-11-30 23:30 UTC")
    assert.strictEqual(localTime(at, "Europe/Berlin"), "2026-12-01 00:30 GMT+1")
    assert.strictEqual(localTime(at, "America/New_York"), "2026-11-30 18:30 EST")
    assert.strictEqual(localTime(at, "Asia/Kathmandu"), "2026-12-01 05:15 GMT+5:45")
  })

  it("is in UTC where it does not go to a terminal", () => {
    assert.strictEqual(shownTime(at, { columns: undefined }), "2026-11-30T23:30:59Z")
    assert.strictEqual(shownTime(at, { columns: 80 }), localTime(at))
  })
})
