import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, finish, run, type Seat, start, type World } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, makeSeats, seed, today } from "./Everyday.ts"

const minute = 60_000

const idOf = (ending: Ending | undefined): string | undefined =>
  ending?.code === 0 ? (JSON.parse(ending.stdout) as { AccessKeyId: string }).AccessKeyId : undefined

const inKeychain = (seat: Seat, ...words: ReadonlyArray<string>) => callOf(seat, "--cache", "keyring", ...words)

/** How a call ends, and how long it took (milliseconds). */
const call = (world: World, seat: Seat, ...words: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const began = yield* Clock.currentTimeMillis
    const [ending] = yield* run(world, [inKeychain(seat, ...words)])
    return { ending: ending!, took: ending!.at - began }
  })

/** A world whose profile `dev` has a session of an hour in the keychain. */
const withSession = Effect.gen(function*() {
  yield* today
  const world = makeEveryday([{ title: "AWS", seed }], configOf({ dev: keysOf("AWS", { op_duration: "1h" }) }))
  const [seat, other] = yield* makeSeats(world, 2)
  const { ending } = yield* call(world, seat!)
  const first = idOf(ending)
  assert.isDefined(first)
  assert.lengthOf([...world.keychain.secrets], 1)
  return { world, seat: seat!, other: other!, first, ends: Math.floor(world.sts.calls[0]!.at / 1000) * 1000 + 60 * minute }
})

describe("a session in the keychain", () => {
  it.effect("is handed out after the one dialog that unlocks it", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withSession
      world.keychain.state = "locked"
      assert.strictEqual(idOf((yield* call(world, seat)).ending), first)
      assert.deepStrictEqual([world.keychain.dialogs, world.op.runs.length], [1, 1])
    }))

  it.effect("is never replaced because the keychain does not open, whatever is asked for", () =>
    Effect.gen(function*() {
      const { other, seat, world } = yield* withSession
      world.keychain.state = "locked"
      world.keychain.person = "dismisses"
      for (const [who, ...words] of [[seat], [other, "--refresh"]] as const) {
        const { ending } = yield* call(world, who, ...words)
        assert.deepInclude(ending, { code: 2, tag: "KeyringUnavailable", message: "the keychain is locked" })
      }
      assert.deepStrictEqual([world.keychain.dialogs, world.op.runs.length], [2, 1])
      world.keychain.state = "no default collection"
      assert.deepInclude((yield* call(world, seat)).ending, { code: 2, tag: "KeyringUnavailable" })
      assert.lengthOf(world.op.runs, 1)
    }))

  it.effect("is waited for until the time is over", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withSession
      world.keychain.state = "locked"
      world.keychain.person = "is away"
      const { ending, took } = yield* call(world, seat, "--timeout", "20s")
      assert.deepStrictEqual([ending.code, took], [8, 20_000])
      assert.include((ending as { message: string }).message, "still waiting for the keychain")
      assert.lengthOf(world.op.runs, 1)
    }))

  it.effect("is waited for until a signal comes", () =>
    Effect.gen(function*() {
      const { seat, world } = yield* withSession
      world.keychain.silent = true
      const waiting = yield* start(world, inKeychain(seat))
      yield* TestClock.adjust("5 seconds")
      yield* waiting.signal("SIGTERM")
      const [ending] = yield* finish([waiting])
      assert.strictEqual(ending?.code, 143)
    }))

  it.effect("that is due is handed out at the end of the time, when 1Password has not answered", () =>
    Effect.gen(function*() {
      const { ends, first, seat, world } = yield* withSession
      yield* TestClock.setTime(ends - 10 * minute)
      world.keychain.latency = 300
      world.op.faults = [{ fault: "hang" }]
      const { ending, took } = yield* call(world, seat, "--timeout", "20s")
      assert.strictEqual(idOf(ending), first)
      assert.isBelow(took, 22_000)
    }))

  it.effect("that cannot be kept any more is printed all the same, and a second late at most", () =>
    Effect.gen(function*() {
      const { first, seat, world } = yield* withSession
      yield* TestClock.adjust("55 minutes")
      world.op.latency = 10_000
      const renewing = yield* start(world, inKeychain(seat, "--timeout", "20s"))
      yield* TestClock.adjust("5 seconds")
      world.keychain.silent = true
      const began = (yield* Clock.currentTimeMillis) - 5000
      const [ending] = yield* finish([renewing])
      assert.strictEqual(ending?.code, 0)
      assert.notStrictEqual(idOf(ending), first)
      assert.isAtMost(ending!.at - began, 22_000)
      const said = (yield* seat.terminal.transcript).map(({ text }) => text).join("\n")
      assert.include(said, "warning: the session could not be kept in the keychain: it did not answer in time")
    }))
})
