import { Clock, Deferred, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CallerFake from "../fakes/host/CallerFake.ts"
import { DialogFake } from "../fakes/mfa/DialogFake.ts"
import * as IamFake from "../fakes/aws/IamFake.ts"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import * as OpItemsFake from "../fakes/onepassword/OpItemsFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"
import { chainOf } from "../fixtures/Chains.ts"
import * as Fate from "./RotationFate.ts"
import { account, awsItem, type AwsItemOptions, type OpItem, vault } from "../../simulator/op/State.ts"
import type { Partition } from "../../src/domain/aws/Region.ts"
import { Failure } from "../../src/domain/base/Failure.ts"
import type { EpochMillis } from "../../src/domain/base/Time.ts"
import type { FlagValues } from "../../src/domain/settings/Flags.ts"
import { rotate, type RotationOptions } from "../../src/rotate/Rotate.ts"
import * as InterviewUnattended from "../../src/session/interview/InterviewUnattended.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

/** What processes share: 1Password, AWS, and what they leave for each other on this machine. */
export interface World {
  readonly op: OpCliFake.OpWorld
  readonly sts: StsFake.FakeSts
  readonly sessions: CacheMemory.Store
  readonly notes: Map<string, string>
  readonly locks: LockMemory.Locks
}

/** The day on which everything happens. */
export const today = Date.UTC(2026, 5, 1)
export const oldKey = "AKIAFAKE0000EXAMPLE0"

/** One item with a one-time password, and one user, whose only key has been in it for a year. */
export const makeWorld = (item: AwsItemOptions = {}): World => {
  const sts = StsFake.makeSts({ latency: 100, keyDelay: "3 seconds" })
  sts.users[oldKey]!.createdAt = today - 365 * 86_400_000
  return {
    op: OpCliFake.makeWorld({
      latency: 300,
      accounts: [account({ vaults: [vault({ items: [awsItem({ seed: "FAKESEEDFAKESEED", ...item })] })] })]
    }),
    sts,
    sessions: CacheMemory.makeStore(),
    notes: new Map(),
    locks: LockMemory.makeLocks()
  }
}

const itemOf = ({ op }: World): OpItem => op.accounts[0]!.vaults[0]!.items[0]!

/** What the item holds in the fields of its key. */
export const inItem = (world: World): { readonly id: string | undefined; readonly secret: string | undefined } => {
  const valueOf = (label: string) => itemOf(world).fields.find((field) => field.label?.toLowerCase() === label)?.value
  return { id: valueOf("access key id"), secret: valueOf("secret access key") }
}

/** Whether AWS takes the key that the item holds. */
export const heldWorks = (world: World, now: EpochMillis): boolean => {
  const { id = "", secret } = inItem(world)
  const user = world.sts.users[id]
  return user !== undefined && user.secret === secret && user.active !== false && (user.knownFrom ?? 0) <= now
}

/** The user's keys, `AKIA… active`. */
export const keysOf = (world: World): ReadonlyArray<string> =>
  Object.entries(world.sts.users).map(([id, { active = true }]) => `${id} ${active ? "active" : "inactive"}`)

/** Gives the user a second key. */
export const addKey = (world: World, id: string, parts: Partial<StsFake.FakeUser> = {}): void => {
  world.sts.users[id] = { ...world.sts.users[oldKey]!, secret: "fake-secret-of-another", createdAt: today - 86_400_000, ...parts }
}

const config = `
[profile dev]
region = eu-west-1
op_item = op://Private/AWS
mfa_serial = ${StsFake.fakeSerial}
`

export interface Run {
  readonly options?: Partial<RotationOptions>
  readonly flags?: FlagValues
  /** Without a terminal where undefined. */
  readonly answers?: ReadonlyArray<Answer>
  /** Whether nobody is to be asked: as there are no answers, if it is not said. */
  readonly yes?: boolean
  readonly fate?: Fate.Fate
}

/** What came of a run, and what was said in it. */
export interface Ending {
  readonly exit: Exit.Exit<Effect.Success<ReturnType<typeof rotate>>, Failure> | "killed"
  readonly said: ReadonlyArray<string>
  readonly questions: ReadonlyArray<string>
}

let processes = 0

const layerOf = (world: World, fate: Fate.Fate) => {
  const outside = Layer.mergeAll(
    SignalsFake.layer,
    NotesMemory.layerOver(world.notes),
    OpCliFake.layerOver(world.op),
    OpItemsFake.layerOver(world.op),
    StsFake.layerOver(world.sts),
    IamFake.layerOver(world.sts)
  )
  const rest = Layer.mergeAll(
    TtyFake.layer({ present: false }),
    DialogFake.layer({ present: false }),
    MfaProcessFake.layer(),
    Layer.suspend(() => CallerFake.layer(1000 + ++processes, `group ${processes}`)),
    LockMemory.layerOver(world.locks),
    CacheMemory.layerOver(world.sessions, CacheMemory.makeStore()),
    Layer.provideMerge(Fate.layer(fate), outside)
  )
  return Layer.provideMerge(ProgressTerminal.layer, rest)
}

/** Runs `rotate dev` in this world, and lets time pass until it ends. Without answers it is told not to ask. */
export const run = (world: World, { answers, fate = Fate.none(), flags = {}, options = {}, yes = answers === undefined }: Run = {}) =>
  Effect.gen(function*() {
    const { timeout: _, ...settings } = chainOf(config, { profile: "dev", flags }).settings
    const asked: RotationOptions = {
      settings,
      iamTarget: (partition: Partition) => ({ partition, fips: false }),
      dryRun: false,
      deleteKey: undefined,
      withoutPasskey: false,
      look: { columns: undefined, unicode: true },
      ...options
    }
    const attendance = InterviewUnattended.layer("rotate", yes, asked.dryRun ? "asks nothing" : { instead: "pass --yes" })
    const person = answers === undefined ? InterviewFake.absent : InterviewFake.layer(answers)
    const fiber = yield* Effect.gen(function*() {
      const exit = yield* Effect.raceFirst(Effect.exit(rotate(asked).pipe(Effect.provide(attendance))), Effect.as(Deferred.await(fate.killed), "killed" as const))
      const interview = yield* InterviewFake
      const ending: Ending = { exit, said: yield* interview.transcript, questions: yield* interview.questions }
      return ending
    }).pipe(Effect.provide(Layer.merge(person, layerOf(world, fate))), Effect.forkChild)
    for (let seconds = 0; seconds < 600 && fiber.pollUnsafe() === undefined; seconds++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

/** The failure that a run ended with. */
export const failureOf = ({ exit }: Ending): Failure & { readonly exitCode: number } => {
  if (exit === "killed" || Exit.isSuccess(exit)) throw new Error(`no failure: ${JSON.stringify(exit)}`)
  const [reason] = exit.cause.reasons
  if (reason?._tag !== "Fail") throw new Error("a process died", { cause: exit.cause })
  return reason.error
}

/** What a run that succeeded gave. */
export const outcomeOf = ({ exit }: Ending) => {
  if (exit !== "killed" && Exit.isSuccess(exit)) return exit.value
  throw exit === "killed" ? new Error("killed") : exit.cause.reasons[0]?._tag === "Fail" ? exit.cause.reasons[0].error : new Error("died", { cause: exit.cause })
}

/** Sets the clock to the day on which everything happens. */
export const begin = TestClock.setTime(today)

export const now = Clock.currentTimeMillis
