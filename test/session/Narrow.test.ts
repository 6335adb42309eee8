import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { decodeEntry, entryFileName } from "../../src/domain/cache/CacheEntry.ts"
import { decodeRole } from "../../src/domain/cache/RoleEntry.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"
import { wholeName } from "../../src/domain/settings/Settings.ts"
import { roleArn } from "../fixtures/Chains.ts"
import { ask, begin, have, kept, makeWorld, miss, namesOf, now, together, usualConfig, watching, type World } from "./AssumeRolesWorld.ts"

const look = `{ "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::my bucket/*" }] }
`
const packed = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"arn:aws:s3:::my bucket/*\"}]}"

const agent = `
[profile agent]
region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
op_vault = Private
op_item = AWS
op_policy = /policies/look.json
`

const worldWith = (config = "", file = look): World => {
  const world = makeWorld(`${usualConfig}${agent}${config}`)
  world.files["/policies/look.json"] = file
  return world
}

/** The name of the file that the whole session rests in, which no profile's is. */
const wholeFile = entryFileName(wholeName("agent")).slice(0, -".json".length)

const policiesOf = (world: World, id: string) => world.sts.sessions[id]?.policies

describe("a narrower session", () => {
  it.effect("is made from a new session with one question, and from then on comes from the cache", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const first = yield* watching(world, have(world, "agent"))
      assert.strictEqual(first.questions, 1)
      assert.deepStrictEqual(namesOf(first.calls), ["GetSessionToken*", "GetScopedCredentials"])
      assert.deepStrictEqual(first.calls[1]?.scope, { description: "op-aws-credential-process agent", policy: packed })
      assert.deepStrictEqual(policiesOf(world, first.result.credentials.accessKeyId), [packed])
      const again = yield* watching(world, have(world, "agent"))
      assert.deepStrictEqual([again.questions, again.calls], [0, []])
      assert.deepStrictEqual(again.result.credentials, first.result.credentials)
    }))

  it.effect("takes the session of another profile of the same key, and leaves it whole for everybody else", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const whole = yield* have(world, "base")
      const { calls, questions, result } = yield* watching(world, have(world, "agent"))
      assert.deepStrictEqual([questions, namesOf(calls)], [0, ["GetScopedCredentials"]])
      assert.notStrictEqual(result.credentials.accessKeyId, whole.credentials.accessKeyId)
      assert.deepStrictEqual((yield* have(world, "base")).credentials, whole.credentials)
      assert.strictEqual(policiesOf(world, whole.credentials.accessKeyId), undefined)
    }))

  it.effect("leaves nothing under the profile's own name, where the Go program would find it whole", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      yield* have(world, "agent")
      assert.deepStrictEqual([...world.sessions.files.keys()], [wholeFile])
      const whole = decodeEntry([...world.sessions.files.values()][0]!)
      // The profile was not narrowed yet when this was kept.
      world.sessions.files.clear()
      world.roles.files.clear()
      world.config = world.config.replace("op_policy", "# op_policy")
      yield* have(world, "agent")
      assert.deepStrictEqual([...world.sessions.files.keys()], ["agent"])
      world.config = world.config.replace("# op_policy", "op_policy")
      const { calls } = yield* watching(world, have(world, "agent"))
      assert.deepStrictEqual(namesOf(calls), ["GetScopedCredentials"])
      assert.deepStrictEqual([...world.sessions.files.keys()], [wholeFile])
      assert.isDefined(whole)
    }))

  it.effect("is another one after the policy has changed in a single character, and the same for other blanks", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const first = yield* have(world, "agent")
      world.files["/policies/look.json"] = look.replaceAll("\n", "\r\n\t")
      assert.deepStrictEqual((yield* have(world, "agent")).credentials, first.credentials)
      world.files["/policies/look.json"] = look.replace("my bucket", "my  bucket")
      const changed = yield* watching(world, have(world, "agent"))
      assert.deepStrictEqual([changed.questions, namesOf(changed.calls)], [0, ["GetScopedCredentials"]])
      assert.notStrictEqual(changed.result.credentials.accessKeyId, first.credentials.accessKeyId)
      assert.include(policiesOf(world, changed.result.credentials.accessKeyId)?.[0], "my  bucket")
    }))

  it.effect("is made once however many ask", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const exits = yield* together(Array.from({ length: 20 }, () => ask(world, "agent")))
      const ids = new Set(yield* Effect.forEach(exits, (exit) => Effect.map(exit, ({ credentials }) => credentials.accessKeyId)))
      assert.strictEqual(ids.size, 1)
      assert.deepStrictEqual(namesOf(world.sts.calls), ["GetSessionToken*", "GetScopedCredentials"])
    }))

  it.effect("narrows the last role of a chain", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const { calls, result } = yield* watching(world, have(world, "admin", { policy: "/policies/look.json", "scope-duration": "15m" }))
      assert.deepStrictEqual(namesOf(calls), ["GetSessionToken*", "deploy", "admin", "GetScopedCredentials"])
      assert.strictEqual(calls[3]?.duration, 900)
      assert.strictEqual(result.credentials.expiration - (yield* now), 900_000)
      assert.sameMembers(kept(world).roles, ["deploy", "admin", "admin"])
    }))

  it.effect("lasts as long as its parent, or less", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const whole = yield* have(world, "base")
      assert.strictEqual((yield* have(world, "agent")).credentials.expiration, whole.credentials.expiration)
      const short = yield* watching(world, have(world, "base", { "scope-duration": "30m" }))
      assert.deepStrictEqual(short.calls.map(({ duration, scope }) => [duration, scope?.policy]), [[1800, undefined]])
      // Of a parent that ends before, what is left, and nobody is asked.
      yield* TestClock.adjust("11 hours")
      const cut = yield* watching(world, have(world, "agent", { "scope-duration": "2h" }))
      assert.deepStrictEqual([cut.questions, cut.calls.map(({ scope }) => scope?.duration)], [0, [undefined]])
      assert.strictEqual(cut.result.credentials.expiration, whole.credentials.expiration)
      const bare = yield* watching(world, have(world, "base", { "scope-duration": "3h" }))
      assert.strictEqual(bare.questions, 0)
      assert.isAtMost(bare.result.credentials.expiration, whole.credentials.expiration)
    }))

  it.effect("comes anew when a quarter of its life is left, from the parent", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const first = yield* have(world, "agent", { "scope-duration": "20m" })
      yield* TestClock.adjust("14 minutes")
      assert.deepStrictEqual((yield* have(world, "agent", { "scope-duration": "20m" })).credentials, first.credentials)
      yield* TestClock.adjust("70 seconds")
      const next = yield* watching(world, have(world, "agent", { "scope-duration": "20m" }))
      assert.deepStrictEqual([next.questions, namesOf(next.calls)], [0, ["GetScopedCredentials"]])
    }))

  it.effect("is never replaced by the whole session where AWS refuses, and by its own predecessor while that lives", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      world.sts.failures.push(StsFailure.PolicyRefused("Syntax errors in policy."))
      yield* have(world, "base").pipe(Effect.ignore)
      for (const failure of [
        StsFailure.PolicyRefused("Syntax errors in policy."),
        StsFailure.StsDenied("GetScopedCredentials", undefined, "not authorized to perform: sts:GetScopedCredentials"),
        StsFailure.LifetimeExceeded("too long")
      ]) {
        yield* have(world, "base")
        world.sts.failures.push(failure)
        assert.strictEqual((yield* miss(world, "agent"))._tag, failure._tag)
        assert.deepStrictEqual(kept(world).roles, [])
      }
      const first = yield* have(world, "agent", { "scope-duration": "20m" })
      yield* TestClock.adjust("16 minutes")
      world.sts.failures.push(StsFailure.PolicyRefused("Syntax errors in policy."))
      assert.deepStrictEqual((yield* have(world, "agent", { "scope-duration": "20m" })).credentials, first.credentials)
      // Another key's lives as well, and is not handed out.
      world.files["/policies/look.json"] = look.replace("Get", "List")
      world.sts.failures.push(StsFailure.PolicyRefused("Syntax errors in policy."))
      assert.strictEqual((yield* miss(world, "agent", { "scope-duration": "20m" }))._tag, "PolicyRefused")
    }))

  it.effect("asks nobody where the policy is no good", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith("", look.replace("Statement", "Statements"))
      const failed = yield* watching(world, miss(world, "agent"))
      assert.strictEqual(failed.result._tag, "PolicyUnusable")
      assert.deepStrictEqual([failed.questions, failed.calls], [0, []])
    }))

  it.effect("gets another parent where AWS does not take the cached one any more", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      yield* have(world, "base")
      yield* TestClock.adjust("10 minutes")
      for (const id of Object.keys(world.sts.sessions)) delete world.sts.sessions[id]
      const { calls, questions } = yield* watching(world, have(world, "agent"))
      assert.strictEqual(questions, 1)
      assert.deepStrictEqual(namesOf(calls), ["GetScopedCredentials", "GetSessionToken*", "GetScopedCredentials"])
    }))

  it.effect("passes over everything with --refresh", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      const first = yield* have(world, "agent")
      const { calls, result } = yield* watching(world, have(world, "agent", { refresh: "true" }))
      assert.deepStrictEqual(namesOf(calls), ["GetSessionToken*", "GetScopedCredentials"])
      assert.notStrictEqual(result.credentials.accessKeyId, first.credentials.accessKeyId)
    }))

  it.effect("names the managed policies where the last role is assumed", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      yield* have(world, "admin")
      const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
      const { calls } = yield* watching(world, have(world, "admin", { "policy-arn": arn }))
      assert.deepStrictEqual(calls.map(({ role }) => [role?.roleArn, role?.policyArns]), [[roleArn("admin"), [arn]]])
    }))

  it.effect("says in the cache what narrows it and whose account it is of", () =>
    Effect.gen(function*() {
      yield* begin
      const world = worldWith()
      yield* have(world, "agent", { "scope-duration": "1h" })
      const entry = decodeRole([...world.roles.files.values()][0]!)
      assert.deepInclude(entry, {
        profile: "agent",
        baseProfile: "agent",
        roleArn: "",
        accountId: "123456789012",
        narrowedBy: { policyFile: "/policies/look.json", duration: 3600 }
      })
    }))
})
