import { assert, describe, it } from "@effect/vitest"
import { formatTimeLeft } from "../../../src/domain/base/Time.ts"

describe("a length of time for a person", () => {
  it("is in the two largest units, cut off", () => {
    const second = 1000
    const minute = 60 * second
    const hour = 60 * minute
    const cases: ReadonlyArray<readonly [number, string]> = [
      [-5, "0s"],
      [999, "0s"],
      [59_999, "59s"],
      [minute, "1m"],
      [61 * second, "1m 1s"],
      [hour - 1, "59m 59s"],
      [hour, "1h"],
      [12 * hour - 1, "11h 59m"],
      [36 * hour, "36h"],
      [48 * hour, "2d"],
      [75 * hour, "3d 3h"]
    ]
    for (const [length, text] of cases) assert.strictEqual(formatTimeLeft(length), text)
  })
})
