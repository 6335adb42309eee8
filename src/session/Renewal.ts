import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { Failure } from "../domain/base/Failure.ts"
import type { StopFailure } from "../domain/base/StopFailure.ts"
import type { Lifetime } from "../domain/cache/Freshness.ts"
import { LoginFailure } from "../domain/session/LoginFailure.ts"
import { isDue } from "../domain/session/RenewalTime.ts"
import { isRefusal } from "./Refusals.ts"
import type { NotLooked } from "./terminal/Deadline.ts"

/** Something to keep renewed. */
export interface Renewal<A extends Lifetime, E extends Failure, R> {
  /** What there is at this moment, whoever made it. */
  readonly current: Effect.Effect<Option.Option<A>, NotLooked, R>
  /** Makes a new one. It ends by itself, one way or the other. */
  readonly renew: Effect.Effect<A, E, R>
  /** How long before others would ask for a new one it is to be made (milliseconds). */
  readonly lead: Effect.Effect<number, never, R>
  /** Told of each new one, and of each try that failed. */
  readonly onRenewed: (made: A) => Effect.Effect<void, never, R>
  readonly onFailed: (failure: E | LoginFailure<"AlreadyDue"> | NotLooked) => Effect.Effect<void, never, R>
}

/**
 * How often the wall clock is looked at. A timer stands still while a laptop sleeps, and knows nothing of a clock that
 * is set; one long sleep until the session is due would wake up hours late.
 */
const slice = "15 seconds"

/** Where the next try would annoy a person who has just said no, or spend a code on a session of no use. */
const peace = "3 minutes"

const wantsPeace = (failure: unknown): boolean =>
  failure instanceof Failure && (failure._tag === "AlreadyDue" || isRefusal(failure))

/** After a failed try: 5, 10, 20, 40 and then every 60 seconds, give or take a fifth. */
const backoff = Schedule.min([Schedule.exponential("5 seconds"), Schedule.spaced("1 minute")]).pipe(
  Schedule.jittered,
  Schedule.modifyDelay(({ duration, input }) => Effect.succeed(wantsPeace(input) ? peace : duration))
)

/**
 * Keeps it renewed for ever: looks at what there is, waits until it is due, makes a new one, and tries again until it
 * has one. What somebody else has renewed meanwhile is left alone. Only a signal to stop ends it.
 */
export const keepRenewed = <A extends Lifetime, E extends Failure, R>(
  renewal: Renewal<A, E, R>
): Effect.Effect<never, Extract<E, StopFailure<"Stopped">>, R> =>
  Effect.forever(Effect.gen(function*() {
    const spread = yield* Random.next
    const due = isDueNow(renewal, spread)
    yield* Effect.repeat(due, { schedule: Schedule.spaced(slice), until: (answer) => answer }).pipe(
      Effect.andThen(due),
      Effect.flatMap((still) => still ? renewed(renewal) : Effect.void),
      Effect.tapError((failure) => failure._tag === "Stopped" ? Effect.void : renewal.onFailed(failure)),
      Effect.retry({ schedule: backoff, while: (failure) => failure._tag !== "Stopped" }),
      // The schedule never ends, so that nothing but a signal comes out of it.
      Effect.mapError((failure) => failure as Extract<E, StopFailure<"Stopped">>)
    )
  }))

const renewed = Effect.fnUntraced(function*<A extends Lifetime, E extends Failure, R>(renewal: Renewal<A, E, R>) {
  const made = yield* renewal.renew
  const lead = yield* renewal.lead
  if (isDue(made, lead, 1, yield* Clock.currentTimeMillis)) return yield* Effect.fail(LoginFailure.AlreadyDue())
  yield* renewal.onRenewed(made)
})

const isDueNow = Effect.fnUntraced(function*<A extends Lifetime, E extends Failure, R>(
  renewal: Renewal<A, E, R>,
  spread: number
) {
  const found = yield* renewal.current
  const lead = yield* renewal.lead
  return isDue(Option.getOrUndefined(found), lead, spread, yield* Clock.currentTimeMillis)
})
