import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Clock, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, run, type World } from "../Composed.ts"
import { callOf, configOf, dev, keysOf, makeEveryday, makeSeats, seatOf, seed, today } from "../Everyday.ts"
import { codeOf, fakeSerial } from "../../fakes/aws/StsFake.ts"
import { answering } from "../../fakes/terminal/TtyFake.ts"
import { StsFailure } from "../../../src/domain/aws/StsFailure.ts"

const period = 30_000
const opTakes = 500

const answerLost = StsFailure.AwsUnreachable("the answer was lost", "try again", { answerUnknown: true, passing: false })

/** Two items with one device's seed, each with a profile. */
const twoItems = () =>
  makeEveryday(
    [{ title: "AWS", seed }, { title: "Copy", seed }],
    configOf({ dev: keysOf("AWS"), copy: keysOf("Copy") })
  )

const codes = (endings: ReadonlyArray<Ending>) => endings.map(({ code }) => code)

const sendings = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({
    gap: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 45_000 })),
    profile: Schema.Literals(["dev", "copy"]),
    fate: Schema.Literals(["accepted", "accepted", "lost", "killed"])
  })),
  { minLength: 1, maxLength: 8 }
)

describe("an item's one-time password", () => {
  it.effect.prop("is sent once for each step, and the next one as soon as there is one", [sendings], ([all]) =>
    Effect.gen(function*() {
      yield* today
      const world = twoItems()
      world.environment = { ...world.environment, OP_AWS_TIMEOUT: "2m" }
      const [seat] = yield* makeSeats(world, 1)
      let spent = 0
      for (const { fate, gap, profile } of all) {
        yield* TestClock.adjust(gap)
        const began = yield* Clock.currentTimeMillis
        world.sts.failures = fate === "lost" ? [answerLost] : []
        const call = { words: ["--profile", profile, "--refresh"], seat: seat! }
        yield* run(world, [fate === "killed" ? { ...call, diesAt: "sending" } : call])
        const last = world.sent.at(-1)!
        const step = Math.max(spent + 1, Math.floor((began + opTakes) / period))
        assert.strictEqual(last.at, Math.max(began + opTakes, step * period))
        assert.strictEqual(last.code, codeOf(world.sts, step * period))
        assert.strictEqual(last.outcome, fate === "accepted" ? "done" : fate === "lost" ? "unknown" : undefined)
        spent = step
      }
      assert.strictEqual(world.sent.length, all.length)
      assert.strictEqual(new Set(world.sent.map(({ code }) => code)).size, all.length)
    }), { arbitrary: { runs: 25, seed: 1 } })

  it.effect("serves two items of one device that are asked for at the same moment with two steps", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoItems()
      const seats = yield* makeSeats(world, 2)
      const endings = yield* run(world, [callOf(seats[0]!), { words: ["--profile", "copy"], seat: seats[1]! }])
      assert.deepStrictEqual(codes(endings), [0, 0])
      const steps = world.sent.map(({ at }) => Math.floor(at / period))
      assert.deepStrictEqual(world.sent.map(({ outcome }) => outcome), ["done", "done"])
      assert.strictEqual(steps[1]! - steps[0]!, 1)
    }))

  it.effect("counts down on the terminal while the next step is awaited, and leaves nothing there", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_750_000_000_000)
      const world = twoItems()
      const [seat] = yield* makeSeats(world, 1)
      yield* run(world, [callOf(seat!)])
      yield* run(world, [callOf(seat!, "--refresh")])
      const shown = (yield* seat!.terminal.transcript).filter(({ what }) => what === "shown").map(({ text }) => text)
      const countdown = /^waiting for the next MFA code, .*, (\d+) s …$/
      const seconds = shown.flatMap((line) => countdown.exec(line)?.[1] ?? []).map(Number)
      assert.strictEqual(seconds[0], 18)
      assert.deepStrictEqual([...new Set(seconds)], [...new Set(seconds)].sort((one, other) => other - one))
      assert.strictEqual(seconds.at(-1), 1)
      assert.deepStrictEqual(yield* seat!.terminal.screen, [])
    }))

  it.effect("is not kept back by a code that was sent, and lost, while the clock was hours ahead", () =>
    Effect.gen(function*() {
      yield* today
      const began = yield* Clock.currentTimeMillis
      const world = twoItems()
      const [seat] = yield* makeSeats(world, 1)
      yield* TestClock.setTime(began + 2 * 3_600_000)
      world.sts.failures = [answerLost]
      yield* run(world, [callOf(seat!)])
      yield* TestClock.setTime(began)
      world.sts.failures = []
      assert.deepStrictEqual(codes(yield* run(world, [callOf(seat!)])), [0])
      assert.strictEqual(world.sent.at(-1)!.at, began + opTakes)
    }))

  it.effect("is kept back by one that was sent while the clock was a minute ahead", () =>
    Effect.gen(function*() {
      yield* today
      const began = yield* Clock.currentTimeMillis
      const world = twoItems()
      const [seat] = yield* makeSeats(world, 1)
      yield* TestClock.setTime(began + 2 * period)
      world.sts.failures = [answerLost]
      yield* run(world, [callOf(seat!)])
      yield* TestClock.setTime(began)
      world.sts.failures = []
      yield* run(world, [callOf(seat!, "--timeout", "3m")])
      const [lost, next] = world.sent.map(({ at }) => Math.floor(at / period))
      assert.strictEqual(next, lost! + 1)
    }))

  it.effect("is not sent again after somebody typed the same digits", () =>
    Effect.gen(function*() {
      yield* today
      const world = twoItems()
      const now = yield* Clock.currentTimeMillis
      const seat = yield* seatOf("typing", answering(codeOf(world.sts, now)))
      const endings = yield* run(world, [callOf(seat, "--mfa", "prompt")])
      assert.deepStrictEqual(codes([...endings, ...yield* run(world, [callOf(seat, "--refresh")])]), [0, 0])
      assert.deepStrictEqual(world.sent.map(({ outcome }) => outcome), ["done", "done"])
      assert.notStrictEqual(world.sent[0]!.code, world.sent[1]!.code)
    }))
})

const usedAlready = "That code was used already: wait for the next one."

describe("typed digits", () => {
  /** A world in which a code has just been used up, and that code. */
  const afterUse = Effect.gen(function*() {
    yield* today
    const world = makeEveryday()
    const code = codeOf(world.sts, yield* Clock.currentTimeMillis)
    yield* run(world, [callOf(yield* seatOf("first", answering(code)))])
    return { world, code, sentAt: world.sent[0]!.at }
  })

  const askAgain = (world: World, ...typed: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const seat = yield* seatOf(`asked ${typed.join()}`, answering(...typed, { endInput: true }))
      const endings = yield* run(world, [callOf(seat, "--refresh")])
      const told = (yield* seat.terminal.transcript).filter(({ what }) => what === "printed").map(({ text }) => text)
      return { endings, told, questions: (yield* seat.terminal.questions).length }
    })

  it.effect("that were used up are refused at the prompt, without a call, and are no try", () =>
    Effect.gen(function*() {
      const { code, world } = yield* afterUse
      const next = codeOf(world.sts, yield* Clock.currentTimeMillis, 1)
      const { endings, questions, told } = yield* askAgain(world, code, code, code, code, next)
      assert.deepStrictEqual(codes(endings), [0])
      assert.strictEqual(questions, 5)
      assert.deepStrictEqual(told, Array.from({ length: 4 }, () => usedAlready))
      assert.deepStrictEqual(world.sent.map((one) => one.code), [code, next])
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("are remembered for ninety seconds", () =>
    Effect.gen(function*() {
      const { code, sentAt, world } = yield* afterUse
      yield* TestClock.setTime(sentAt + 90_000 - opTakes - 1)
      yield* askAgain(world, code)
      assert.strictEqual(world.sent.length, 1)
      yield* TestClock.setTime(sentAt + 90_000 - opTakes)
      yield* askAgain(world, code)
      assert.strictEqual(world.sent.length, 2)
    }))

  it.effect("are remembered for their device only", () =>
    Effect.gen(function*() {
      yield* today
      const serial = "arn:aws:iam::123456789012:mfa/other"
      const config = configOf({ dev: keysOf("AWS"), other: keysOf("AWS", { mfa_serial: serial }) })
      const world = makeEveryday([{ title: "AWS" }], config)
      const devices = Object.values(world.sts.users)[0]!.devices
      devices[serial] = { seed, codes: [], spent: [] }
      const code = codeOf(world.sts, yield* Clock.currentTimeMillis)
      const seat = yield* seatOf("both", answering(code, code))
      const first = yield* run(world, [{ words: dev, seat }])
      const second = yield* run(world, [{ words: ["--profile", "other"], seat }])
      assert.deepStrictEqual(codes([...first, ...second]), [0, 0])
      assert.deepStrictEqual(world.sent.map((one) => [one.serial, one.code]), [[fakeSerial, code], [serial, code]])
    }))

  it.effect("that AWS refused cost no wait and may be sent again", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const began = yield* Clock.currentTimeMillis
      const right = codeOf(world.sts, began)
      const { endings, told } = yield* askAgain(world, "000000", "000000", right)
      assert.deepStrictEqual(codes(endings), [0])
      assert.deepStrictEqual(told, ["AWS did not accept that code.", "AWS did not accept that code."])
      assert.deepStrictEqual(world.sent.map(({ outcome }) => outcome), ["MfaCodeRefused", "MfaCodeRefused", "done"])
      assert.strictEqual(endings[0]!.at, began + opTakes + 3 * 200)
    }))

  for (const fate of ["killed", "lost"] as const) {
    it.effect(`are used up when their sender was ${fate === "killed" ? "killed" : "not told what came of them"}`, () =>
      Effect.gen(function*() {
        yield* today
        const world = makeEveryday()
        const code = codeOf(world.sts, yield* Clock.currentTimeMillis)
        const call = callOf(yield* seatOf("first", answering(code)))
        world.sts.failures = fate === "lost" ? [answerLost] : []
        const endings = yield* run(world, [fate === "killed" ? { ...call, diesAt: "sending" } : call])
        assert.deepStrictEqual(codes(endings), [fate === "killed" ? "killed" : 7])
        const { told } = yield* askAgain(world, code)
        assert.deepStrictEqual(told, [usedAlready])
        assert.strictEqual(world.sent.length, 1)
      }))
  }

  const damages = ["", "0123456789abcdef", "x".repeat(64), "z"] as const
  it.effect.each(damages)("are doubtful for half a minute when their key is damaged (%j), which is made anew", (damage) =>
    Effect.gen(function*() {
      const { code, sentAt, world } = yield* afterUse
      const whole = world.notes.get("spent-key")!
      assert.match(whole, /^[0-9a-f]{64} \d+$/)
      world.notes.set("spent-key", damage)
      assert.deepStrictEqual((yield* askAgain(world, code)).told, [usedAlready])
      const anew = world.notes.get("spent-key")!
      assert.match(anew, /^[0-9a-f]{64} \d+$/)
      assert.notStrictEqual(anew, whole)
      assert.strictEqual(world.sent.length, 1)
      yield* TestClock.setTime(sentAt + period)
      const next = codeOf(world.sts, yield* Clock.currentTimeMillis)
      assert.deepStrictEqual(codes((yield* askAgain(world, next)).endings), [0])
      assert.deepStrictEqual((yield* askAgain(world, next)).told, [usedAlready])
      assert.strictEqual(world.sent.length, 2)
    }))

  it.effect("are known by a key without a mark, and by one that was made when the clock was a day ahead", () =>
    Effect.gen(function*() {
      yield* today
      const began = yield* Clock.currentTimeMillis
      for (const key of ["a".repeat(64), `${"a".repeat(64)} ${began + 86_400_000}`]) {
        yield* TestClock.setTime(began)
        const world = makeEveryday()
        world.notes.set("spent-key", key)
        const code = codeOf(world.sts, began)
        yield* askAgain(world, code)
        const next = codeOf(world.sts, yield* Clock.currentTimeMillis, 1)
        assert.deepStrictEqual((yield* askAgain(world, code, next)).told, [usedAlready])
        assert.strictEqual(world.notes.get("spent-key"), key)
        assert.deepStrictEqual(world.sent.map((one) => one.code), [code, next])
      }
    }))

  it.effect("leave no trace of themselves in what processes tell each other", () =>
    Effect.gen(function*() {
      const { code, world } = yield* afterUse
      for (const text of world.notes.values()) assert.notInclude(text.replace(/[0-9a-f]{16,}|\d{10,}/g, ""), code)
    }))
})
