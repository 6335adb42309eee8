import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { ask, begin, kept, makeWorld, namesOf, now, together, type World } from "./AssumeRolesWorld.ts"
import { NotificationFake } from "../fakes/terminal/NotificationFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"
import { patient, processOf, typing } from "./PersonWorld.ts"
import { decodeEntry } from "../../src/domain/cache/CacheEntry.ts"
import { mayServe } from "../../src/domain/cache/Freshness.ts"
import * as Login from "../../src/session/Login.ts"
import { troubleNoteName } from "../../src/session/Trouble.ts"

const minute = 60_000
const hour = 60 * minute

const login = (world: World, ...what: Parameters<typeof patient> extends [World, ...infer Rest] ? Rest : never) =>
  Effect.flatMap(
    together([Login.login(patient(world, ...what)).pipe(Effect.provide(processOf(world, typing(world))))]),
    ([exit]) => exit!
  )

const sessionOf = (world: World, profile: string) => decodeEntry(world.sessions.files.get(profile) ?? "")

describe("login", () => {
  it.effect("gets a session and leaves one alone that may be served", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const first = yield* login(world, "base")
      assert.deepStrictEqual(yield* login(world, "base"), first)
      assert.strictEqual(world.op.runs.length, 1)
      const replaced = yield* login(world, "base", { refresh: "true" })
      assert.notStrictEqual(replaced.credentials.accessKeyId, first.credentials.accessKeyId)
    }))

  it.effect("gets the role of a profile and the session below it", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* login(world, "admin")
      assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base"])
      assert.deepStrictEqual(kept(world).roles, ["deploy", "admin"])
    }))

  it.effect("is not content with a session that is due for renewal, and its failure is kept for status", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* login(world, "base")
      yield* TestClock.adjust(12 * hour - 10 * minute)
      world.op.faults.push({ fault: "prompt-dismissed" })
      const failure = yield* Effect.flip(login(world, "base"))
      assert.strictEqual(failure._tag, "ApprovalDismissed")
      assert.isTrue(world.notes.has(troubleNoteName("failure", "base")))
    }))

  it.effect("is stopped by one's own Ctrl-C, which is no failure to tell of later, nor is what it refuses a moment after", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const item = world.op.accounts[0]!.vaults[0]!.items[0]!
      item.fields = item.fields.filter(({ type }) => type !== "OTP")
      const failures = yield* Effect.gen(function*() {
        const first = yield* Effect.forkChild(Effect.flip(Login.login(patient(world, "base"))))
        yield* TestClock.adjust("5 seconds")
        yield* (yield* SignalsFake).send("SIGINT")
        const second = Effect.flip(Login.login(patient(world, "base")))
        return [yield* Fiber.join(first), yield* second]
      }).pipe(Effect.provide(processOf(world, () => ({ ignore: true }))))
      assert.deepStrictEqual(failures.map(({ exitCode }) => exitCode), [130, 130])
      assert.isFalse(world.notes.has(troubleNoteName("failure", "base")))
    }))

  it.effect("asks nobody where nothing could be kept", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const failure = yield* Effect.flip(login(world, "base", { cache: "none" }))
      assert.deepStrictEqual([failure._tag, failure.exitCode], ["NowhereToKeep", 2])
      assert.strictEqual(world.op.runs.length, 0)
    }))

  it.effect("says so when the session could not be kept", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.sessions.unwritable = "the disk is full"
      assert.strictEqual((yield* Effect.flip(login(world, "base")))._tag, "SessionNotKept")
    }))
})

/** Keeps a profile renewed for so long, while a client asks for it every ten minutes. */
const keepFor = (world: World, profile: string, length: number, flags = {}) =>
  Effect.gen(function*() {
    const heard: Array<string> = []
    const process = processOf(world, typing(world))
    const keeper = yield* Effect.gen(function*() {
      yield* Login.login(patient(world, profile, flags))
      yield* Effect.forkChild(Login.keep(patient(world, profile, flags), {
        onRenewed: (chain) => Effect.sync(() => void heard.push(`renewed ${chain.profile}`)),
        onFailed: (chain, failure) => Effect.sync(() => void heard.push(`${failure._tag} ${chain.profile}`))
      }))
      return yield* Effect.forever(Effect.sleep("1 minute"))
    }).pipe(Effect.provide(process), Effect.forkChild)
    yield* TestClock.adjust("1 minute")
    const keeping = world.op.runs.length
    const lateness: Array<number> = []
    for (let passed = 0; passed < length; passed += 10 * minute) {
      yield* TestClock.adjust("10 minutes")
      const session = sessionOf(world, "base")
      if (session !== undefined && !mayServe(session, yield* now)) lateness.push(passed)
    }
    yield* Fiber.interrupt(keeper)
    return { heard, runs: world.op.runs.length - keeping, lateness }
  })

describe("login --keep", () => {
  it.effect("renews a session with a one-time password in its item, so that nothing else ever asks", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      assert.deepStrictEqual(yield* keepFor(world, "base", 30 * hour), {
        heard: ["renewed base", "renewed base"],
        runs: 2,
        lateness: []
      })
      const client = yield* together([ask(world, "base")])
      assert.isTrue(client.every(Exit.isSuccess))
      assert.strictEqual(world.op.runs.length, 3)
    }))

  it.effect("asks on its own terminal in good time where a code has to be typed", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const item = world.op.accounts[0]!.vaults[0]!.items[0]!
      item.fields = item.fields.filter(({ type }) => type !== "OTP")
      const process = processOf(world, typing(world, 2 * minute))
      const asked = yield* Effect.gen(function*() {
        const { credentials } = yield* Login.login(patient(world, "base"))
        const tty = yield* TtyFake
        yield* Effect.forkChild(Login.keep(patient(world, "base"), {
          onRenewed: () => Effect.void,
          onFailed: () => Effect.die("it is answered in time")
        }))
        for (;;) {
          const moment = yield* now
          if ((yield* tty.questions).length === 2) return credentials.expiration - 16 * minute - moment
          yield* Effect.sleep("10 seconds")
        }
      }).pipe(Effect.provide(process), Effect.forkChild)
      for (let passed = 0; passed < 12 * hour; passed += 10 * minute) yield* TestClock.adjust("10 minutes")
      const timeToAnswer = yield* Fiber.join(asked)
      assert.isAtLeast(timeToAnswer, 6 * minute - 30_000)
      assert.isAtMost(timeToAnswer, 12 * minute)
    }))

  it.effect("calls the person to the terminal once for each question, however often a code is mistyped", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const item = world.op.accounts[0]!.vaults[0]!.items[0]!
      item.fields = item.fields.filter(({ type }) => type !== "OTP")
      const typed = typing(world)
      const wrongAt = new Set([2, 3])
      const person = (question: string, count: number) => wrongAt.has(count) ? { type: "12 12" } : typed(question, count)
      const seen = yield* Effect.gen(function*() {
        yield* Login.login(patient(world, "base"))
        const first = yield* Login.nextRenewal(patient(world, "base"))
        const nexts: Array<unknown> = []
        yield* Effect.forkChild(Login.keep(patient(world, "base"), {
          onRenewed: (_chain, _made, next) => Effect.sync(() => void nexts.push(next)),
          onFailed: () => Effect.die("it is answered in time")
        }))
        yield* Effect.sleep("24 hours")
        const { shown } = yield* NotificationFake
        const { questions, transcript } = yield* TtyFake
        return {
          asked: (yield* questions).length,
          first: Option.getOrThrow(first),
          nexts,
          rung: (yield* transcript).filter(({ what }) => what === "rung").length,
          shown: yield* shown
        }
      }).pipe(Effect.provide(processOf(world, person)), Effect.forkChild)
      const startedAt = yield* now
      for (let passed = 0; passed <= 24 * hour; passed += 10 * minute) yield* TestClock.adjust("10 minutes")
      const { asked, first, nexts, rung, shown } = yield* Fiber.join(seen)
      assert.deepStrictEqual([asked, nexts.length, rung], [5, 2, 0])
      assert.deepStrictEqual(shown, Array(2).fill("op-aws-credential-process: base needs an MFA code, in the terminal of `login --keep`"))
      assert.deepInclude(first, { profile: "base", asks: true })
      assert.closeTo(first.at - startedAt, 12 * hour - 25 * minute, minute)
    }))

  it.effect("rings where there is no desktop, and does neither where nobody is asked", () =>
    Effect.gen(function*() {
      for (const typed of [true, false]) {
        const world = makeWorld()
        yield* begin
        const item = world.op.accounts[0]!.vaults[0]!.items[0]!
        if (typed) item.fields = item.fields.filter(({ type }) => type !== "OTP")
        const process = processOf(world, typing(world), { desktop: false })
        const rung = yield* Effect.gen(function*() {
          yield* Login.login(patient(world, "base"))
          assert.strictEqual(Option.getOrThrow(yield* Login.nextRenewal(patient(world, "base"))).asks, typed)
          yield* Effect.forkChild(Login.keep(patient(world, "base"), { onRenewed: () => Effect.void, onFailed: () => Effect.void }))
          yield* Effect.sleep("13 hours")
          return (yield* (yield* TtyFake).transcript).filter(({ what }) => what === "rung").length
        }).pipe(Effect.provide(process), Effect.forkChild)
        for (let passed = 0; passed <= 13 * hour; passed += 10 * minute) yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* Fiber.join(rung), typed ? 1 : 0)
      }
    }))

  it.effect("keeps the session below the roles, which come back without a question", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const { heard } = yield* keepFor(world, "admin", 13 * hour)
      assert.deepStrictEqual(heard, ["renewed base"])
      assert.deepStrictEqual(namesOf(world.sts.calls), ["GetSessionToken*", "deploy", "admin", "GetSessionToken*"])
    }))

  it.effect("keeps a role that takes a code of its own", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const { heard } = yield* keepFor(world, "deploy", 5 * hour, { "role-duration": "2h" })
      assert.deepStrictEqual(heard, ["renewed deploy", "renewed deploy", "renewed deploy"].slice(0, heard.length))
      assert.isAtLeast(heard.length, 2)
      assert.deepStrictEqual([...new Set(namesOf(world.sts.calls))], ["deploy*"])
    }))

  it.effect("goes on after any failure", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      for (let count = 2; count < 8; count++) world.op.faults.push({ fault: "app-offline", call: count })
      const { heard, lateness } = yield* keepFor(world, "base", 13 * hour)
      assert.deepStrictEqual([heard.at(-1), lateness], ["renewed base", []])
      assert.isAbove(heard.length, 3)
    }))
})
