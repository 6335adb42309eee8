import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { printable } from "../../domain/base/Printable.ts"
import { CacheFailure } from "../../domain/cache/CacheFailure.ts"
import { keychainProcess } from "./KeychainChild.ts"
import { keychainDialog } from "./KeychainDialog.ts"
import type { KeychainReply, KeychainRequest, KeychainTask } from "./KeychainProcess.ts"
import type { CacheClosed } from "../../services/cache/Cache.ts"
import type { Lock } from "../../services/cache/Lock.ts"
import type { Notes } from "../../services/cache/Notes.ts"
import type { Caller } from "../../services/host/Caller.ts"
import type { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Signals } from "../../services/host/Signals.ts"
import { Progress } from "../../services/terminal/Progress.ts"

/** A secret, and whose it is. */
export interface Found {
  readonly account: string
  readonly password: string
}

/** The part of the OS keychain that belongs to one service name: secrets by account. */
export interface Keychain {
  get(account: string): Effect.Effect<string | null, CacheClosed>
  set(account: string, secret: string): Effect.Effect<void, CacheClosed>
  /** Whether there was one. */
  delete(account: string): Effect.Effect<boolean, CacheClosed>
  readonly find: Effect.Effect<ReadonlyArray<Found>, CacheClosed>
  /** Fails where it is not unlocked, without asking anybody. */
  readonly unlocked: Effect.Effect<void, CacheClosed>
}

/** Has something done by whoever holds the library; what it fails with is why there is no answer. */
export type Converse = (request: KeychainRequest) => Effect.Effect<KeychainReply, string>

/** What our end of it needs. */
export type KeychainSurroundings = Caller | Lock | Notes | ProcessEnvironment | Progress | Signals

export interface KeychainOptions {
  /** The name that our secrets have in common. */
  readonly service: string
  /** Never shows a dialog, even where that means not to look. */
  readonly quiet?: boolean
}

/** How long an answer may take that nobody is asked for. */
const quietPatience = "3 seconds"

/** What is waited for while the keychain has not answered. */
const step = {
  waitingFor: "the keychain",
  hint: "answer its dialog, or unlock it, and try again; or use --cache file",
  shown: true
}

const soon = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.timeoutOrElse(work, {
    duration: quietPatience,
    orElse: () => Effect.fail(CacheFailure.KeyringUnavailable("unreachable", "it does not answer"))
  })

const line = (said: string): string => printable(said, 200)

const isLocked = (reply: KeychainReply): boolean => "state" in reply && reply.state === "locked"

/** Why a reply is none. */
const refusalIn = (reply: KeychainReply): CacheFailure<"KeyringUnavailable"> | undefined =>
  "refusal" in reply
    ? CacheFailure.KeyringUnavailable("unreachable", line(reply.refusal))
    : "state" in reply
    ? CacheFailure.KeyringUnavailable(reply.state, reply.reason === undefined ? undefined : line(reply.reason))
    : undefined

/**
 * One task at a time. After a dialog has been shown once there is no other: a person who has not unlocked the keychain
 * does not want to, and whoever unlocks it later is served without one. Neither do other calls show theirs meanwhile.
 */
export const makeWith = Effect.fnUntraced(function*(converse: Converse, { quiet = false, service }: KeychainOptions) {
  const { stopped } = yield* Signals
  const progress = yield* Progress
  const turn = yield* Semaphore.make(1)
  const dialog = yield* keychainDialog
  let asked = false

  const answer = Effect.fnUntraced(function*(task: KeychainTask) {
    const request = { ...task, service }
    const reply = yield* converse({ ...request, dialog: quiet || asked ? "never" : "later" })
    asked ||= reply.asked
    if (quiet || asked || !isLocked(reply)) return reply
    return yield* dialog(Effect.suspend(() => {
      asked = true
      return converse({ ...request, dialog: "now" })
    }), (answered) => answered.asked && isLocked(answered), reply)
  })

  const ask = <A>(task: KeychainTask): Effect.Effect<A, CacheClosed> =>
    answer(task).pipe(
      Effect.mapError((reason) => CacheFailure.KeyringUnavailable("unreachable", reason)),
      Effect.flatMap((reply) => {
        const refusal = refusalIn(reply)
        return refusal === undefined && "value" in reply ? Effect.succeed(reply.value as A) : Effect.fail(refusal!)
      }),
      turn.withPermit,
      (work) => quiet ? soon(work) : progress.during(step, work),
      Effect.raceFirst(stopped)
    )

  const keychain: Keychain = {
    get: (account) => ask({ task: "get", account }),
    set: (account, secret) => ask({ task: "set", account, secret }),
    delete: (account) => ask({ task: "delete", account }),
    find: ask({ task: "find" }),
    unlocked: ask({ task: "state" })
  }
  return keychain
})

/** This system's keychain, through a process of its own that ends with the scope. */
export const make = (
  options: KeychainOptions
): Effect.Effect<Keychain, never, KeychainSurroundings | Scope.Scope> =>
  Effect.flatMap(keychainProcess, (converse) => makeWith(converse, options))

/** The name that all our secrets have in common. */
export const service = "op-aws-credential-process"
