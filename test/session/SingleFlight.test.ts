import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, finish, makeSeat, run, start } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, makeSeats, questionsOn, reading, seatOf, seed, today } from "./Everyday.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { moments } from "./Mortal.ts"

const outputs = (endings: ReadonlyArray<Ending>) =>
  new Set(endings.map((ending) => ending.code === 0 ? ending.stdout : ending.code))

const tags = (endings: ReadonlyArray<Ending>) => endings.map((ending) => "tag" in ending ? ending.tag : ending.code)

describe("processes that miss together", () => {
  it.effect("ask once and print one session, fifty of them on fifty terminals", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seats = yield* makeSeats(world, 50)
      const endings = yield* run(world, seats.map((seat) => callOf(seat)))
      assert.strictEqual(outputs(endings).size, 1)
      assert.strictEqual(tags(endings).every((code) => code === 0), true)
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [1, 1])
      assert.strictEqual((yield* questionsOn(seats)).length, 1)
      const ends = endings.map(({ at }) => at)
      assert.isAtMost(Math.max(...ends) - Math.min(...ends), 100)
      assert.strictEqual(world.locks.held.size, 0)
    }))

  it.effect("ask once on one terminal, and fifty of them leave nothing else on it", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* seatOf("terraform", reading(world, 2500))
      const endings = yield* run(world, Array.from({ length: 50 }, () => callOf(seat)))
      assert.strictEqual(outputs(endings).size, 1)
      assert.deepStrictEqual((yield* seat.terminal.transcript).map(({ what }) => what), ["asked", "typed"])
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [1, 1])
    }))

  it.effect("make one new session when all of them are told to replace the cached one", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const seats = yield* makeSeats(world, 5)
      yield* run(world, [callOf(seats[0]!)])
      yield* TestClock.adjust("1 minute")
      const endings = yield* run(world, seats.map((seat) => callOf(seat, "--refresh")))
      assert.strictEqual(outputs(endings).size, 1)
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("fail with the holder's failure, in its words, without asking again", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "prompt-dismissed" }]
      const seats = yield* makeSeats(world, 10)
      const endings = yield* run(world, seats.map((seat) => callOf(seat)))
      assert.deepStrictEqual(tags(endings), seats.map(() => "ApprovalDismissed"))
      const said = endings.map((ending) => "hint" in ending && `${ending.code} ${ending.message} ${ending.hint}`)
      assert.strictEqual(new Set(said).size, 1)
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect.each([["Ctrl-C", "SIGINT", 130], ["Ctrl-\\", "SIGQUIT", 131]] as const)("all end alike when the one who is asked presses %s", ([, signal, code]) =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const asked = yield* seatOf("asked", () => ({ ignore: true }))
      const others = yield* makeSeats(world, 3)
      const holder = yield* start(world, callOf(asked))
      const waiters = yield* Effect.forEach(others, (seat) => start(world, callOf(seat)))
      yield* TestClock.adjust("5 seconds")
      yield* holder.signal(signal)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([holder, ...waiters].map((process) => process.ending()?.code), [code, code, code, code])
      assert.deepStrictEqual(yield* questionsOn(others), [])
    }))

  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    it.effect(`take over when the holder is ended by ${signal}`, () =>
      Effect.gen(function*() {
        const world = makeEveryday()
        const seats = yield* makeSeats(world, 3)
        const [first, second, third] = yield* Effect.forEach(seats, (seat) => start(world, callOf(seat)))
        yield* TestClock.adjust("1 second")
        yield* first!.signal(signal)
        yield* TestClock.adjust("10 seconds")
        const ends = [first, second, third].map((process) => process!.ending()?.code)
        assert.deepStrictEqual(ends, [signal === "SIGTERM" ? 143 : 129, 0, 0])
        assert.strictEqual(world.op.runs.length, 2)
        assert.strictEqual((yield* questionsOn(seats)).length, 2)
        assert.strictEqual(world.sts.calls.length, 1)
      }))
  }

  for (const moment of moments) {
    it.effect(`take over at once when the holder is killed: ${moment}`, () =>
      Effect.gen(function*() {
        const world = makeEveryday()
        const seats = yield* makeSeats(world, 4)
        const [first, ...others] = seats.map((seat) => callOf(seat))
        const endings = yield* run(world, [{ ...first!, diesAt: moment }, ...others])
        assert.deepStrictEqual(tags(endings), ["killed", 0, 0, 0])
        assert.strictEqual(outputs(endings.slice(1)).size, 1)
        const reached = moments.indexOf(moment)
        const kept = moment === "kept"
        assert.strictEqual(world.op.runs.length, kept || reached === 0 ? 1 : 2)
        assert.strictEqual((yield* questionsOn(seats)).length, kept || reached < moments.indexOf("asking") ? 1 : 2)
        const died = endings[0]!.at
        const begun = world.op.runs[1]?.began ?? died
        assert.isAtMost(begun - died, 300)
      }))
  }

  it.effect("do not wait for another identity, whose question nobody answers", () =>
    Effect.gen(function*() {
      const config = configOf({ dev: keysOf("AWS"), other: keysOf("Other") })
      const world = makeEveryday([{ title: "AWS" }, { title: "Other" }], config)
      const [seat] = yield* makeSeats(world, 1)
      const silent = yield* seatOf("silent", () => ({ ignore: true }))
      const stuck = yield* start(world, { words: ["--profile", "other"], seat: silent })
      const quick = yield* start(world, callOf(seat!))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(quick.ending()?.code, 0)
      assert.isUndefined(stuck.ending())
    }))

  it.effect("share a failure that comes while one of them is about to try the lock", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "not-signed-in" }]
      const seats = yield* makeSeats(world, 2)
      const holder = yield* start(world, callOf(seats[0]!))
      yield* TestClock.adjust(490)
      world.locksTake = 20
      const late = yield* start(world, callOf(seats[1]!))
      const endings = yield* finish([holder, late])
      assert.deepStrictEqual(tags(endings), ["SignedOut", "SignedOut"])
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("fail with the holder's failure also when the clock is set back meanwhile", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const asked = yield* seatOf("asked", () => ({ ignore: true }))
      const others = yield* makeSeats(world, 3)
      const holder = yield* start(world, callOf(asked))
      yield* TestClock.adjust("1 second")
      const waiters = yield* Effect.forEach(others, (seat) => start(world, callOf(seat)))
      yield* TestClock.adjust("1 second")
      const [name, begun] = [...world.notes].find(([key]) => key.startsWith("flight-session-"))!
      const failure = { tag: "SignedOut", message: "signed out", hint: "sign in", exitCode: 4 }
      const { startedAt } = JSON.parse(begun) as { startedAt: number }
      world.notes.set(name, JSON.stringify({ ...JSON.parse(begun) as object, endedAt: startedAt - 3_600_000, failure }))
      yield* holder.kill
      assert.deepStrictEqual(tags(yield* finish(waiters)), ["SignedOut", "SignedOut", "SignedOut"])
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("keep the session under each of their profiles' names", () =>
    Effect.gen(function*() {
      const world = makeEveryday([{ title: "AWS" }], configOf({ dev: keysOf("AWS"), twin: keysOf("AWS") }))
      const seats = yield* makeSeats(world, 2)
      const endings = yield* run(world, [callOf(seats[0]!), { words: ["--profile", "twin"], seat: seats[1]! }])
      assert.strictEqual(outputs(endings).size, 1)
      assert.deepStrictEqual([...world.store.files.keys()].sort(), ["dev", "twin"])
    }))
})

describe("a process that comes later", () => {
  it.effect("starts afresh after a failure", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "not-signed-in", call: 1 }]
      const seats = yield* makeSeats(world, 2)
      assert.deepStrictEqual(tags(yield* run(world, [callOf(seats[0]!)])), ["SignedOut"])
      assert.deepStrictEqual(tags(yield* run(world, [callOf(seats[1]!)])), [0])
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("is not told of an end that a wrong clock dated in the future", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seats = yield* makeSeats(world, 3)
      world.op.faults = [{ fault: "not-signed-in", call: 1 }]
      yield* TestClock.setTime(1_750_003_600_000)
      yield* run(world, [callOf(seats[0]!)])
      yield* TestClock.setTime(1_750_000_000_000)
      // The new holder dies before it can say that it has begun.
      world.notesTake = 20
      const [holder, waiter] = yield* Effect.forEach(seats.slice(1), (seat) => start(world, callOf(seat)))
      yield* TestClock.adjust(30)
      yield* holder!.kill
      assert.deepStrictEqual(tags(yield* finish([holder!, waiter!])), ["killed", 0])
    }))

  it.effect("is not told of a refusal that was another client's, though it waited for it", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const refusing = yield* makeSeat("refusing", { person: () => ({ endInput: true, after: "2 seconds" }) })
      const [other] = yield* makeSeats(world, 1)
      yield* run(world, [callOf(refusing)])
      // Long enough that the one comes while the other looks its refusal up.
      world.notesTake = 20
      const endings = yield* run(world, [callOf(refusing), callOf(other!)])
      assert.deepStrictEqual(tags(endings), ["PromptEnded", 0])
      assert.strictEqual(world.op.runs.length, 2)
    }))
})

const ids = (world: ReturnType<typeof makeEveryday>) => {
  const { id: vault, items } = world.op.accounts[0]!.vaults[0]!
  return { vault, item: items[0]!.id }
}

/** One item under three names: as README has it, as a reference, and by ids, as `setup` writes it. */
const manyNames = (more: Readonly<Record<string, string>> = {}) => {
  const { item, vault } = ids(makeEveryday())
  return makeEveryday([{ title: "AWS" }], configOf({
    named: keysOf("AWS", more),
    referred: { op_item: "op://Private/AWS", mfa_serial: fakeSerial, ...more },
    other: keysOf("aws", more),
    byId: { ...keysOf(item, more), op_vault: vault }
  }))
}

const asked = (seat: Parameters<typeof callOf>[0], profile: string, ...more: ReadonlyArray<string>) => ({
  words: ["--profile", profile, ...more],
  seat
})

describe("one item under several names", () => {
  it.effect("is read once for each name at most, and costs one question and one call of STS", () =>
    Effect.gen(function*() {
      const world = manyNames()
      const seats = yield* makeSeats(world, 40)
      const profiles = ["named", "byId"]
      const endings = yield* run(world, seats.map((seat, index) => asked(seat, profiles[index % 2]!)))
      assert.strictEqual(outputs(endings).size, 1)
      assert.isTrue(tags(endings).every((code) => code === 0))
      assert.isAtMost(world.op.runs.length, 2)
      assert.strictEqual(world.sts.calls.length, 1)
      assert.strictEqual((yield* questionsOn(seats)).length, 1)
      assert.strictEqual(world.locks.held.size, 0)
    }))

  it.effect("is one session later on as well, and each profile finds it again by itself", () =>
    Effect.gen(function*() {
      const world = manyNames()
      const [seat] = yield* makeSeats(world, 1)
      const first = yield* run(world, [asked(seat!, "named")])
      // By its ids the item is known from what the first call has kept.
      const byId = yield* run(world, [asked(seat!, "byId")])
      assert.strictEqual(world.op.runs.length, 1)
      // Another name may be another item: only op can tell.
      const other = yield* run(world, [asked(seat!, "other")])
      assert.strictEqual(world.op.runs.length, 2)
      const again = yield* run(world, ["named", "referred", "byId", "other"].map((profile) => asked(seat!, profile)))
      assert.strictEqual(outputs([...first, ...byId, ...other, ...again]).size, 1)
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [2, 1])
      assert.strictEqual((yield* questionsOn([seat!])).length, 1)
      const kept = JSON.parse(world.store.files.get("byId")!) as Record<string, unknown>
      const { item, vault } = ids(world)
      assert.deepInclude(kept, { vault, item, vault_id: vault, item_id: item, item_title: "AWS", vault_name: "Private" })
      assert.deepInclude(JSON.parse(world.store.files.get("other")!), { vault: "Private", item: "aws", item_id: item })
    }))

  it.effect("fails once for all names: whoever said no is not asked again under another", () =>
    Effect.gen(function*() {
      const world = manyNames()
      const seats = [yield* seatOf("one", () => ({ endInput: true, after: "2 seconds" })), yield* seatOf("two", () => ({ endInput: true, after: "2 seconds" }))]
      const endings = yield* run(world, [asked(seats[0]!, "named"), asked(seats[1]!, "byId")])
      assert.deepStrictEqual(endings.map(({ code }) => code), [5, 5])
      assert.strictEqual((yield* questionsOn(seats)).length, 1)
    }))

  it.effect("is asked for once more by one name where the process that asked by another was killed", () =>
    Effect.gen(function*() {
      const world = manyNames()
      const seats = yield* makeSeats(world, 2)
      const holder = yield* start(world, asked(seats[0]!, "named"))
      yield* TestClock.adjust("1 second")
      const other = yield* start(world, asked(seats[1]!, "byId"))
      yield* TestClock.adjust("1 second")
      yield* holder.kill
      const [ending] = yield* finish([other])
      assert.strictEqual(ending?.code, 0)
      assert.strictEqual(world.sts.calls.length, 1)
    }))

  it.effect("is replaced once with --refresh", () =>
    Effect.gen(function*() {
      yield* today
      const world = manyNames()
      const seats = yield* makeSeats(world, 2)
      yield* run(world, [asked(seats[0]!, "named"), asked(seats[1]!, "byId")])
      yield* TestClock.adjust("1 minute")
      const endings = yield* run(world, [asked(seats[0]!, "named", "--refresh"), asked(seats[1]!, "byId", "--refresh")])
      assert.strictEqual(outputs(endings).size, 1)
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [4, 2])
    }))

  it.effect("serves profiles that name the device and one that leaves it to the item", () =>
    Effect.gen(function*() {
      const { item, vault } = ids(makeEveryday())
      const world = makeEveryday([{ title: "AWS", mfaSerial: fakeSerial }], configOf({
        named: keysOf("AWS"),
        byId: { op_vault: vault, op_item: item }
      }))
      const seats = yield* makeSeats(world, 2)
      const endings = yield* run(world, [asked(seats[0]!, "named"), asked(seats[1]!, "byId")])
      assert.strictEqual(outputs(endings).size, 1)
      const again = yield* run(world, [asked(seats[0]!, "named"), asked(seats[1]!, "byId")])
      assert.strictEqual(outputs([...endings, ...again]).size, 1)
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [2, 1])
    }))
})
