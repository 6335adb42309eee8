import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import { ask, begin, have, kept, makeWorld, miss, namesOf, now, together, usualConfig, watching, type World } from "./AssumeRolesWorld.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { chainOf, roleArn } from "../fixtures/Chains.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"

const keyId = "AKIAFAKE0000EXAMPLE0"
const unreachable = StsFailure.AwsUnreachable("cannot reach STS", "try again", { answerUnknown: false, passing: true })

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
