import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { configOf } from "../fixtures/Chains.ts"
import { begin, have, makeWorld, miss, usualConfig, type World } from "../session/AssumeRolesWorld.ts"
import { processOf } from "../session/PersonWorld.ts"
import { ourProfiles } from "../../src/domain/settings/OurProfiles.ts"
import { journalName, rotationJournal } from "../../src/rotate/RotationJournal.ts"
import { contentsOf, overview } from "../../src/status/Overview.ts"
import type { Status } from "../../src/status/Status.ts"

const minute = 60_000
const hour = 60 * minute

const config = `${usualConfig}
[profile twin]
op_item = op://Private/AWS
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1

[profile short]
op_item = op://Private/AWS
op_duration = 1h
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1

[profile broken]
op_item = op://Private/AWS
op_duration = 1y
`

const look = (world: World) =>
  Effect.gen(function*() {
    const ours = ourProfiles({
      config: configOf(world.config),
      environment: { HOME: "/home/me" },
      flags: {},
      inUse: "default"
    })
    const inUse = { profile: "default", from: "default", standing: "missing" } as const
    return yield* overview(ours, [yield* contentsOf("file")], inUse)
  }).pipe(Effect.provide(processOf(world)))

const nexts = ({ profiles }: Status) =>
  Object.fromEntries(profiles.map(({ name, next, sharesWith }) => [name, sharesWith ?? next]))

describe("the overview", () => {
  it.effect("of an empty cache says what it would take, as far as that is known", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      assert.deepStrictEqual(nexts(yield* look(world)), {
        base: "renew-or-ask",
        deploy: "renew-or-ask",
        admin: "renew-or-ask",
        audit: "renew-or-ask",
        twin: "renew-or-ask",
        short: "renew-or-ask",
        broken: "fail"
      })
    }))

  it.effect("says who would be served, by whose session, and for whom a role is a call without a question", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      yield* have(world, "admin")
      const status = yield* look(world)
      assert.deepStrictEqual(nexts(status), {
        base: "serve",
        deploy: "serve",
        admin: "serve",
        audit: "renew",
        twin: "base",
        short: "renew",
        broken: "fail"
      })
      const admin = status.profiles.find(({ name }) => name === "admin")
      assert.deepStrictEqual(admin?.role, { arn: "arn:aws:iam::210987654321:role/admin", baseProfile: "base" })
      assert.deepStrictEqual([status.roles, status.leftovers], [[], []])
    }))

  it.effect("says that a session is due for renewal, and what came of the last try", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      yield* have(world, "base")
      yield* TestClock.adjust(12 * hour - 10 * minute)
      const due = (yield* look(world)).profiles[0]!
      assert.deepInclude(due.session, { servable: false, place: "file" })
      assert.strictEqual(due.next, "renew")
      world.op.faults.push({ fault: "prompt-dismissed" })
      yield* have(world, "base")
      const warned = (yield* look(world)).profiles[0]!
      assert.match(warned.warning?.message ?? "", /could not be renewed/)
      assert.strictEqual(warned.next, "serve")
      yield* TestClock.adjust("10 minutes")
      yield* miss(world, "base")
      assert.strictEqual((yield* look(world)).profiles[0]!.next, "renew")
    }))

  it.effect("says for which profile a rotation was begun and not finished", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      const journal = { startedAt: 12, profile: "base", user: "123456789012/AIDAFAKE", oldKey: "OLD" }
      world.notes.set(journalName(journal), rotationJournal.encode(journal))
      world.notes.set(journalName({ user: "another" }), "damaged")
      const { profiles } = yield* look(world)
      assert.deepStrictEqual(
        profiles.flatMap(({ name, rotatingSince }) => rotatingSince === undefined ? [] : [[name, rotatingSince]]),
        [["base", 12]]
      )
    }))

  it.effect("shows what is cached for profiles that are gone, and roles that no profile stands for as it is now", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      yield* have(world, "admin", { "role-duration": "30m" })
      world.sessions.files.set("gone", world.sessions.files.get("base")!)
      const { leftovers, roles } = yield* look(world)
      assert.deepStrictEqual(roles.map(({ profile }) => profile), ["admin"])
      assert.deepStrictEqual(leftovers.map(({ key, profile }) => [profile, key.item]), [["gone", "AWS"]])
    }))

  it.effect("holds nothing that is secret", () =>
    Effect.gen(function*() {
      yield* begin
      const world = makeWorld(config)
      const { credentials } = yield* have(world, "admin")
      const shown = JSON.stringify(yield* look(world))
      for (const secret of [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]) {
        assert.notInclude(shown, secret)
      }
    }))
})
