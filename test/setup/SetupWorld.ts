import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { configPath, credentialsPath } from "../fakes/aws-config/AwsFilesMemory.ts"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CachePlaceFake from "../fakes/cache/CachePlaceFake.ts"
import * as CredentialProcessFake from "../fakes/aws-config/CredentialProcessFake.ts"
import * as DiskMemory from "../fakes/host/DiskMemory.ts"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import { makeKeychain, statusOver } from "../fakes/cache/KeychainFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import * as OpStatusFake from "../fakes/onepassword/OpStatusFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { account, awsItem, type OpAccount, type OpItem as StoredItem, vault } from "../../simulator/op/State.ts"
import { examine } from "../../src/doctor/Examination.ts"
import type { Environment } from "../../src/domain/base/Environment.ts"
import type { RunningProgram } from "../../src/domain/host/RunningProgram.ts"
import { setupOrImport } from "../../src/import/SetupOrImport.ts"
import * as InterviewUnattended from "../../src/session/interview/InterviewUnattended.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"
import type { SetupRequest } from "../../src/setup/SetupRequest.ts"
import { type WizardMachine, wizardServices } from "./WizardMachine.ts"

export const program = "/usr/local/bin/op-aws-credential-process"

/** All that there is besides the processes. */
export interface World extends WizardMachine {
  environment: Environment
  running: RunningProgram
}

export interface Parts {
  readonly config?: string
  readonly credentials?: string
  readonly items?: ReadonlyArray<StoredItem>
  readonly accounts?: ReadonlyArray<OpAccount>
  readonly environment?: Environment
  readonly lines?: ReadonlyArray<CredentialProcessFake.LineEnding>
}

/** A machine with this program, with 1Password that has one item for AWS, and with no file of AWS's. */
export const makeWorld = (parts: Parts = {}): World => {
  const accounts = parts.accounts ?? [account({ vaults: [vault({ items: [...parts.items ?? [awsItem()]] })] })]
  const things: DiskMemory.Things = new Map<string, DiskMemory.Thing>([
    [program, { text: "\x7fELF", mode: 0o755 }],
    ["/usr/bin/op", { text: "\x7fELF", mode: 0o755 }]
  ])
  if (parts.config !== undefined) things.set(configPath, { text: parts.config, mode: 0o644 })
  if (parts.credentials !== undefined) things.set(credentialsPath, { text: parts.credentials, mode: 0o600 })
  return {
    op: OpCliFake.makeWorld({ accounts: [...accounts] }),
    status: OpStatusFake.makeOpStatusWorld({ accounts }),
    sts: StsFake.makeSts(),
    things,
    lines: CredentialProcessFake.makeLines(...parts.lines ?? []),
    environment: { HOME: "/home/me", PATH: "/usr/local/bin:/usr/bin:/bin", ...parts.environment },
    running: { kind: "standalone", path: program }
  }
}

export const textAt = (world: World, path: string): string | undefined => {
  const thing = world.things.get(path)
  return thing !== undefined && "text" in thing ? thing.text : undefined
}

export const configOf = (world: World): string | undefined => textAt(world, configPath)

/** Everything that could have been changed. */
export const stateOf = (world: World): unknown => ({
  config: configOf(world),
  credentials: textAt(world, credentialsPath),
  accounts: structuredClone(world.op.accounts).map(({ vaults }) =>
    vaults.flatMap(({ items }) => items.map(({ fields, title }) => [title, ...fields.map(({ label, value }) => [label, value])]))
  )
})

const requestOf = (world: World, request: Partial<SetupRequest>): SetupRequest => ({
  profile: undefined,
  region: undefined,
  flags: {},
  print: false,
  environment: world.environment,
  running: world.running,
  directory: "/home/me/work",
  look: { color: false, unicode: true },
  ...request
})

const layerOf = (world: World, answers: ReadonlyArray<Answer> | "absent") =>
  Layer.provideMerge(
    ProgressTerminal.layer,
    Layer.mergeAll(
      wizardServices(world, answers),
      OpCliFake.layerOver(world.op),
      NotesMemory.layerOver(new Map()),
      statusOver(makeKeychain()),
      CacheMemory.layer
    )
  )

/** Runs `setup` once, and gives how it ended and what stayed on the terminal. */
export const run = (
  world: World,
  answers: ReadonlyArray<Answer> | "absent",
  { yes = false, ...request }: Partial<SetupRequest> & { readonly yes?: boolean } = {},
  meanwhile: Effect.Effect<void, never, SignalsFake> = Effect.void
) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(Date.parse("2026-11-22T10:00:00Z"))
    yield* Effect.forkChild(meanwhile)
    const instead = `pass ${["--yes", ...request.flags?.["op-item"] === undefined ? ["--op-item op://<vault>/<item>"] : []].join(" and ")}`
    const attendance = InterviewUnattended.layer("setup", yes, request.print === true ? "unanswered" : { instead })
    const exit = yield* Effect.exit(setupOrImport(requestOf(world, request)).pipe(Effect.provide(attendance)))
    const interview = yield* InterviewFake
    const [reason] = exit._tag === "Failure" ? exit.cause.reasons : []
    // A question that no test thought of is a defect, and is to be seen.
    if (reason?._tag === "Die") throw reason.defect
    const failure = reason?._tag === "Fail" ? reason.error : undefined
    return {
      printed: exit._tag === "Success" ? exit.value : undefined,
      tag: failure?._tag as string | undefined,
      failure,
      transcript: (yield* interview.transcript).join("\n"),
      questions: yield* interview.questions,
      offered: yield* interview.offered,
      unused: yield* interview.unused
    }
  }).pipe(Effect.provide(layerOf(world, answers)))

/** What `doctor` finds, in words. */
export const found = (world: World, profile: string, online = true) =>
  Effect.map(
    examine({
      profile,
      online,
      environment: world.environment,
      runtime: { name: "node", version: "24.21.0" },
      version: "1.2.3"
    }),
    ({ findings }) => findings.map(({ what, why }) => `${what}: ${why}`)
  ).pipe(Effect.provide([layerOf(world, []), CachePlaceFake.layer(world.environment)]))
