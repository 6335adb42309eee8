import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import { digest } from "../domain/Digest.ts"
import { mayServe } from "../domain/Freshness.ts"
import { identityKey, sameIdentity } from "../domain/Identity.ts"
import { identityOf, type Settings } from "../domain/Settings.ts"
import type { EpochMillis } from "../domain/Time.ts"
import { Cache } from "../services/Cache.ts"
import { startDeadline, endedBy } from "./Deadline.ts"
import { mint } from "./Mint.ts"
import { notSoonAfterRefusal } from "./Refusals.ts"
import { singleFlight } from "./SingleFlight.ts"
import { staleInstead, stillQuiet } from "./Stale.ts"
import { warn } from "./Trouble.ts"

export interface AcquireOptions {
  /** Whether a session that is due for renewal may be handed out when renewing it fails. */
  readonly staleIfError: boolean
}

/**
 * A session for these settings: the profile's own from the cache, else another profile's of the same identity, else a
 * new one, which is made once however many processes ask for it. Fails with what a person can act on, within the
 * settings' time-out.
 */
export const acquire = Effect.fn("acquire")(function*(settings: Settings, options: AcquireOptions) {
  const startedAt = yield* Clock.currentTimeMillis
  const deadline = yield* startDeadline(settings.timeout)
  const cached = settings.refresh ? Option.none<CacheEntry>() : yield* cachedSession(settings)
  if (Option.isSome(cached)) return cached.value

  const fallBack = options.staleIfError && !settings.refresh
  if (fallBack) {
    const quiet = yield* stillQuiet(settings, yield* kin(settings))
    if (Option.isSome(quiet)) return quiet.value
  }
  const renewed = singleFlight({
    name: lockName(settings),
    profile: settings.profile,
    work: Effect.gen(function*() {
      const meanwhile = yield* settings.refresh ? Effect.succeedNone : cachedSession(settings)
      if (Option.isSome(meanwhile)) return meanwhile.value
      return yield* keep(settings, yield* notSoonAfterRefusal(settings, endedBy(mint(settings), deadline)))
    }),
    fetch: (profile) => sharedSession(settings, profile, startedAt),
    deadline
  })
  return fallBack
    ? yield* Effect.catch(renewed, (failure) => staleInstead(settings, kin(settings), failure))
    : yield* renewed
}, Effect.scoped)

/** One lock an identity; profiles that share a key share it. */
const lockName = (settings: Settings): string => `session-${digest(identityKey(identityOf(settings)))}`

/** Every cached session of this identity, the profile's own first. */
const kin = (settings: Settings) =>
  Effect.gen(function*() {
    const cache = yield* Cache
    const identity = identityOf(settings)
    const own = yield* cache.read(settings.profile)
    const others = (yield* cache.list).filter(({ profile }) => profile !== settings.profile).map(({ entry }) => entry)
    return [...Option.toArray(own), ...others].filter((entry) => sameIdentity(identity, entry))
  })

/**
 * A session from the cache that may be handed out now. The profile's own is taken as it is; another profile's must not
 * outlive the duration that this one asks for, and becomes its own.
 */
const cachedSession = (settings: Settings) =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const own = yield* (yield* Cache).read(settings.profile)
    if (Option.isSome(own) && sameIdentity(identityOf(settings), own.value) && mayServe(own.value, now)) return own
    const sibling = (yield* kin(settings)).find((entry) =>
      mayServe(entry, now) && entry.credentials.expiration - now <= settings.duration * 1000
    )
    return sibling === undefined ? Option.none<CacheEntry>() : Option.some(yield* keep(settings, sibling))
  })

/** The session that the process we waited for has made, if it is one that we may use. */
const sharedSession = (settings: Settings, profile: string, since: EpochMillis) =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const entry = Option.filter(yield* (yield* Cache).read(profile), (found) =>
      sameIdentity(identityOf(settings), found) &&
      mayServe(found, now) &&
      (!settings.refresh || (found.issuedAt ?? 0) >= since)
    )
    if (Option.isNone(entry) || profile === settings.profile) return entry
    return Option.some(yield* keep(settings, entry.value))
  })

/** Keeps a session under the profile's own name. A cache that cannot be written costs nothing but the cache. */
const keep = (settings: Settings, session: CacheEntry) =>
  Effect.gen(function*() {
    const entry = { ...session, profile: settings.profile }
    yield* Effect.catch((yield* Cache).write(settings.profile, entry), (failure) => warn(settings.profile, failure))
    return entry
  })

