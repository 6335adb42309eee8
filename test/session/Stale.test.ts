import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, finish, run, type Seat, start, type World } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, makeSeats, reading, seatOf, seed, today } from "./Everyday.ts"
import { troubleNoteName } from "../../src/session/Trouble.ts"

const minute = 60_000

const idOf = (ending: Ending | undefined): string | number | undefined =>
  ending?.code === 0 ? (JSON.parse(ending.stdout) as { AccessKeyId: string }).AccessKeyId : ending?.code

const callOnce = (world: World, seat: Seat, ...more: ReadonlyArray<string>) =>
  Effect.map(run(world, [callOf(seat, ...more)]), ([ending]) => idOf(ending))

/** A world whose profile `dev` has a session of an hour with so many minutes left, and where renewing fails. */
const withOldSession = (left: number) =>
  Effect.gen(function*() {
    yield* today
    const world = makeEveryday([{ title: "AWS", seed }], configOf({ dev: keysOf("AWS", { op_duration: "1h" }) }))
    const [seat, other] = yield* makeSeats(world, 2)
    const first = yield* callOnce(world, seat!)
    const ends = Math.floor(world.sts.calls[0]!.at / 1000) * 1000 + 60 * minute
    yield* TestClock.setTime(ends - left * minute)
    world.op.faults = [{ fault: "not-signed-in" }]
    return { world, seat: seat!, other: other!, first, ends }
  })

describe("a session that is due and cannot be renewed", () => {
  it.effect("is handed out while it lives, and the person hears of it on the terminal", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withOldSession(10)
      assert.strictEqual(yield* callOnce(world, seat), first)
      assert.strictEqual(world.op.runs.length, 2)
      const said = (yield* seat.terminal.transcript).filter(({ what }) => what === "printed").map(({ text }) => text)
      assert.strictEqual(said.length, 1)
      assert.match(said[0]!, /^warning: the session could not be renewed and ends at 2025-06-15 \d\d:\d\d \S+: /)
      const note = JSON.parse(world.notes.get(troubleNoteName("warning", "dev"))!) as { message: string; hint: string }
      assert.strictEqual(`warning: ${note.message}`, said[0])
      assert.notStrictEqual(note.hint, "")
    }))

  it.effect("is what everybody gets for two minutes, without a question or a word more", () =>
    Effect.gen(function*() {
      const { first, other, seat, world } = yield* withOldSession(15)
      yield* callOnce(world, seat)
      const failedAt = yield* Clock.currentTimeMillis
      for (const [after, who] of [[1, other], [60_000, seat], [119_000, other]] as const) {
        yield* TestClock.setTime(failedAt + after)
        assert.strictEqual(yield* callOnce(world, who), first)
        assert.strictEqual(world.op.runs.length, 2)
      }
      assert.deepStrictEqual(yield* other.terminal.transcript, [])
      yield* TestClock.setTime(failedAt + 120_000)
      assert.strictEqual(yield* callOnce(world, seat), first)
      assert.strictEqual(world.op.runs.length, 3)
    }))

  it.effect("is asked for again as soon as the two minutes are over, and then renewed", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withOldSession(15)
      yield* callOnce(world, seat)
      world.op.faults = []
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* callOnce(world, seat), first)
      yield* TestClock.adjust("1 minute")
      assert.notStrictEqual(yield* callOnce(world, seat), first)
    }))

  it.effect("is handed out no more in its last minute, also within the quiet time", () =>
    Effect.gen(function*() {
      const { ends, first, seat, world } = yield* withOldSession(2)
      assert.strictEqual(yield* callOnce(world, seat), first)
      yield* TestClock.setTime(ends - minute - 1)
      assert.strictEqual(yield* callOnce(world, seat), first)
      yield* TestClock.setTime(ends - minute)
      assert.strictEqual(yield* callOnce(world, seat), 4)
      assert.strictEqual(world.op.runs.length, 3)
    }))

  it.effect("is never the answer to --refresh, which does not mind the quiet time either", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withOldSession(10)
      assert.strictEqual(yield* callOnce(world, seat, "--refresh"), 4)
      yield* callOnce(world, seat)
      assert.strictEqual(yield* callOnce(world, seat, "--refresh"), 4)
      assert.strictEqual(world.op.runs.length, 4)
    }))

  it.effect("is not the answer of a process that a signal ends", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withOldSession(10)
      world.op.faults = [{ fault: "hang" }]
      const process = yield* start(world, callOf(seat))
      yield* TestClock.adjust("2 seconds")
      yield* process.signal("SIGINT")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(process.ending()?.code, 130)
    }))

  it.effect("is shared by those who waited for the one who failed", () =>
    Effect.gen(function*() {
      const { first, world } = yield* withOldSession(10)
      const seats = yield* makeSeats(world, 5)
      const endings = yield* run(world, seats.map((seat) => callOf(seat)))
      assert.deepStrictEqual(endings.map(idOf), seats.map(() => first))
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("is asked for once by all who come while renewing it fails, and a moment later", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withOldSession(10)
      world.notesTake = 20
      world.locksTake = 7
      const processes = yield* Effect.forEach(Array.from({ length: 300 }), () =>
        Effect.tap(start(world, callOf(seat)), () => TestClock.adjust(3)))
      const endings = yield* finish(processes)
      assert.deepStrictEqual([...new Set(endings.map(idOf))], [first])
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("is spoken of once on a terminal, however many wait there", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withOldSession(10)
      yield* run(world, Array.from({ length: 10 }, () => callOf(seat)))
      const printed = (yield* seat.terminal.transcript).filter(({ what }) => what === "printed")
      assert.strictEqual(printed.length, 1)
    }))

  it.effect("is handed out when the time allowed is over, too", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withOldSession(10)
      world.op.faults = [{ fault: "hang" }]
      assert.strictEqual(yield* callOnce(world, seat, "--timeout", "20s"), first)
    }))

  it.effect("may be another profile's, but not one that outlives what this profile asks for", () =>
    Effect.gen(function*() {
      yield* today
      const config = configOf({
        long: keysOf("AWS", { op_duration: "2h" }),
        short: keysOf("AWS", { op_duration: "20m" })
      })
      const world = makeEveryday([{ title: "AWS", seed }], config)
      const [seat] = yield* makeSeats(world, 1)
      const call = (profile: string) =>
        Effect.map(run(world, [{ words: ["--profile", profile], seat: seat! }]), ([ending]) => idOf(ending))
      const long = yield* call("long")
      world.op.faults = [{ fault: "not-signed-in" }]
      assert.strictEqual(yield* call("short"), 4)
      yield* TestClock.adjust("110 minutes")
      assert.strictEqual(yield* call("short"), long)
    }))

  it.effect("is asked for again when the clock turns out to have been ahead", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withOldSession(10)
      yield* callOnce(world, seat)
      world.op.faults = []
      yield* TestClock.setTime((yield* Clock.currentTimeMillis) - 30_000)
      assert.notStrictEqual(yield* callOnce(world, seat), first)
    }))

  it.effect("keeps its quiet time to its own identity", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withOldSession(10)
      yield* callOnce(world, seat)
      world.texts = { config: configOf({ dev: keysOf("AWS", { op_account: "another.1password.com" }) }) }
      yield* callOnce(world, yield* seatOf("later", reading(world)))
      assert.strictEqual(world.op.runs.length, 3)
    }))
})
