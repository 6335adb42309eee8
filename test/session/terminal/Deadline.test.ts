import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Call, type Ending, finish, makeSeat, run, start, type World } from "../Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, makeSeats, seatOf, seed, today } from "../Everyday.ts"
import { DialogFake, replying } from "../../fakes/mfa/DialogFake.ts"
import { MfaProcessFake } from "../../fakes/mfa/MfaProcessFake.ts"

const seconds = 1000

/** How a call ends, when, and what it says. */
const timedOut = (world: World, call: Call) =>
  Effect.gen(function*() {
    const began = yield* Clock.currentTimeMillis
    const [ending] = yield* run(world, [call])
    return { after: ending!.at - began, code: ending!.code, said: said(ending) }
  })

const said = (ending: Ending | undefined): string =>
  ending !== undefined && "message" in ending ? `${ending.message}; ${ending.hint}` : "nothing"

const silent = (group: string) => seatOf(group, () => ({ ignore: true }))

describe("when the time allowed is over, the call ends with 8 and says what it was waiting for", () => {
  it.effect("1Password", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "hang" }]
      const { after, code, said } = yield* timedOut(world, callOf(yield* silent("a")))
      assert.deepStrictEqual([after, code], [55 * seconds, 8])
      assert.match(said, /^no credentials after 55s: still waiting for 1Password; .*approve/)
      assert.deepStrictEqual(world.op.runs.map(({ ended }) => ended), ["interrupted"])
    }))

  it.effect("the person", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const { after, code, said } = yield* timedOut(world, callOf(yield* silent("a"), "--timeout", "20s"))
      assert.deepStrictEqual([after, code], [20 * seconds, 8])
      assert.match(said, /^no credentials after 20s: still waiting for the MFA code; .*six digits/)
    }))

  it.effect("a dialog, which is taken away", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* makeSeat("ide", { present: false }, { person: () => ({ ignore: true }) })
      const { said } = yield* timedOut(world, callOf(seat))
      assert.match(said, /still waiting for the MFA code/)
    }))

  it.effect("a command that prints codes", () =>
    Effect.gen(function*() {
      const world = makeEveryday([{ title: "AWS" }], configOf({ dev: keysOf("AWS", { mfa_process: "hang" }) }))
      world.mfaProcess = MfaProcessFake.layer()
      const { said } = yield* timedOut(world, callOf(yield* silent("a")))
      assert.match(said, /still waiting for the mfa_process command/)
    }))

  it.effect("STS", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      world.sts.latency = "1 hour"
      const { said } = yield* timedOut(world, callOf(yield* silent("a")))
      assert.match(said, /still waiting for AWS STS in us-east-1; .*network/)
    }))

  it.effect("the next code", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const seat = yield* silent("a")
      yield* run(world, [callOf(seat)])
      const { after, said } = yield* timedOut(world, callOf(seat, "--refresh", "--timeout", "5s"))
      assert.strictEqual(after, 5 * seconds)
      assert.match(said, /still waiting for the next MFA code, as the present one was used already; allow more time/)
    }))

  it.effect("another process that is sending a code of the same device", () =>
    Effect.gen(function*() {
      yield* today
      const config = configOf({ dev: keysOf("AWS"), copy: keysOf("Copy") })
      const world = makeEveryday([{ title: "AWS", seed }, { title: "Copy", seed }], config)
      world.sts.latency = "1 hour"
      const { pid } = yield* start(world, { words: ["--profile", "copy"], seat: yield* silent("a") })
      const { code, said } = yield* timedOut(world, callOf(yield* silent("b"), "--timeout", "20s"))
      assert.strictEqual(code, 8)
      assert.include(said, `still waiting for another process (pid ${pid}) that is sending a code of the same MFA device; `)
      assert.include(said, `\`kill ${pid}\` (\`kill -9 ${pid}\` where it was stopped)`)
    }))

  it.effect("another process that asks on the same terminal, by the number of the one that asks now", () =>
    Effect.gen(function*() {
      yield* today
      const items = ["AWS", "Copy", "Third"]
      const profiles = ["dev", "copy", "third"]
      const config = configOf(Object.fromEntries(profiles.map((name, index) => [name, keysOf(items[index]!)])))
      const world = makeEveryday(items.map((title) => ({ title })), config)
      const seat = yield* silent("a")
      const first = yield* start(world, { words: ["--profile", "copy"], seat })
      yield* TestClock.adjust("1 second")
      const dev = yield* start(world, callOf(seat, "--timeout", "20s"))
      const third = yield* start(world, { words: ["--profile", "third", "--timeout", "20s"], seat })
      yield* TestClock.adjust("5 seconds")
      yield* first.signal("SIGTERM")
      yield* TestClock.adjust("5 seconds")
      const asked = yield* seat.terminal.questions
      assert.strictEqual(asked.length, 2)
      const [asks, waits] = asked[1]!.includes("third") ? [third, dev] : [dev, third]
      const [ending] = yield* finish([waits])
      assert.include(said(ending), `waiting for another process (pid ${asks.pid}) that asks on this terminal; answer its`)
      assert.include(said(ending), `kill ${asks.pid}`)
    }))

  it.effect("another process that asks in a dialog, which is alone on the screen", () =>
    Effect.gen(function*() {
      yield* today
      const config = configOf({ dev: keysOf("AWS"), copy: keysOf("Copy") })
      const world = makeEveryday([{ title: "AWS" }, { title: "Copy" }], config)
      const nobody = { person: replying() }
      const [one, other] = [yield* makeSeat("a", { present: false }, nobody), yield* makeSeat("b", { present: false }, nobody)]
      const first = yield* start(world, { words: ["--profile", "copy", "--timeout", "40s"], seat: one })
      yield* TestClock.adjust("2 seconds")
      const { code, said } = yield* timedOut(world, callOf(other, "--timeout", "20s"))
      assert.strictEqual(code, 8)
      assert.include(said, `still waiting for another process (pid ${first.pid}) that asks in a dialog; answer its dialog`)
      const shown = yield* Effect.flatMap(DialogFake, ({ questions }) => questions).pipe(Effect.provide(other.screen))
      assert.deepStrictEqual(shown, [])
    }))

  it.effect("another process, by its number", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const holder = yield* start(world, callOf(yield* silent("a")))
      const { after, code, said } = yield* timedOut(world, callOf(yield* silent("b"), "--timeout", "10s"))
      assert.deepStrictEqual([after, code], [10 * seconds, 8])
      assert.include(said, `still waiting for another process (pid ${holder.pid}) that is getting this session`)
      assert.include(said, `kill ${holder.pid}`)
      assert.isUndefined(holder.ending())
    }))
})

describe("the time allowed", () => {
  it.effect("is for everything together", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.latency = 15 * seconds
      world.sts.latency = 10 * seconds
      const slow = yield* seatOf("a", () => ({ type: "000000", after: "10 seconds" }))
      const { after, code } = yield* timedOut(world, callOf(slow, "--timeout", "40s"))
      assert.deepStrictEqual([after, code], [40 * seconds, 8])
      assert.strictEqual((yield* slow.terminal.questions).length, 2)
    }))

  it.effect("is the holder's own: those who waited fail with its failure when it is over", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const began = yield* Clock.currentTimeMillis
      const seats = yield* makeSeats(world, 2)
      const holder = callOf(yield* silent("a"), "--timeout", "20s")
      const endings = yield* run(world, [holder, ...seats.map((seat) => callOf(seat, "--timeout", "50s"))])
      assert.deepStrictEqual(endings.map(({ code }) => code), [8, 8, 8])
      assert.deepStrictEqual(new Set(endings.map(said)).size, 1)
      assert.isBelow(Math.max(...endings.map(({ at }) => at)) - began, 20.2 * seconds)
    }))

  it.effect("ends a question without a trace: the next process asks afresh on the same terminal", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* silent("a")
      yield* run(world, [callOf(seat, "--timeout", "5s")])
      assert.strictEqual(world.locks.held.size, 0)
      yield* run(world, [callOf(seat, "--timeout", "5s")])
      assert.strictEqual((yield* seat.terminal.questions).length, 2)
      assert.strictEqual(yield* seat.terminal.mostAtOnce, 1)
    }))

  it.effect("does not count while a cached session is there", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const seat = yield* silent("a")
      yield* run(world, [callOf(seat)])
      world.op.faults = [{ fault: "hang" }]
      assert.strictEqual((yield* timedOut(world, callOf(seat, "--timeout", "1s"))).code, 0)
    }))
})

describe("a signal", () => {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const) {
    it.effect(`${signal} ends the call with ${code} wherever it is, and cleans up`, () =>
      Effect.gen(function*() {
        for (const after of [250, 2000]) {
          const world = makeEveryday()
          const seat = yield* silent(`group ${after}`)
          const process = yield* start(world, callOf(seat))
          yield* TestClock.adjust(after)
          yield* process.signal(signal)
          yield* TestClock.adjust(100)
          assert.strictEqual(process.ending()?.code, code)
          assert.strictEqual(world.locks.held.size, 0)
          assert.strictEqual(world.store.files.size, 0)
          assert.notStrictEqual(world.op.runs[0]?.ended, undefined)
          assert.deepStrictEqual((yield* seat.terminal.transcript).filter(({ what }) => what === "typed"), [])
        }
      }))
  }

  it.effect("ends one who waits, and leaves the one it waited for at work", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const [seat] = yield* makeSeats(world, 1)
      const holder = yield* start(world, callOf(seat!))
      const waiter = yield* start(world, callOf(yield* silent("b")))
      yield* TestClock.adjust("1 second")
      yield* waiter.signal("SIGINT")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual([waiter.ending()?.code, holder.ending()?.code], [130, 0])
    }))
})
