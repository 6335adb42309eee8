import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { finish, makeSeat, run, type Seat, start } from "../Composed.ts"
import { callOf, configOf, dev, keysOf, makeEveryday, reading, seatOf, seed, today } from "../Everyday.ts"
import { answering, type Entry } from "../../fakes/terminal/TtyFake.ts"
import { digest } from "../../../src/domain/base/Digest.ts"
import { troubleNoteName } from "../../../src/session/Trouble.ts"

/** Two identities, `dev` and `other`. */
const twoIdentities = () =>
  makeEveryday([{ title: "AWS" }, { title: "Other" }], configOf({ dev: keysOf("AWS"), other: keysOf("Other") }))

const other = ["--profile", "other"] as const

const summary = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
  const what = entries.map(({ text, what }) => what === "shown" ? `shown: ${text}` : what)
  return what.filter((line, index) => line !== what[index - 1])
}

const transcript = (seat: Seat) => Effect.map(seat.terminal.transcript, summary)

const silent = (group: string) => seatOf(group, () => ({ ignore: true }))

describe("processes of several identities on one terminal", () => {
  it.effect("ask one after the other", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoIdentities()
      const seat = yield* seatOf("terraform", reading(world))
      const endings = yield* run(world, [{ words: dev, seat }, { words: other, seat }])
      assert.deepStrictEqual(endings.map(({ code }) => code), [0, 0])
      assert.strictEqual(yield* seat.terminal.mostAtOnce, 1)
      const happened = (yield* transcript(seat)).filter((line) => line === "asked" || line === "typed")
      assert.deepStrictEqual(happened, ["asked", "typed", "asked", "typed"])
    }))

  it.effect("ask at the same time on two terminals", () =>
    Effect.gen(function*() {
      const world = twoIdentities()
      const seats = yield* Effect.forEach(["a", "b"], silent)
      yield* start(world, { words: dev, seat: seats[0]! })
      yield* start(world, { words: other, seat: seats[1]! })
      yield* TestClock.adjust("1 second")
      for (const seat of seats) assert.strictEqual((yield* seat.terminal.questions).length, 1)
    }))

  it.effect("get their turn when the one who asks is killed", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoIdentities()
      let ignored = false
      const seat = yield* seatOf("terraform", (question, count) => {
        if (ignored) return reading(world)(question, count)
        ignored = true
        return { ignore: true }
      })
      const first = yield* start(world, { words: dev, seat })
      const second = yield* start(world, { words: other, seat })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* seat.terminal.questions).length, 1)
      yield* first.kill
      yield* finish([first, second])
      assert.deepStrictEqual([first.ending()?.code, second.ending()?.code], ["killed", 0])
    }))

  it.effect("ask although somebody who shows what it waits for was stopped and does not give way", () =>
    Effect.gen(function*() {
      const world = twoIdentities()
      const seat = yield* silent("terraform")
      world.locks.held.add(`terminal-writing-${digest("terminal of terraform")}`)
      yield* start(world, { words: dev, seat })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* seat.terminal.questions).length, 1)
    }))

  it.effect("ask without taking turns where no lock can be had", () =>
    Effect.gen(function*() {
      const world = twoIdentities()
      world.locks.unusable = true
      const seat = yield* silent("terraform")
      yield* start(world, { words: dev, seat })
      yield* start(world, { words: other, seat })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* seat.terminal.questions).length, 2)
    }))
})

describe("what is being waited for", () => {
  it.effect("is shown on the terminal after the first second and erased again", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      world.op.latency = 3000
      const seat = yield* seatOf("a", reading(world))
      const process = yield* start(world, callOf(seat))
      yield* TestClock.adjust(999)
      assert.deepStrictEqual(yield* seat.terminal.screen, [])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* seat.terminal.screen, ["waiting for 1Password …"])
      yield* TestClock.adjust(2000)
      yield* finish([process])
      assert.deepStrictEqual(yield* transcript(seat), ["shown: waiting for 1Password …", "erased", "asked", "typed"])
    }))

  it.effect("is not shown when it comes within the first second", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      world.op.latency = 999
      const seat = yield* seatOf("a", reading(world))
      yield* run(world, [callOf(seat)])
      assert.deepStrictEqual(yield* transcript(seat), ["asked", "typed"])
    }))

  it.effect("is not shown without a terminal", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.latency = 5000
      const seat = yield* makeSeat("ide", { present: false })
      yield* run(world, [callOf(seat)])
      assert.deepStrictEqual(yield* seat.terminal.transcript, [])
    }))

  it.effect("names the process that another terminal's holder is", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const holder = yield* start(world, callOf(yield* silent("a")))
      const seat = yield* silent("b")
      const waiter = yield* start(world, callOf(seat))
      yield* TestClock.adjust("3 seconds")
      const line = `waiting for another process (pid ${holder.pid}) that is getting this session …`
      assert.deepStrictEqual(yield* seat.terminal.screen, [line])
      yield* waiter.signal("SIGINT")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* seat.terminal.screen, [])
    }))

  it.effect("is not shown by one who waits on the holder's own terminal", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* silent("a")
      for (const _ of [1, 2, 3]) yield* start(world, callOf(seat))
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(yield* transcript(seat), ["asked"])
    }))

  it.effect("gives way to a question of another process on the terminal, and comes back after it", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoIdentities()
      const seat = yield* seatOf("terraform", reading(world, 4000))
      // The first one waits for 1Password for long, the second one asks meanwhile.
      world.op.faults = [{ fault: "none", call: 1, delay_ms: 10_000 }]
      const slow = yield* start(world, { words: dev, seat })
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* seat.terminal.screen, ["waiting for 1Password …"])
      const quick = yield* start(world, { words: other, seat })
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* seat.terminal.screen, ["MFA code for other (arn:aws:iam::123456789012:mfa/user):"])
      yield* finish([slow, quick])
      assert.deepStrictEqual(yield* transcript(seat), [
        "shown: waiting for 1Password …",
        "erased",
        "asked",
        "typed",
        "shown: waiting for 1Password …",
        "erased",
        "asked",
        "typed"
      ])
    }))
})

describe("a line that stays", () => {
  const question = "MFA code for dev (arn:aws:iam::123456789012:mfa/user):"

  it.effect("does not run into what another process on the terminal shows", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoIdentities()
      const seat = yield* seatOf("terraform", answering({ type: "000000", after: "2 seconds" }))
      // The first one asks while the second one still waits for 1Password, and says so.
      world.op.faults = [{ fault: "none", call: 2, delay_ms: 60_000 }]
      yield* start(world, { words: dev, seat })
      yield* start(world, { words: other, seat })
      yield* TestClock.adjust("4 seconds")
      assert.deepStrictEqual(yield* seat.terminal.screen, [`${question} 000000`, "AWS did not accept that code.", question])
    }))

  it.effect("that is a warning does not run into another process's question, and keeps nobody waiting", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday(
        [{ title: "AWS" }, { title: "Other", seed }],
        configOf({ dev: keysOf("AWS"), other: keysOf("Other") })
      )
      world.store.unwritable = "no space left on device"
      const seat = yield* silent("terraform")
      yield* start(world, { words: dev, seat })
      yield* TestClock.adjust("1 second")
      const quick = yield* start(world, { words: other, seat })
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(quick.ending()?.code, 0)
      assert.deepStrictEqual(yield* seat.terminal.screen, [question])
      assert.include(world.notes.get(troubleNoteName("warning", "other")), "no space left on device")
    }))
})
