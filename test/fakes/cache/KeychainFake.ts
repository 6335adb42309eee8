import { Effect, Layer, Option } from "effect"
import * as CallerFake from "../host/CallerFake.ts"
import * as LockMemory from "./LockMemory.ts"
import * as NotesMemory from "./NotesMemory.ts"
import { SignalsFake } from "../host/SignalsFake.ts"
import { CacheFailure } from "../../../src/domain/cache/CacheFailure.ts"
import type { KeychainState } from "../../../src/domain/cache/KeychainState.ts"
import * as Keychain from "../../../src/layers/keychain/Keychain.ts"
import { KeychainStatus } from "../../../src/services/keychain/KeychainStatus.ts"
import { Progress } from "../../../src/services/terminal/Progress.ts"

/** A keychain of one service name, with somebody in front of its dialog. */
export interface KeychainWorld {
  readonly secrets: Map<string, string>
  state: KeychainState
  person: "answers" | "dismisses" | "is away"
  /** Whether it says a word at all. */
  silent: boolean
  /** How long an answer takes, in milliseconds. */
  latency: number
  /** What it says to whatever it is asked for. */
  refusal: string | undefined
  dialogs: number
  /** How often it was asked for something. */
  asked: number
}

export const makeKeychain = (parts: Partial<KeychainWorld> = {}): KeychainWorld => ({
  secrets: new Map(),
  state: "unlocked",
  person: "answers",
  silent: false,
  latency: 0,
  refusal: undefined,
  dialogs: 0,
  asked: 0,
  ...parts
})

/** The part of the process that holds the library. */
export const conversationWith = (world: KeychainWorld): Keychain.Converse => Effect.fnUntraced(function*(request) {
  world.asked += 1
  if (world.silent) return yield* Effect.never
  yield* Effect.sleep(world.latency)
  const asked = world.state === "locked" && request.dialog === "now"
  if (asked) {
    world.dialogs += 1
    if (world.person === "is away") return yield* Effect.never
    if (world.person === "answers") world.state = "unlocked"
  }
  if (world.state !== "unlocked") return { asked, state: world.state }
  if (world.refusal !== undefined) return { asked, refusal: world.refusal }
  switch (request.task) {
    case "state":
      return { asked, value: null }
    case "get":
      return { asked, value: world.secrets.get(request.account) ?? null }
    case "set":
      world.secrets.set(request.account, request.secret)
      return { asked, value: null }
    case "delete":
      return { asked, value: world.secrets.delete(request.account) }
    case "find":
      return { asked, value: [...world.secrets].map(([account, password]) => ({ account, password })) }
  }
})

/** A call of a client, and what calls leave for each other. */
export const clientOver = (locks: LockMemory.Locks, notes: Map<string, string>, group?: string) =>
  Layer.mergeAll(LockMemory.layerOver(locks), NotesMemory.layerOver(notes), CallerFake.layer(4711, group))

const client = Layer.suspend(() => clientOver(LockMemory.makeLocks(), new Map()))

/** Nobody looks at what is waited for. */
const unseen = Layer.succeed(Progress, {
  during: (_, work) => work,
  current: Effect.succeed({ waitingFor: "nothing", hint: "", shown: false })
})

/** What a keychain is used with. */
export const surroundings = Layer.mergeAll(unseen, client, SignalsFake.layer)

/** Our end of it. */
export const keychainOver = (world: KeychainWorld, options: Partial<Keychain.KeychainOptions> = {}) =>
  Keychain.makeWith(conversationWith(world), { service: "op-aws-test", ...options })

/** What it is like, for who asks nobody. */
export const statusOver = (world: KeychainWorld): Layer.Layer<KeychainStatus> =>
  Layer.succeed(KeychainStatus, {
    closed: Effect.sync(
      () => world.state === "unlocked" ? Option.none() : Option.some(CacheFailure.KeyringUnavailable(world.state))
    )
  })
