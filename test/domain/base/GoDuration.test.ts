import { assert, describe, it } from "@effect/vitest"
import { formatDuration, parseGoDuration } from "../../../src/domain/base/GoDuration.ts"

describe("a duration", () => {
  it.each([
    ["12h", 43_200],
    ["1h30m", 5400],
    ["45m", 2700],
    ["3600s", 3600],
    ["1.5h", 5400],
    [".5h", 1800],
    ["1.h", 3600],
    ["0.1h", 360],
    ["0.3h0.1h", 1440],
    ["1h1h", 7200],
    ["30s1h", 3630],
    ["90000ms", 90],
    ["1500000us", 1],
    ["1500000µs", 1],
    ["1500000μs", 1],
    ["2000000000ns", 2],
    ["999ms", 0],
    ["0s", 0],
    ["3600", 3600],
    ["0", 0],
    ["007", 7]
  ])("%s is %i seconds, as Go reads it", (text, seconds) => {
    assert.strictEqual(parseGoDuration(text), seconds)
  })

  it.each([
    ...["", " ", "h", ".", ".h", "1.2.3h", "12 h", " 12h", "12h ", "12H", "12x", "1d", "1w", "h12", "1h30", "30m1"],
    ...["-12h", "+12h", "-3600", "1e3", "0x10", "1_000", "3600.5", "١٢h", "Infinity", "NaN", "12hours"],
    "9".repeat(10),
    "1h".repeat(40)
  ])("%j is none", (text) => {
    assert.isUndefined(parseGoDuration(text))
  })

  it.each([
    [0, "0s"],
    [59, "59s"],
    [60, "1m"],
    [3600, "1h"],
    [5400, "1h30m"],
    [3601, "1h1s"],
    [129_600, "36h"],
    [55.9, "55s"],
    [-5, "0s"]
  ])("of %d seconds is written %s", (seconds, text) => {
    assert.strictEqual(formatDuration(seconds), text)
  })
})
