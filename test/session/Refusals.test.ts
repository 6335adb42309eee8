import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeSeat, run, type Seat, start, type World } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, reading, seatOf, today, wrong } from "./Everyday.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"

/** How one call ends: its tag, or 0. */
const callOnce = (world: World, seat: Seat, ...more: ReadonlyArray<string>) =>
  Effect.map(run(world, [callOf(seat, ...more)]), ([ending]) =>
    ending !== undefined && "tag" in ending ? ending.tag : ending?.code)

/** A client with somebody who refuses once, in this way, and would type the right code the next time. */
const refusing = (world: World, first: "end" | "wrong codes") =>
  seatOf("a client", (question, count) =>
    first === "end" && count === 1
      ? { endInput: true }
      : first === "wrong codes" && count <= 3
      ? { type: wrong, after: 100 }
      : reading(world)(question, count))

describe("a refusal by the person", () => {
  it.effect("is the answer to the next calls of the same client for ten seconds, and not a moment longer", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const seat = yield* refusing(world, "end")
      assert.strictEqual(yield* callOnce(world, seat), "PromptEnded")
      yield* TestClock.adjust(8000)
      assert.strictEqual(yield* callOnce(world, seat), "PromptEnded")
      assert.strictEqual(world.op.runs.length, 1)
      assert.strictEqual((yield* seat.terminal.questions).length, 1)
      yield* TestClock.adjust(1500)
      assert.strictEqual(yield* callOnce(world, seat), 0)
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("is told again in its own words and with its own code", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "prompt-dismissed", call: 1 }]
      const seat = yield* seatOf("a client", reading(world))
      const [first] = yield* run(world, [callOf(seat)])
      const [second] = yield* run(world, [callOf(seat)])
      assert.deepStrictEqual({ ...second, at: 0 }, { ...first, at: 0 })
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("counts for three refused codes", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const seat = yield* refusing(world, "wrong codes")
      assert.strictEqual(yield* callOnce(world, seat), "CodesRefused")
      assert.strictEqual(yield* callOnce(world, seat), "CodesRefused")
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("counts for Ctrl-C", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* seatOf("a client", () => ({ ignore: true }))
      const process = yield* start(world, callOf(seat))
      yield* TestClock.adjust("2 seconds")
      yield* process.signal("SIGINT")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(process.ending()?.code, 130)
      const [again] = yield* run(world, [callOf(seat)])
      assert.strictEqual(again?.code, 130)
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("does not count for what is no person's answer: a denial, a missing sign-in, SIGTERM, a time-out", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* seatOf("a client", reading(world))
      world.sts.failures = [StsFailure.StsDenied("GetSessionToken", undefined, "no")]
      assert.strictEqual(yield* callOnce(world, seat), "StsDenied")
      world.op.faults = [{ fault: "not-signed-in", call: 2 }, { fault: "hang", call: [3, 4] }]
      assert.strictEqual(yield* callOnce(world, seat), "SignedOut")
      assert.strictEqual(yield* callOnce(world, seat, "--timeout", "5s"), "TimedOut")
      const process = yield* start(world, callOf(seat))
      yield* TestClock.adjust("2 seconds")
      yield* process.signal("SIGTERM")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(process.ending()?.code, 143)
      assert.strictEqual(yield* callOnce(world, seat), 0)
      assert.strictEqual(world.op.runs.length, 5)
    }))

  it.effect("is nobody else's, not even that of a group with the same number that was started later", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const end = yield* makeSeat("4700:123456", { person: () => ({ endInput: true }) })
      assert.strictEqual(yield* callOnce(world, end), "PromptEnded")
      const later = yield* makeSeat("4700:999999", { person: reading(world) })
      assert.strictEqual(yield* callOnce(world, later), 0)
    }))

  it.effect("is remembered of two clients at once", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seats = yield* Effect.forEach(["one", "two"], (group) => seatOf(group, () => ({ endInput: true })))
      for (const seat of [...seats, ...seats]) assert.strictEqual(yield* callOnce(world, seat), "PromptEnded")
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("is no answer for another identity", () =>
    Effect.gen(function*() {
      const config = configOf({ dev: keysOf("AWS"), other: keysOf("Other") })
      const world = makeEveryday([{ title: "AWS" }, { title: "Other" }], config)
      const seat = yield* refusing(world, "end")
      assert.strictEqual(yield* callOnce(world, seat), "PromptEnded")
      const [other] = yield* run(world, [{ words: ["--profile", "other"], seat }])
      assert.strictEqual(other?.code, 0)
    }))

  it.effect("is forgotten when the clock turns out to have been ahead", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      yield* TestClock.setTime(1_750_003_600_000)
      const seat = yield* refusing(world, "end")
      assert.strictEqual(yield* callOnce(world, seat), "PromptEnded")
      yield* TestClock.setTime(1_750_000_000_000)
      assert.strictEqual(yield* callOnce(world, seat), 0)
    }))

  it.effect("does not keep a cached session from being served", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const seat = yield* seatOf("a client", (question, count) =>
        count === 2 ? { endInput: true } : reading(world)(question, count))
      assert.strictEqual(yield* callOnce(world, seat), 0)
      assert.strictEqual(yield* callOnce(world, seat, "--refresh"), "PromptEnded")
      assert.strictEqual(yield* callOnce(world, seat), 0)
      assert.strictEqual(world.op.runs.length, 2)
    }))
})
