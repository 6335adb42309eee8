import { Clock, Context, Deferred, Effect, Exit, Layer, Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as AwsConfigFileMemory from "../fakes/aws-config/AwsConfigFileMemory.ts"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CallerFake from "../fakes/host/CallerFake.ts"
import { DialogFake } from "../fakes/mfa/DialogFake.ts"
import { keychainOver, type KeychainWorld, makeKeychain } from "../fakes/cache/KeychainFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"
import * as Mortal from "./Mortal.ts"
import type { Environment } from "../../src/domain/base/Environment.ts"
import type { Failure } from "../../src/domain/base/Failure.ts"
import type { StopSignal } from "../../src/domain/base/Stopped.ts"
import { accountIdOf } from "../../src/domain/cache/RoleEntry.ts"
import { credentialOutput } from "../../src/domain/session/CredentialOutput.ts"
import { isShared } from "../../src/domain/session/FlightNote.ts"
import { parseCommandLine } from "../../src/domain/settings/CommandLine.ts"
import { chooseProfile } from "../../src/domain/settings/ProfileChoice.ts"
import { resolveRoleChain } from "../../src/domain/settings/RoleChain.ts"
import type { Settings } from "../../src/domain/settings/Settings.ts"
import { UsageFailure } from "../../src/domain/settings/UsageFailure.ts"
import * as CacheKeyring from "../../src/layers/cache/CacheKeyring.ts"
import * as CacheNone from "../../src/layers/cache/CacheNone.ts"
import { AwsConfigFile } from "../../src/services/aws-config/AwsConfigFile.ts"
import { Sts } from "../../src/services/aws/Sts.ts"
import { stores } from "../../src/services/cache/Cache.ts"
import { Lock } from "../../src/services/cache/Lock.ts"
import { Notes } from "../../src/services/cache/Notes.ts"
import { Dialog } from "../../src/services/mfa/Dialog.ts"
import { Tty } from "../../src/services/terminal/Tty.ts"
import { acquireRole } from "../../src/session/AssumeRoles.ts"
import * as DialogManners from "../../src/session/mfa/DialogManners.ts"
import { orFail } from "../../src/session/OrFail.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"
import { remember } from "../../src/session/Trouble.ts"

/** A code on its way to STS: `done`, `unknown`, or the tag of a refusal; undefined when the sender was killed. */
export interface SentCode {
  readonly serial: string
  readonly code: string
  readonly at: number
  outcome: string | undefined
}

/** All that there is besides the processes, shared by them: 1Password, AWS, the disk. Everything may be changed. */
export interface World {
  readonly op: OpCliFake.OpWorld
  readonly sts: StsFake.FakeSts
  readonly store: CacheMemory.Store
  /** The sessions of roles. */
  readonly roles: CacheMemory.Store
  readonly notes: Map<string, string>
  readonly locks: LockMemory.Locks
  readonly sent: Array<SentCode>
  /** AWS's two files. */
  texts: AwsConfigFileMemory.Texts
  environment: Environment
  /** Where `--cache keyring` keeps sessions. */
  readonly keychain: KeychainWorld
  mfaProcess: Layer.Layer<Layer.Success<ReturnType<typeof MfaProcessFake.layer>>>
  /** How long reading or writing a note takes, in milliseconds. */
  notesTake: number
  /** How long it takes until a lock is tried, in milliseconds. */
  locksTake: number
  processes: number
}

export const makeWorld = (parts: Partial<World> = {}): World => ({
  op: OpCliFake.makeWorld({ latency: 500 }),
  sts: StsFake.makeSts({ latency: 200 }),
  store: CacheMemory.makeStore(),
  roles: CacheMemory.makeStore(),
  notes: new Map(),
  locks: LockMemory.makeLocks(),
  sent: [],
  texts: {},
  environment: { HOME: "/home/me" },
  keychain: makeKeychain(),
  mfaProcess: MfaProcessFake.layer(),
  notesTake: 0,
  locksTake: 0,
  processes: 0,
  ...parts
})

/** Where a client runs: its terminal and its screen, each with somebody in front of it or not there, and its group. */
export interface Seat {
  readonly group: string
  readonly terminal: TtyFake["Service"]
  readonly screen: Context.Context<Dialog | DialogFake>
}

/** Without more: a terminal of its own with nobody in front of it, and no screen. */
export const makeSeat = (
  group: string,
  terminal: NonNullable<Parameters<typeof TtyFake.layer>[0]> = {},
  screen: NonNullable<Parameters<typeof DialogFake.layer>[0]> = { present: false }
) =>
  Effect.gen(function*() {
    const tty = yield* Layer.build(TtyFake.layer({ device: `terminal of ${group}`, ...terminal }))
    const seat: Seat = {
      group,
      terminal: Context.get(tty, TtyFake),
      screen: yield* Layer.build(DialogFake.layer(screen))
    }
    return seat
  })

/** How a process ended, as the one who started it sees it. */
export type Ending =
  | { readonly code: 0; readonly at: number; readonly stdout: string }
  | {
    readonly code: Exclude<Failure["exitCode"], 0>
    readonly at: number
    /** The tag that the failure had where it happened. */
    readonly tag: string
    readonly message: string
    readonly hint: string
  }
  | { readonly code: "killed"; readonly at: number }

export interface Process {
  readonly pid: number
  signal(signal: StopSignal): Effect.Effect<void>
  readonly kill: Effect.Effect<void>
  /** Undefined while it runs. */
  readonly ending: () => Ending | undefined
}

export interface Call {
  readonly words: ReadonlyArray<string>
  readonly seat: Seat
  /** Over the world's own. */
  readonly environment?: Environment
  readonly diesAt?: Mortal.Moment
}

/** Keeps account of the codes that a process sends. */
const recording = (world: World) =>
  Layer.effect(Sts, Effect.map(Sts, (sts) => ({
    ...sts,
    getSessionToken: Effect.fnUntraced(function*(request) {
      if (request.mfa === undefined) return yield* sts.getSessionToken(request)
      const { code, serial } = request.mfa
      const at = yield* Clock.currentTimeMillis
      const entry: SentCode = { serial, code: Redacted.value(code), at, outcome: undefined }
      world.sent.push(entry)
      return yield* sts.getSessionToken(request).pipe(
        Effect.tap(() => Effect.sync(() => void (entry.outcome = "done"))),
        Effect.tapError((failure) =>
          Effect.sync(() => void (entry.outcome = failure.answerUnknown ? "unknown" : failure._tag))
        )
      )
    })
  })))

const notesOf = (world: World) =>
  Layer.effect(Notes, Effect.map(Notes, (notes) => ({
    names: notes.names,
    read: (name) => Effect.delay(notes.read(name), world.notesTake),
    write: (name, text) => Effect.delay(notes.write(name, text), world.notesTake),
    keep: (name, text) => Effect.delay(notes.keep(name, text), world.notesTake),
    remove: (name) => Effect.delay(notes.remove(name), world.notesTake)
  }))).pipe(Layer.provide(NotesMemory.layerOver(world.notes)))

const locksOf = (world: World) =>
  Layer.effect(Lock, Effect.map(Lock, (lock) => ({
    ...lock,
    tryTake: (name: string) => Effect.delay(lock.tryTake(name), world.locksTake)
  }))).pipe(Layer.provide(LockMemory.layerOver(world.locks)))

const layerOf = (world: World, { seat }: Call, pid: number, life: Mortal.Life) => {
  const outside = Layer.mergeAll(
    Layer.effect(Tty, seat.terminal.attach),
    locksOf(world),
    notesOf(world),
    OpCliFake.layerOver(world.op),
    StsFake.layerOver(world.sts)
  )
  const mortal = Mortal.layer(life).pipe(Layer.provide(outside))
  const alone = Layer.mergeAll(
    Layer.provideMerge(recording(world), mortal),
    CallerFake.layer(pid, seat.group),
    SignalsFake.layer,
    world.mfaProcess
  )
  const people = Layer.mergeAll(
    ProgressTerminal.layer,
    DialogManners.layer.pipe(Layer.provide(Layer.succeedContext(seat.screen)))
  )
  return Layer.provideMerge(people, alone)
}

const cacheInKeychain = (world: World) =>
  Layer.effectContext(Effect.map(keychainOver(world.keychain), (keychain) =>
    stores((kind) => CacheKeyring.make(keychain, kind, CacheNone.make()))))

const layerCache = (world: World, settings: Settings, life: Mortal.Life) =>
  settings.cache === "none"
    ? CacheNone.layer
    : settings.cache === "keyring"
    ? cacheInKeychain(world)
    : Layer.provideMerge(Mortal.layerCache(life), CacheMemory.layerOver(world.store, world.roles))

/** What the program does with a command line of plain flags, from reading the files to what is for stdout. */
const program = (world: World, call: Call, life: Mortal.Life) =>
  Effect.gen(function*() {
    const environment = { ...world.environment, ...call.environment }
    const flags = parseCommandLine(call.words)
    if (flags === undefined) return yield* Effect.fail(UsageFailure.BadUsage("no plain flags"))
    const config = yield* (yield* AwsConfigFile).load
    const profile = yield* orFail(chooseProfile({ named: flags.profile, words: call.words, environment, config }))
    const chain = yield* orFail(resolveRoleChain({ profile, asker: "client", flags, environment, config }))
    return yield* acquireRole(chain, { staleIfError: true }).pipe(
      Effect.map((entry) => credentialOutput(entry.credentials, accountIdOf(entry))),
      Effect.tapError((failure) => remember("failure", chain.profile, failure)),
      Effect.provide(layerCache(world, chain.settings, life))
    )
  }).pipe(Effect.provide(AwsConfigFileMemory.layer(world.texts)))

const endingOf = (exit: Exit.Exit<string, Failure>, at: number): Ending => {
  if (Exit.isSuccess(exit)) return { code: 0, at, stdout: exit.value }
  const [reason] = exit.cause.reasons
  // Anything but a failure is a bug: the test that meets it is to fail with all that is known of it.
  if (reason?._tag !== "Fail") throw new Error("a process died", { cause: exit.cause })
  const { _tag, exitCode, hint, message } = reason.error
  const tag = isShared(reason.error) ? reason.error.original : _tag
  return { code: exitCode as Exclude<Failure["exitCode"], 0>, at, tag, message, hint }
}

/** Starts a process. It runs as the test's clock goes on. */
export const start = (world: World, call: Call) =>
  Effect.gen(function*() {
    const pid = 1000 + ++world.processes
    const life = yield* Mortal.makeLife(call.diesAt)
    const scope = yield* Scope.make()
    const services = yield* Layer.buildWithScope(layerOf(world, call, pid, life), scope)
    let ending: Ending | undefined
    const running = program(world, call, life).pipe(Effect.provide(services), Effect.exit)
    const killed = Effect.as(Deferred.await(life.killed), undefined)
    yield* Effect.gen(function*() {
      const exit = yield* Effect.raceFirst(running, killed)
      const at = yield* Clock.currentTimeMillis
      yield* Scope.close(scope, Exit.void)
      ending = exit === undefined ? { code: "killed", at } : endingOf(exit, at)
    }).pipe(Effect.forkChild)
    const started: Process = {
      pid,
      signal: (signal) => Context.get(services, SignalsFake).send(signal),
      kill: Effect.asVoid(Effect.forkChild(Mortal.kill(life))),
      ending: () => ending
    }
    return started
  })

/** Lets time pass until all of these have ended. */
export const finish = (processes: ReadonlyArray<Process>) =>
  Effect.gen(function*() {
    for (let seconds = 0; seconds < 180; seconds++) {
      yield* TestClock.adjust(0)
      const endings = processes.flatMap((process) => process.ending() ?? [])
      if (endings.length === processes.length) return endings
      yield* TestClock.adjust("1 second")
    }
    throw new Error("a process does not end")
  })

/** Starts these at the same moment and sees them to their end. */
export const run = (world: World, calls: ReadonlyArray<Call>) =>
  Effect.flatMap(Effect.forEach(calls, (call) => start(world, call)), finish)
