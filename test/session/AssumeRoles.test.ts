import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import { ask, begin, have, kept, makeWorld, miss, namesOf, now, together, usualConfig, watching } from "./AssumeRolesWorld.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { roleArn } from "../fixtures/Chains.ts"

const keyId = "AKIAFAKE0000EXAMPLE0"

describe("a chain of roles", () => {
  it.effect("costs one question, and every part of it is served from the cache afterwards", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const first = yield* watching(world, have(world, "admin"))
      assert.strictEqual(first.questions, 1)
      assert.deepStrictEqual(namesOf(first.calls), ["GetSessionToken*", "deploy", "admin"])
      assert.deepStrictEqual(first.calls.map(({ accessKeyId }) => accessKeyId), [
        keyId,
        "ASIAFAKE000000000001",
        "ASIAFAKE000000000002"
      ])
      assert.strictEqual(first.result.credentials.accessKeyId, "ASIAFAKE000000000003")
      const everything = Effect.forEach(["admin", "deploy", "base"], (profile) => have(world, profile))
      const again = yield* watching(world, everything)
      assert.deepStrictEqual(again.result.map(({ credentials }) => credentials.accessKeyId), [
        "ASIAFAKE000000000003",
        "ASIAFAKE000000000002",
        "ASIAFAKE000000000001"
      ])
      assert.deepStrictEqual([again.questions, again.calls], [0, []])
      const beside = yield* watching(world, have(world, "audit"))
      assert.deepStrictEqual([beside.questions, namesOf(beside.calls)], [0, ["audit"]])
      assert.deepStrictEqual(kept(world).roles, ["deploy", "admin", "audit"])
    }))

  it.effect("is asked for with everything that its profiles say", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(`${usualConfig}external_id = ticket\nrole_session_name = ci\nduration_seconds = 1800
source_identity = alice\nsession_tags = team=blue,stage=test\ntransitive_session_tags = team\nregion = us-gov-west-1
endpoint_url = https://sts.example.test\n`)
      const { calls, result } = yield* watching(world, have(world, "audit"))
      const last = calls.at(-1)
      assert.deepStrictEqual(last?.role, {
        roleArn: roleArn("audit"),
        sessionName: "ci",
        externalId: "ticket",
        sourceIdentity: "alice",
        tags: [["team", "blue"], ["stage", "test"]],
        transitiveTagKeys: ["team"]
      })
      assert.deepStrictEqual([last?.duration, last?.target.endpoint], [1800, "https://sts.example.test"])
      assert.strictEqual(last?.target.region, "eu-west-1", "a region of the role's own partition")
      assert.deepStrictEqual(calls[1]?.role, { roleArn: roleArn("deploy"), sessionName: "user" })
      assert.strictEqual(result.credentials.expiration, (yield* now) + 1800_000)
    }))

  it.effect("renews a role before it lapses, without a question while the session lives", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "admin")
      yield* TestClock.adjust("43 minutes")
      assert.deepStrictEqual((yield* watching(world, have(world, "admin"))).calls, [])
      yield* TestClock.adjust("2 minutes")
      const due = yield* watching(world, have(world, "admin"))
      assert.deepStrictEqual([due.questions, namesOf(due.calls)], [0, ["deploy", "admin"]])
      yield* TestClock.adjust("12 hours")
      const next = yield* watching(world, have(world, "admin"))
      assert.deepStrictEqual([next.questions, namesOf(next.calls)], [1, ["GetSessionToken*", "deploy", "admin"]])
    }))

  it.effect("without roles is the session itself", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const { calls, result } = yield* watching(world, have(world, "base"))
      assert.deepStrictEqual([namesOf(calls), "roles" in result], [["GetSessionToken*"], false])
    }))

  it.effect("is replaced as a whole by --refresh", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      const before = yield* have(world, "admin")
      yield* TestClock.adjust("1 minute")
      const { calls, questions, result } = yield* watching(world, have(world, "admin", { refresh: "true" }))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["GetSessionToken*", "deploy", "admin"]])
      assert.notStrictEqual(result.credentials.accessKeyId, before.credentials.accessKeyId)
      assert.strictEqual((yield* have(world, "admin")).credentials.accessKeyId, result.credentials.accessKeyId)
    }))

  it.effect("is printed all the same when it cannot be kept", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.roles.unwritable = "the disk is full"
      world.sessions.unwritable = "the disk is full"
      const { credentials } = yield* have(world, "deploy")
      assert.strictEqual(credentials.accessKeyId, "ASIAFAKE000000000002")
    }))
})

describe("a role for longer than an hour", () => {
  const longConfig = usualConfig.replace("source_profile = base", "source_profile = base\nduration_seconds = 14400")

  it.effect("is asked for by the key itself, with a code and without a session", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(longConfig)
      const { calls, questions, result } = yield* watching(world, have(world, "admin"))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["deploy*", "admin"]])
      assert.deepStrictEqual([calls[0]?.accessKeyId, calls[0]?.duration, calls[0]?.serial], [keyId, 14_400, fakeSerial])
      assert.strictEqual(result.credentials.expiration, (yield* now) + 3_600_000)
      assert.deepStrictEqual(kept(world).sessions, {})
      yield* TestClock.adjust("3 hours")
      const later = yield* watching(world, have(world, "admin"))
      assert.deepStrictEqual([later.questions, namesOf(later.calls)], [0, ["admin"]])
    }))

  it.effect("needs no code where the settings want none", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(longConfig)
      world.sts.roles[roleArn("deploy")] = { maxDuration: 43_200 }
      const { calls } = yield* watching(world, have(world, "deploy", { mfa: "none" }))
      assert.deepStrictEqual([namesOf(calls), calls[0]?.accessKeyId], [["deploy"], keyId])
    }))

  it.effect("is not asked for again at once by the same client after a person said no", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(longConfig)
      world.op.faults.push({ fault: "prompt-dismissed" })
      const { questions, result } = yield* watching(world, Effect.all([miss(world, "deploy"), miss(world, "admin")]))
      assert.deepStrictEqual([questions, new Set(result.map(({ message }) => message)).size], [1, 1])
    }))
})

describe("processes that ask together", () => {
  it.effect("cause each call once", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.op.latency = 3000
      world.sts.latency = "300 millis"
      const asked = Array.from({ length: 10 }, () => ask(world, "admin"))
      const { calls, questions, result } = yield* watching(world, together(asked))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["GetSessionToken*", "deploy", "admin"]])
      const ids = result.map((exit) => Exit.isSuccess(exit) ? exit.value.credentials.accessKeyId : "failed")
      assert.deepStrictEqual(new Set(ids), new Set(["ASIAFAKE000000000003"]))
    }))

  it.effect("share what their chains have in common", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      world.op.latency = 3000
      const profiles = ["admin", "audit", "deploy", "base", "admin", "audit"]
      const { calls, questions } = yield* watching(world, together(profiles.map((profile) => ask(world, profile))))
      assert.strictEqual(questions, 1)
      assert.deepStrictEqual(namesOf(calls).toSorted(), ["GetSessionToken*", "admin", "audit", "deploy"])
    }))

  it.effect("fail together", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      delete world.sts.roles[roleArn("admin")]
      world.sts.latency = "1 second"
      const { calls, result } = yield* watching(world, together(Array.from({ length: 5 }, () => ask(world, "admin"))))
      assert.deepStrictEqual(namesOf(calls), ["GetSessionToken*", "deploy", "admin"])
      const messages = yield* Effect.forEach(result, (exit) => Effect.map(Effect.flip(exit), ({ message }) => message))
      assert.deepStrictEqual([messages.length, new Set(messages).size], [5, 1])
      assert.include(messages[0], roleArn("admin"))
    }))

  it.effect("with --refresh share the new one", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld()
      yield* have(world, "deploy")
      yield* TestClock.adjust("1500 millis")
      world.op.latency = 3000
      const asked = Array.from({ length: 5 }, () => ask(world, "deploy", { refresh: "true" }))
      const { calls, questions } = yield* watching(world, together(asked))
      assert.deepStrictEqual([questions, namesOf(calls)], [1, ["GetSessionToken*", "deploy"]])
    }))
})

describe("a role of one item under two names", () => {
  const { id: vault, items } = makeWorld().op.accounts[0]!.vaults[0]!
  const twoNames = (more = "") =>
    `${usualConfig}
[profile byid]
op_vault = ${vault}
op_item = ${items[0]!.id}
region = eu-west-1
mfa_serial = ${fakeSerial}
[profile byid-role]
source_profile = byid
role_arn = ${roleArn("deploy")}
${more}
`

  it.effect("is assumed once, by whichever it was asked for first", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(twoNames())
      yield* have(world, "deploy")
      const calls = world.sts.calls.length
      yield* have(world, "byid-role")
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [1, calls])
      const keys = [...world.roles.files.values()].map((text) => (JSON.parse(text) as { credentials: { AccessKeyId: string } }).credentials.AccessKeyId)
      assert.strictEqual(keys.length, 2)
      assert.strictEqual(new Set(keys).size, 1)
    }))

  it.effect("that the key itself asks for costs one code", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(twoNames("duration_seconds = 7200"))
      yield* have(world, "deploy", { "role-duration": "2h" })
      yield* have(world, "byid-role")
      assert.deepStrictEqual([world.op.runs.length <= 2, world.sts.calls.length], [true, 1])
    }))
})
