import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type AcquireOptions, keptOrWarned } from "./Acquire.ts"
import type { Failure } from "../domain/base/Failure.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import { madeSince, mayServe } from "../domain/cache/Freshness.ts"
import { type RoleEntry, type RoleKey, roleKeyText } from "../domain/cache/RoleEntry.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { RoleCache } from "../services/cache/Cache.ts"
import { serveOrRenew } from "./ServeOrRenew.ts"
import { type Deadline, endedBy, endedSoonAfter, type NotLooked } from "./terminal/Deadline.ts"

/** What all parts of a chain's way have in common. */
export interface Flight {
  readonly chain: RoleChain
  readonly options: AcquireOptions
  readonly startedAt: EpochMillis
  readonly deadline: Deadline
}

/** A session that another one is made from. */
export interface Source<E, R> {
  readonly entry: CacheEntry | RoleEntry
  /** Takes it out of the cache. */
  readonly forget: Effect.Effect<void, E, R>
}

/**
 * What stands behind a role's or a narrowed session's key: from the cache, from `elsewhere` in there, or made by `renew`,
 * once however many processes ask.
 */
export const sharedRole = <E extends Failure, R, R2>(
  { chain, deadline, options, startedAt }: Flight,
  kind: "role" | "narrowed session",
  key: RoleKey,
  elsewhere: Effect.Effect<Option.Option<RoleEntry>, NotLooked, R2>,
  renew: Effect.Effect<RoleEntry, E, R>
) => {
  const { refresh } = chain.settings
  const kept = Effect.flatMap(RoleCache, (cache) => cache.read(key))
  const own = Effect.zipWith(kept, Clock.currentTimeMillis, (entry, now) =>
    Option.filter(entry, (found) => mayServe(found, now)))
  const servable = Effect.flatMap(own, (found) => Option.isSome(found) ? Effect.succeed(found) : elsewhere)
  return serveOrRenew<RoleEntry, E, R | R2 | RoleCache>({
    kind,
    identity: roleKeyText(key),
    profile: chain.profile,
    refresh,
    staleIfError: options.staleIfError,
    cached: endedBy(servable, deadline),
    kin: endedSoonAfter(Effect.map(kept, Option.toArray), deadline),
    renew,
    fetch: () =>
      endedBy(Effect.map(servable, Option.filter((found) => !refresh || madeSince(found, startedAt))), deadline),
    deadline
  })
}

/** A cache that cannot be written costs nothing but the cache. */
export const keepRole = ({ chain, deadline }: Flight, entry: RoleEntry) =>
  Effect.flatMap(RoleCache, (cache) => keptOrWarned(chain.profile, cache.write(entry, entry), deadline))

/**
 * A session as young as this is not why AWS refuses it: another one would be refused as well. In milliseconds; it
 * keeps a chain that cannot work from asking for a code at every call.
 */
const young = 5 * 60_000

/**
 * What `ask` makes of a session. Where that is one from the cache that AWS takes no more, because its key was replaced
 * since, it is forgotten and asked once more with a new one; `isDead` says whether a failure means that.
 */
export const askedOf = Effect.fnUntraced(function*<E, R, A, E2 extends Failure, R2>(
  source: Source<E, R>,
  another: Effect.Effect<Source<E, R>, E, R>,
  ask: (source: Source<E, R>) => Effect.Effect<A, E2, R2>,
  isDead: (failure: E2) => boolean
) {
  const isOld = !madeSince(source.entry, (yield* Clock.currentTimeMillis) - young)
  return yield* Effect.catchIf(
    ask(source),
    (failure) => isOld && isDead(failure),
    () => Effect.andThen(source.forget, Effect.flatMap(another, ask))
  )
})
