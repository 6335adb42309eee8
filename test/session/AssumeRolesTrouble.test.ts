import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import {
  ask,
  begin,
  have,
  kept,
  makeWorld,
  miss,
  namesOf,
  now,
  together,
  usualConfig,
  watching,
  type World
} from "./AssumeRolesWorld.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { chainOf, roleArn } from "../fixtures/Chains.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"

const unreachable = StsFailure.AwsUnreachable("cannot reach STS", "try again", { answerUnknown: false, passing: true })

describe("a role that cannot be renewed", () => {
  it.effect("is handed out while it lives, and nobody is asked for two minutes", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const before = yield* have(world, "deploy")
      yield* TestClock.adjust("50 minutes")
      world.sts.failures.push(unreachable)
      const due = yield* watching(world, have(world, "deploy"))
      assert.deepStrictEqual([due.result.credentials, namesOf(due.calls)], [before.credentials, ["deploy"]])
      yield* TestClock.adjust("119 seconds")
      assert.deepStrictEqual((yield* watching(world, have(world, "deploy"))).calls, [])
      yield* TestClock.adjust("1 second")
      const next = yield* watching(world, have(world, "deploy"))
      assert.deepStrictEqual(namesOf(next.calls), ["deploy"])
      assert.notDeepEqual(next.result.credentials, before.credentials)
    }))

  it.effect("is an error once it has a minute left, and with --refresh", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "deploy")
      yield* TestClock.adjust("50 minutes")
      world.op.faults.push({ fault: "prompt-dismissed" })
      assert.strictEqual((yield* miss(world, "deploy", { refresh: "true" }))._tag, "ApprovalDismissed")
      yield* TestClock.adjust("9 minutes")
      world.sts.failures.push(unreachable)
      assert.strictEqual((yield* miss(world, "deploy"))._tag, "AwsUnreachable")
    }))
})

describe("a session from the cache that AWS takes no more", () => {
  const revoke = ({ sts }: World) => {
    for (const [id, session] of Object.entries(sts.sessions)) sts.sessions[id] = { ...session, token: "revoked" }
  }

  it.effect("is forgotten for every profile that has it, and replaced with one question", () =>
    Effect.gen(function*() {
      yield* begin
      const twin = `[profile twin]\nop_vault = Private\nop_item = AWS\nmfa_serial = ${fakeSerial}\n`
      const world = makeWorld(`${usualConfig}\n${twin}`)
      yield* have(world, "deploy")
      yield* have(world, "twin")
      const dead = kept(world).sessions["base"]
      assert.deepStrictEqual(kept(world).sessions, { base: dead, twin: dead })
      revoke(world)
      yield* TestClock.adjust("50 minutes")
      const { calls, questions } = yield* watching(world, have(world, "deploy"))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["deploy", "GetSessionToken*", "deploy"]])
      assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base"])
      assert.notStrictEqual(kept(world).sessions["base"], dead)
    }))

  it.effect("is replaced along the whole chain", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "deploy")
      revoke(world)
      yield* TestClock.adjust("30 minutes")
      const { calls, questions } = yield* watching(world, have(world, "admin"))
      assert.strictEqual(questions, 1)
      assert.deepStrictEqual(namesOf(calls), ["admin", "deploy", "GetSessionToken*", "deploy", "admin"])
      assert.deepStrictEqual(kept(world).roles, ["deploy", "admin"])
    }))

  it.effect("is replaced once for all that find it dead together", () =>
    Effect.gen(function*() {
      yield* begin
      const other = `[profile other]\nrole_arn = ${roleArn("audit")}\nsource_profile = base\n`
      const world = makeWorld(`${usualConfig}\n${other}`)
      yield* have(world, "base")
      revoke(world)
      yield* TestClock.adjust("30 minutes")
      world.op.latency = 3000
      world.sts.latency = "100 millis"
      const late = Effect.andThen(Effect.sleep("5 seconds"), ask(world, "other"))
      const all = together([ask(world, "deploy"), ask(world, "other"), late])
      const { questions, result } = yield* watching(world, all)
      assert.deepStrictEqual([questions, result.filter(Exit.isSuccess).length], [1, 3])
    }))

  it.effect("asks once only, when the new one is refused as well", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "base")
      yield* TestClock.adjust("30 minutes")
      world.sts.sessions = new Proxy({}, { get: () => undefined })
      const first = yield* watching(world, miss(world, "deploy"))
      assert.deepStrictEqual([first.questions, first.result._tag], [1, "SessionUnknown"])
      assert.deepStrictEqual(namesOf(first.calls), ["deploy", "GetSessionToken*", "deploy"])
      const second = yield* watching(world, miss(world, "admin"))
      assert.deepStrictEqual([second.questions, second.result._tag], [0, "SessionUnknown"])
      assert.deepStrictEqual(namesOf(second.calls), ["deploy"])
    }))

  it.effect("is kept where only the role's region may be to blame", () =>
    Effect.gen(function*() {
      yield* begin
      const elsewhere = "source_profile = base\nregion = me-south-1"
      const world = makeWorld(usualConfig.replace("source_profile = base", elsewhere))
      yield* have(world, "base")
      yield* TestClock.adjust("30 minutes")
      world.sts.failures.push(StsFailure.SessionUnknown("me-south-1"))
      const { questions, result } = yield* watching(world, miss(world, "deploy"))
      assert.deepStrictEqual([questions, result._tag], [0, "SessionUnknown"])
      assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base"])
    }))

  it.effect("is replaced when AWS says that it has expired", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "base")
      yield* TestClock.adjust("30 minutes")
      for (const session of Object.values(world.sts.sessions)) session.expires = 0
      const { calls, questions } = yield* watching(world, have(world, "deploy"))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["deploy", "GetSessionToken*", "deploy"]])
    }))
})

describe("the time-out", () => {
  it.effect("is one for the whole chain", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.op.latency = 30_000
      world.sts.latency = "10 seconds"
      const startedAt = yield* now
      const failure = yield* miss(world, "admin")
      assert.strictEqual(failure._tag, "TimedOut")
      assert.strictEqual((yield* now) - startedAt, 55_000)
      assert.include(failure.message, "AWS STS in eu-west-1")
      assert.deepStrictEqual(kept(world).roles, ["deploy"])
    }))

  it.effect("ends the waiting for another process, too", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.op.latency = 40_000
      const waiting = Effect.andThen(Effect.sleep("1 second"), ask(world, "deploy", { timeout: "10s" }))
      const [holder, waiter] = yield* together([ask(world, "deploy"), waiting])
      assert.isTrue(Exit.isSuccess(holder!))
      assert.include((yield* Effect.flip(waiter!)).message, "another process (pid 1001)")
    }))

  it("is the base profile's own", () => {
    assert.strictEqual(chainOf(usualConfig, { profile: "admin", flags: { timeout: "20s" } }).settings.timeout, 20)
  })
})
