import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Clock, Effect, Fiber, Option, Random, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Failure } from "../../src/domain/base/Failure.ts"
import { StopFailure } from "../../src/domain/base/StopFailure.ts"
import { type Lifetime, mayServe } from "../../src/domain/cache/Freshness.ts"
import { isDue, leadOf } from "../../src/domain/session/RenewalTime.ts"
import { keepRenewed } from "../../src/session/Renewal.ts"

const second = 1000
const minute = 60 * second
const hour = 60 * minute

const lost = new Failure("Lost", 7, "the network is gone", "wait")

/** What happens, at moments of the time that really passes. */
interface Course {
  readonly lifetime: number
  readonly asks: boolean
  /** How long a renewal takes, whether it comes to something or not. */
  readonly latency: number
  readonly horizon: number
  /** While these last, no renewal succeeds. */
  readonly outages: ReadonlyArray<{ readonly from: number; readonly length: number }>
  readonly incidents: ReadonlyArray<Incident>
  readonly seed: number
}

interface Incident {
  readonly at: number
  /** The machine sleeps, its clock is set, another process renews, or somebody clears the cache. */
  readonly what: { readonly sleeps: number } | { readonly clockBy: number } | "renewed by another" | "cleared"
}

interface Try {
  /** By this machine's clock. */
  readonly at: number
  readonly found: Lifetime | undefined
  succeeded: boolean
}

/** Lets a course run, and gives every try and the session at every half minute. */
const run = (course: Course) =>
  Effect.gen(function*() {
    const real = yield* Clock.Clock
    /** Time that passed without the machine's timers, and what its clock is wrong by. */
    let slept = 0
    let wrong = 0
    let session: Lifetime | undefined
    const tries: Array<Try> = []
    const heard: Array<string> = []
    const isOut = (now: number) => course.outages.some(({ from, length }) => now >= from && now < from + length)
    const make = (): Lifetime => {
      // AWS's clock is right, whatever this machine's says.
      const now = real.currentTimeMillisUnsafe() + slept
      return { credentials: { expiration: now + course.lifetime }, issuedAt: now + wrong }
    }
    const wallNow = () => real.currentTimeMillisUnsafe() + slept + wrong
    const wall: Clock.Clock = {
      ...real,
      sleep: (duration) => real.sleep(duration),
      currentTimeMillisUnsafe: wallNow,
      currentTimeMillis: Effect.sync(wallNow),
      currentTimeNanosUnsafe: () => BigInt(wallNow()) * 1_000_000n,
      currentTimeNanos: Effect.sync(() => BigInt(wallNow()) * 1_000_000n),
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos
    }
    session = make()
    const keeping = keepRenewed({
      current: Effect.sync(() => Option.fromUndefinedOr(session)),
      lead: Effect.succeed(leadOf(course.asks)),
      renew: Effect.gen(function*() {
        const attempt: Try = { at: yield* Clock.currentTimeMillis, found: session, succeeded: false }
        tries.push(attempt)
        const out = isOut(real.currentTimeMillisUnsafe())
        yield* Effect.sleep(course.latency)
        if (out || isOut(real.currentTimeMillisUnsafe())) return yield* Effect.fail(lost)
        attempt.succeeded = true
        return session = make()
      }),
      onRenewed: () => Effect.sync(() => void heard.push("renewed")),
      onFailed: (failure) => Effect.sync(() => void heard.push(failure._tag))
    })
    const fiber = yield* keeping.pipe(
      Effect.provideService(Clock.Clock, wall),
      Random.withSeed(course.seed),
      Effect.forkChild
    )
    const samples: Array<{ readonly real: number; readonly wall: number; readonly session: Lifetime | undefined }> = []
    const waiting = course.incidents.toSorted((one, other) => one.at - other.at)
    const began = real.currentTimeMillisUnsafe()
    for (let passed = 0; passed < course.horizon; passed += 30 * second) {
      while (waiting[0] !== undefined && waiting[0].at <= passed) {
        const { what } = waiting.shift()!
        if (what === "cleared") session = undefined
        else if (what === "renewed by another") session = make()
        else if ("sleeps" in what) slept += what.sleeps
        else wrong += what.clockBy
      }
      yield* TestClock.adjust(30 * second)
      samples.push({ real: real.currentTimeMillisUnsafe(), wall: wall.currentTimeMillisUnsafe(), session })
    }
    const ended = fiber.pollUnsafe()
    yield* Fiber.interrupt(fiber)
    return { began, tries, heard, samples, ended }
  })

const plain: Course = {
  lifetime: 12 * hour,
  asks: false,
  latency: 2 * second,
  horizon: 12 * hour,
  outages: [],
  incidents: [],
  seed: 1
}

const whole = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const courses: Arbitrary.Arbitrary<Course> = Arbitrary.flatMap(
  Arbitrary.all([whole(0, 4), whole(0, 10_000)]),
  ([choice, seed]) => {
    const lifetime = [15 * minute, 20 * minute, 45 * minute, hour, 4 * hour][choice]!
    const horizon = 4 * lifetime
    const moment = Arbitrary.map(whole(0, 1000), (part) => Math.floor(horizon * part / 1000))
    // Each jump is so small that all of them together leave a new session some life.
    const jump = Arbitrary.map(whole(-100, 100), (part) => Math.floor(lifetime * part / 1000))
    const incident = Arbitrary.map(Arbitrary.all([moment, whole(0, 5), jump]), ([at, kind, by]): Incident => ({
      at,
      what: (["cleared", "renewed by another", { sleeps: 20 * Math.abs(by) }] as const)[kind] ?? { clockBy: by }
    }))
    const outage = Arbitrary.map(Arbitrary.all([moment, whole(1, 1000)]), ([from, part]) => ({
      from,
      length: Math.floor(lifetime * part / 500)
    }))
    return Arbitrary.all({
      lifetime: Arbitrary.Constant(lifetime),
      asks: Arbitrary.map(whole(0, 1), (bit) => bit === 1),
      latency: Arbitrary.map(whole(1, 20), (seconds) => seconds * second),
      horizon: Arbitrary.Constant(horizon),
      outages: Arbitrary.array(outage, { maxLength: 3 }),
      incidents: Arbitrary.array(incident, { maxLength: 5 }),
      seed: Arbitrary.Constant(seed)
    })
  }
)

/** The longest pause between tries, the longest look away, the longest try that fails and the longest that succeeds. */
const recovery = 72 * second + 15 * second + 2 * 20 * second + 30 * second

const wide = { arbitrary: { runs: 60 } }

describe("a session that is kept renewed", () => {
  it.effect.prop("is there for everybody at all times when renewing it is possible", [courses], ([course]) =>
    Effect.gen(function*() {
      const { began, ended, samples } = yield* run(course)
      assert.isUndefined(ended)
      const disturbances = [
        ...course.outages.map(({ from, length }) => ({ from: began + from, to: began + from + length })),
        ...course.incidents.map(({ at }) => ({ from: began + at, to: began + at + 30 * second }))
      ]
      for (const { real, session, wall } of samples) {
        const calm = disturbances.every(({ from, to }) => real < from || real > to + recovery)
        const served = session !== undefined && mayServe(session, wall)
        assert.isTrue(!calm || served, `not served after ${real - began} ms`)
      }
    }), wide)

  it.effect.prop("is renewed only when it was due, and tried for at decent intervals", [courses], ([course]) =>
    Effect.gen(function*() {
      const { heard, tries } = yield* run(course)
      for (const { at, found } of tries) assert.isTrue(isDue(found, leadOf(course.asks), 0, at), `a try at ${at}`)
      const failed = tries.filter(({ succeeded }) => !succeeded)
      const outage = course.outages.reduce((sum, { length }) => sum + length, 0)
      // A minute less a fifth between tries, and six more that come sooner at the beginning of each outage.
      assert.isAtMost(failed.length, 4 + 3 * 6 + outage / (48 * second))
      const renewals = heard.filter((what) => what === "renewed")
      assert.strictEqual(renewals.length, tries.length - failed.length)
    }), wide)
})

describe("the renewal of a session of twelve hours", () => {
  it.effect("comes once, four to two minutes before others would ask for a new one", () =>
    Effect.gen(function*() {
      const { tries } = yield* run({ ...plain, horizon: 11 * hour + 44 * minute })
      assert.isAbove(tries[0]?.at ?? 0, 12 * hour - 20 * minute - second)
      assert.isBelow(tries[0]?.at ?? Infinity, 12 * hour - 18 * minute + 16 * second)
      assert.strictEqual(tries.length, 1)
    }))

  it.effect("comes earlier where a person has to be asked", () =>
    Effect.gen(function*() {
      const { tries } = yield* run({ ...plain, asks: true, horizon: 11 * hour + 40 * minute })
      assert.isAbove(tries[0]?.at ?? 0, 12 * hour - 28 * minute - second)
      assert.isBelow(tries[0]?.at ?? Infinity, 12 * hour - 22 * minute + 16 * second)
    }))

  it.effect("does not keep step with another one's", () =>
    Effect.gen(function*() {
      const one = yield* run(plain)
      const other = yield* run({ ...plain, seed: 2 })
      assert.notStrictEqual(one.tries[0]!.at - one.began, other.tries[0]!.at - other.began)
    }))

  it.effect("comes right after the machine has slept through it", () =>
    Effect.gen(function*() {
      const nap = { at: hour, what: { sleeps: 20 * hour } } as const
      const { tries } = yield* run({ ...plain, horizon: 2 * hour, incidents: [nap] })
      assert.strictEqual(tries.length, 1)
      assert.isAtMost(tries[0]!.at - 21 * hour, 15 * second)
    }))

  it.effect("comes when the clock is set back so far that nobody would be given the session", () =>
    Effect.gen(function*() {
      const back = { at: 6 * hour, what: { clockBy: -8 * hour } } as const
      const { samples, tries } = yield* run({ ...plain, horizon: 7 * hour, incidents: [back] })
      assert.strictEqual(tries.length, 1)
      const { session, wall } = samples.at(-1)!
      assert.isTrue(session !== undefined && mayServe(session, wall))
    }))

  it.effect("is not made over and over where the clock is so wrong that a new session is over at once", () =>
    Effect.gen(function*() {
      const astray = { at: minute, what: { clockBy: 20 * hour } } as const
      const { heard, tries } = yield* run({ ...plain, latency: 0, horizon: hour, incidents: [astray] })
      assert.deepStrictEqual([...new Set(heard)], ["AlreadyDue"])
      assert.isAtMost(tries.length, 20)
    }))

  it.effect("is tried again after 5, 10, 20, 40 and then every 60 seconds, give or take a fifth", () =>
    Effect.gen(function*() {
      const { heard, tries } = yield* run({ ...plain, latency: 0, outages: [{ from: 11 * hour, length: 50 * minute }] })
      const pauses = tries.slice(1).map(({ at }, index) => at - tries[index]!.at)
      for (const [index, pause] of pauses.entries()) {
        const usual = Math.min(60, 5 * 2 ** index) * second
        assert.isAtLeast(pause, usual * 0.8 - 1)
        assert.isAtMost(pause, usual * 1.2 + 1)
      }
      assert.isAbove(pauses.length, 6)
      assert.deepStrictEqual(heard, [...pauses.map(() => "Lost"), "renewed"])
    }))

  it.effect("ends with a signal, and with nothing else", () =>
    Effect.gen(function*() {
      const stopped = yield* keepRenewed({
        current: Effect.succeedNone,
        lead: Effect.succeed(0),
        renew: Effect.fail(StopFailure.Stopped("SIGINT")),
        onRenewed: () => Effect.void,
        onFailed: () => Effect.die("told of a signal as of a failure")
      }).pipe(Effect.flip)
      assert.deepInclude(stopped, { _tag: "Stopped", signal: "SIGINT" })
    }))
})
