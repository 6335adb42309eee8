import { Clock, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CallerFake from "../fakes/host/CallerFake.ts"
import { DialogFake } from "../fakes/mfa/DialogFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"
import { chainOf, roleArn } from "../fixtures/Chains.ts"
import { account, awsItem, vault } from "../../simulator/op/State.ts"
import { decodeEntry } from "../../src/domain/cache/CacheEntry.ts"
import { decodeRole } from "../../src/domain/cache/RoleEntry.ts"
import type { FlagValues } from "../../src/domain/settings/Flags.ts"
import { acquireRole } from "../../src/session/AssumeRoles.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

/** What processes share. The item has a one-time password: each run of `op` stands for a question to the person. */
export interface World {
  readonly op: OpCliFake.OpWorld
  readonly sts: StsFake.FakeSts
  readonly sessions: CacheMemory.Store
  readonly roles: CacheMemory.Store
  readonly notes: Map<string, string>
  readonly locks: LockMemory.Locks
  /** AWS's config file, and the policies that it names. */
  config: string
  files: Record<string, string>
  processes: number
}

/** The profile `base`, the role `deploy` on it, and `admin` and `audit` on that. */
export const usualConfig = `
[profile base]
region = eu-west-1
mfa_serial = ${StsFake.fakeSerial}
credential_process = op-aws-credential-process --op-vault Private --op-item AWS

[profile deploy]
role_arn = ${roleArn("deploy")}
source_profile = base

[profile admin]
role_arn = ${roleArn("admin")}
source_profile = deploy

[profile audit]
role_arn = ${roleArn("audit")}
source_profile = deploy
`

export const makeWorld = (config = usualConfig): World => {
  const items = [awsItem({ seed: "FAKESEEDFAKESEED" })]
  const role = { maxDuration: 43_200 }
  return {
    op: OpCliFake.makeWorld({ accounts: [account({ vaults: [vault({ items })] })] }),
    sts: StsFake.makeSts({
      roles: {
        [roleArn("deploy")]: { ...role, requiresMfa: true },
        [roleArn("admin")]: role,
        [roleArn("audit")]: role
      }
    }),
    sessions: CacheMemory.makeStore(),
    roles: CacheMemory.makeStore(),
    notes: new Map(),
    locks: LockMemory.makeLocks(),
    config,
    files: {},
    processes: 0
  }
}

const processIn = (world: World) => {
  const outside = Layer.mergeAll(
    TtyFake.layer({ present: false }),
    DialogFake.layer({ present: false }),
    MfaProcessFake.layer(),
    SignalsFake.layer,
    CallerFake.layer(1000 + ++world.processes),
    LockMemory.layerOver(world.locks),
    NotesMemory.layerOver(world.notes),
    OpCliFake.layerOver(world.op),
    StsFake.layerOver(world.sts),
    CacheMemory.layerOver(world.sessions, world.roles)
  )
  return Layer.provideMerge(ProgressTerminal.layer, outside)
}

/** A process that wants the credentials of a profile, from its start to its end. */
export const ask = (world: World, profile: string, flags: FlagValues = {}) =>
  Effect.suspend(() => acquireRole(chainOf(world.config, { profile, flags, files: world.files }), { staleIfError: true })).pipe(
    Effect.provide(Layer.suspend(() => processIn(world)))
  )

/** Lets time pass, a second at a time, until all of these have ended. */
export const together = <A, E>(asked: ReadonlyArray<Effect.Effect<A, E>>) =>
  Effect.gen(function*() {
    const fibers = yield* Effect.forEach(asked, (one) => Effect.forkChild(Effect.exit(one), { startImmediately: true }))
    for (let seconds = 0; seconds < 600; seconds++) {
      yield* TestClock.adjust(0)
      if (fibers.every((fiber) => fiber.pollUnsafe() !== undefined)) break
      yield* TestClock.adjust("1 second")
    }
    return yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))
  })

/** The same for one that must not fail. */
export const have = (world: World, profile: string, flags: FlagValues = {}) =>
  Effect.flatMap(together([ask(world, profile, flags)]), ([exit]) => exit!)

/** The same for one that must fail: its failure. */
export const miss = (world: World, profile: string, flags: FlagValues = {}) =>
  Effect.flatMap(together([ask(world, profile, flags)]), ([exit]) => Effect.flip(exit!))

/** What happens outside while this runs: the questions to the person, and the calls of STS. */
export const watching = <A, E, R>(world: World, work: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = { runs: world.op.runs.length, calls: world.sts.calls.length }
    const result = yield* work
    return { result, questions: world.op.runs.length - before.runs, calls: world.sts.calls.slice(before.calls) }
  })

/** Calls of STS as `GetSessionToken`, or as the role's name, those with a code marked by a star. */
export const namesOf = (calls: ReadonlyArray<StsFake.FakeCall>): ReadonlyArray<string> =>
  calls.map(({ operation, role, serial }) =>
    `${role === undefined ? operation : role.roleArn.split("/")[1]}${serial === undefined ? "" : "*"}`
  )

/** The sessions in the cache by profile, with their access key ids, and the profiles of the roles in there. */
export const kept = (world: World) => ({
  sessions: Object.fromEntries(
    [...world.sessions.files].map(([profile, text]) => [profile, decodeEntry(text)?.credentials.accessKeyId])
  ),
  roles: [...world.roles.files.values()].map((text) => decodeRole(text)?.profile)
})

/** So that the first moment is not the first of all time. */
export const begin = TestClock.adjust("1000 hours")

export const now = Clock.currentTimeMillis
