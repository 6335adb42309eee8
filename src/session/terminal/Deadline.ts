import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { StopFailure } from "../../domain/base/StopFailure.ts"
import type { EpochMillis, Seconds } from "../../domain/base/Time.ts"
import type { CacheClosed } from "../../services/cache/Cache.ts"
import { Signals } from "../../services/host/Signals.ts"
import { Progress } from "../../services/terminal/Progress.ts"

/** What ends the work from outside: the time allowed is over, or a signal asks to stop. */
export type Deadline = Effect.Effect<never, StopFailure>

/** Why what is kept could not be looked at: the cache did not open, or not in time. */
export type NotLooked = CacheClosed | StopFailure<"TimedOut">

/** When the time for everything together began; undefined where a deadline begins when it is started. */
export const Begun = Context.Reference<EpochMillis | undefined>("op-aws-credential-process/session/Begun", {
  defaultValue: () => undefined
})

/** Lets all deadlines of this work end at one moment. */
export const sinceNow = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.all([Begun, Clock.currentTimeMillis]), ([begun, now]) => Effect.provideService(work, Begun, begun ?? now))

/** Starts the clock. Undefined means that nobody minds how long it takes; a signal still ends it. */
export const startDeadline = (
  timeout: Seconds | undefined
): Effect.Effect<Deadline, never, Progress | Signals | Scope.Scope> =>
  Effect.flatMap(Signals, ({ stopped }) =>
    timeout === undefined
      ? Effect.succeed(stopped)
      : Effect.map(Effect.forkScoped(Effect.raceFirst(timeIsOver(timeout), stopped)), Fiber.join))

const timeIsOver = Effect.fnUntraced(function*(timeout: Seconds) {
  const now = yield* Clock.currentTimeMillis
  const passed = Math.max(0, now - ((yield* Begun) ?? now))
  yield* Effect.sleep(Math.max(0, timeout * 1000 - passed))
  const step = yield* (yield* Progress).current
  return yield* Effect.fail(StopFailure.TimedOut(timeout, step.waitingFor, step.hint))
})

/**
 * Lets the deadline end this work. It stands close around what may take long, and never around what tells other
 * processes how it ended.
 */
export const endedBy = <A, E, R>(work: Effect.Effect<A, E, R>, deadline: Deadline) => Effect.raceFirst(work, deadline)

/** Long enough for a keychain that answers (milliseconds). */
const grace = 1000

/**
 * The same for a look at what is kept, or for keeping it, which may come when the time is over: what there is to hand
 * out then is handed out.
 */
export const endedSoonAfter = <A, E, R>(work: Effect.Effect<A, E, R>, deadline: Deadline) =>
  endedBy(work, Effect.catch(deadline, (over) => Effect.andThen(Effect.sleep(grace), Effect.fail(over))))

/** Long enough for a keychain that has just answered, and short enough to leave time for the work (milliseconds). */
const glancing = 3000

/**
 * A look at all that is kept, where something there may save the work that is about to begin. That a person has been
 * asked for already: a cache that does not open or answer now has nothing, and does not keep the work from its end.
 */
export const glance = <A, R>(list: Effect.Effect<ReadonlyArray<A>, CacheClosed, R>, deadline: Deadline) =>
  endedBy(list, deadline).pipe(
    Effect.catchTag("KeyringUnavailable", () => Effect.succeed<ReadonlyArray<A>>([])),
    Effect.timeoutOrElse({ duration: glancing, orElse: () => Effect.succeed<ReadonlyArray<A>>([]) })
  )
