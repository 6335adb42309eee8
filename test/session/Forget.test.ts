import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { begin, have, kept, makeWorld, usualConfig, type World } from "./AssumeRolesWorld.ts"
import { chainOf } from "../fixtures/Chains.ts"
import { processOf } from "./PersonWorld.ts"
import { forgetAll, forgetLeftover, forgetProfile } from "../../src/session/Forget.ts"

/** `twin` has the key of `base`. */
const config = `${usualConfig}
[profile twin]
op_item = op://Private/AWS
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1
`

const everything = { rolesOnly: false }
const rolesOnly = { rolesOnly: true }

const filled = Effect.gen(function*() {
  yield* begin
  const world = makeWorld(config)
  yield* Effect.forEach(["admin", "twin"], (profile) => have(world, profile))
  const other = world.sessions.files.get("base")!
  assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base", "twin"])
  return { world, other }
})

const here = <A, E, R>(world: World, work: Effect.Effect<A, E, R>) => Effect.provide(work, processOf(world))

const settingsOf = (world: World, profile: string) => chainOf(world.config, { profile }).settings

describe("forgetting a profile", () => {
  it.effect("takes every session of its key and the roles on top, and says whose they were", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      const forgotten = yield* here(world, forgetProfile(settingsOf(world, "twin"), everything))
      assert.deepStrictEqual(forgotten.sessions.map(({ profile }) => profile), ["base", "twin"])
      assert.deepStrictEqual(forgotten.roles.map(({ profile }) => profile), ["deploy", "admin"])
      assert.deepStrictEqual(kept(world), { sessions: {}, roles: [] })
      const before = world.op.runs.length
      yield* have(world, "base")
      assert.strictEqual(world.op.runs.length, before + 1)
    }))

  it.effect("takes those of the same item under other names, which the next call would find", () =>
    Effect.gen(function*() {
      yield* begin
      const { id: vault, items } = makeWorld().op.accounts[0]!.vaults[0]!
      const world = makeWorld(`${config}
[profile byid]
op_vault = ${vault}
op_item = ${items[0]!.id}
mfa_serial = arn:aws:iam::123456789012:mfa/user
[profile lower]
op_item = op://private/aws
mfa_serial = arn:aws:iam::123456789012:mfa/user
`)
      yield* Effect.forEach(["admin", "byid", "lower"], (profile) => have(world, profile))
      assert.strictEqual(world.sts.calls.length, 3)
      const forgotten = yield* here(world, forgetProfile(settingsOf(world, "byid"), everything))
      assert.deepStrictEqual(forgotten.sessions.map(({ profile }) => profile).toSorted(), ["base", "byid", "lower"])
      assert.deepStrictEqual(kept(world), { sessions: {}, roles: [] })
    }))

  it.effect("leaves sessions of another key alone", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      const settings = { ...settingsOf(world, "base"), profile: "stranger", item: "Other" }
      const forgotten = yield* here(world, forgetProfile(settings, everything))
      assert.deepStrictEqual([forgotten.sessions, forgotten.roles, forgotten.damaged], [[], [], []])
      assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base", "twin"])
    }))

  it.effect("can take the roles only", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      yield* here(world, forgetProfile(settingsOf(world, "admin"), rolesOnly))
      assert.deepStrictEqual(kept(world).roles, [])
      assert.deepStrictEqual(Object.keys(kept(world).sessions), ["base", "twin"])
    }))

  it.effect("takes something that is no session under its name", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      world.sessions.files.set("base", "{")
      const forgotten = yield* here(world, forgetProfile(settingsOf(world, "base"), everything))
      assert.deepStrictEqual(forgotten.damaged, ["base"])
      assert.isFalse(world.sessions.files.has("base"))
    }))

  it.effect("lets everybody ask again, but no spent code be sent again", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      const spent = [...world.notes.keys()].filter((name) => name.startsWith("spent-"))
      const identity = [...world.notes.keys()].find((name) => name.startsWith("code-"))!.slice("code-".length)
      world.notes.set(`refusals-${identity}`, "{}").set(`quiet-${identity}`, "{}")
      yield* here(world, forgetProfile(settingsOf(world, "base"), everything))
      const left = [...world.notes.keys()]
      assert.isAbove(spent.length, 0)
      assert.includeMembers(left, spent)
      assert.isFalse(left.some((name) => name.startsWith("refusals-") || name.startsWith("quiet-")))
    }))
})

describe("forgetting what is left of a profile", () => {
  it.effect("goes by what is cached under its name", () =>
    Effect.gen(function*() {
      const { world, other } = yield* filled
      world.sessions.files.set("gone", other)
      const forgotten = yield* here(world, forgetLeftover("gone", everything))
      const { sessions } = Option.getOrThrow(forgotten)
      assert.deepStrictEqual(sessions.map(({ profile }) => profile), ["base", "twin", "gone"])
      assert.isTrue(Option.isNone(yield* here(world, forgetLeftover("gone", everything))))
    }))
})

describe("forgetting everything", () => {
  it.effect("takes sessions and roles, and what cannot be read under these names", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      world.sessions.files.set("torn", "{")
      const forgotten = yield* here(world, forgetAll(["base", "torn"], everything))
      assert.deepStrictEqual(forgotten.damaged, ["torn"])
      assert.deepStrictEqual([forgotten.sessions.length, forgotten.roles.length, world.sessions.files.size], [2, 2, 0])
    }))

  it.effect("can take the roles only", () =>
    Effect.gen(function*() {
      const { world } = yield* filled
      const forgotten = yield* here(world, forgetAll(["base"], rolesOnly))
      assert.deepStrictEqual([forgotten.sessions.length, forgotten.roles.length, world.sessions.files.size], [0, 2, 2])
    }))
})
