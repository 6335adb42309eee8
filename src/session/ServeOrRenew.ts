import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../domain/base/Digest.ts"
import type { Failure } from "../domain/base/Failure.ts"
import type { Lifetime } from "../domain/cache/Freshness.ts"
import { singleFlight } from "./SingleFlight.ts"
import { leaveInPeace, staleInstead, stillQuiet } from "./Stale.ts"
import type { Deadline, NotLooked } from "./terminal/Deadline.ts"

export interface Renewable<A extends Lifetime, E, R> {
  readonly kind: "session" | "role" | "narrowed session"
  /** The same for all sessions that are interchangeable. */
  readonly identity: string
  /** The profile that it is for. */
  readonly profile: string
  /** Nothing from the cache will do. */
  readonly refresh: boolean
  /** Whether one that is due for renewal may be handed out when renewing it fails. */
  readonly staleIfError: boolean
  /** One from the cache that may be handed out now. */
  readonly cached: Effect.Effect<Option.Option<A>, NotLooked, R>
  /** Every one in the cache, the old ones too. */
  readonly kin: Effect.Effect<ReadonlyArray<A>, NotLooked, R>
  /** Makes a new one and keeps it. It ends by the deadline. */
  readonly renew: Effect.Effect<A, E, R>
  /** The one that another process has just kept for this profile, if it will do. */
  readonly fetch: (profile: string) => Effect.Effect<Option.Option<A>, NotLooked, R>
  readonly deadline: Deadline
}

/**
 * Something from the cache, else a new one, made once however many processes ask. When that fails, the old one while
 * it lives, which then is all that anybody gets for a while.
 */
export const serveOrRenew = Effect.fnUntraced(function*<A extends Lifetime, E extends Failure, R>(wanted: Renewable<A, E, R>) {
  const { deadline, fetch, identity, kind, profile, refresh } = wanted
  const fromCache = refresh ? Effect.succeedNone : wanted.cached
  if (refresh) {
    yield* Effect.logDebug("--refresh: what is in the cache is passed over")
    // A keychain that does not open would not keep the new one either, which is known before anybody is asked.
    yield* wanted.kin
  }
  const cached = yield* fromCache
  if (Option.isSome(cached)) {
    yield* Effect.logDebug(`the cache has a ${kind} that may be handed out`)
    return cached.value
  }

  const fallBack = wanted.staleIfError && !refresh
  const inPeace = fallBack ? stillQuiet(wanted) : Effect.succeedNone
  const quiet = yield* inPeace
  if (Option.isSome(quiet)) return quiet.value
  // Whoever comes next finds the person left in peace as soon as the lock is free.
  const renew = fallBack ? Effect.tapError(wanted.renew, (failure) => leaveInPeace(wanted, failure)) : wanted.renew
  const work = Effect.gen(function*() {
    for (const meanwhile of [fromCache, inPeace]) {
      const found = yield* meanwhile
      if (Option.isSome(found)) return found.value
    }
    return yield* renew
  })
  const renewed = singleFlight({ name: `${kind.replace(" ", "-")}-${digest(identity)}`, profile, work, fetch, deadline })
  return fallBack
    ? yield* Effect.catch(renewed, (failure) => staleInstead(wanted, failure))
    : yield* renewed
})
