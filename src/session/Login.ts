import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import { asksForCode } from "../domain/CodeOrigin.ts"
import type { Failure } from "../domain/Failure.ts"
import type { Lifetime } from "../domain/Freshness.ts"
import { NowhereToKeep, SessionNotKept } from "../domain/LoginFailure.ts"
import { askedFor, tryLimit } from "../domain/LoginPlan.ts"
import { sameIdentity } from "../domain/Identity.ts"
import { leadOf } from "../domain/RenewalTime.ts"
import type { RoleChain } from "../domain/RoleChain.ts"
import { type RoleEntry, roleKey } from "../domain/RoleEntry.ts"
import type { SessionCredentials } from "../domain/SessionCredentials.ts"
import { identityOf, type Settings } from "../domain/Settings.ts"
import { Cache } from "../services/Cache.ts"
import { RoleCache } from "../services/RoleCache.ts"
import { kin } from "./Acquire.ts"
import { acquireRole } from "./Chain.ts"
import { typedLast } from "./CodeMemory.ts"
import { keepRenewed } from "./Renewal.ts"
import { remember } from "./Trouble.ts"

/**
 * Sees to it that the next calls for this chain are served from the cache. What is in there and may be served stays;
 * a session that is due for renewal is not enough, whatever happens.
 */
export const login = (chain: RoleChain) =>
  Effect.gen(function*() {
    const { cache, cacheDirectory, profile } = chain.settings
    if (cache === "none" || cacheDirectory === undefined) {
      return yield* Effect.fail(new NowhereToKeep(profile, cache === "none"))
    }
    const entry = yield* acquireRole(chain, { staleIfError: false })
    if (yield* isKept(chain, entry.credentials)) return entry
    const why = yield* whyNotKept(chain, entry)
    return yield* Effect.fail(new SessionNotKept(chain.profile, cacheDirectory, why))
  }).pipe(Effect.tapError((failure) => remember("failure", chain.profile, failure)))

const isKept = (chain: RoleChain, { accessKeyId }: SessionCredentials) =>
  Effect.map(cachedAs(chain), Option.exists(({ credentials }) => credentials.accessKeyId === accessKeyId))

/** What the cache says to a session that it has not kept. */
const whyNotKept = (chain: RoleChain, entry: CacheEntry | RoleEntry) =>
  Effect.gen(function*() {
    const again = "roles" in entry
      ? (yield* RoleCache).write(entry)
      : (yield* Cache).write(chain.settings.profile, entry)
    return yield* Effect.match(again, { onFailure: (failure) => failure, onSuccess: () => undefined })
  })

/** What the cache has of just this chain. */
const cachedAs = (chain: RoleChain) =>
  Effect.gen(function*() {
    const { hops, settings } = chain
    const isOurs = (entry: CacheEntry) => sameIdentity(identityOf(settings), entry)
    const cached: Option.Option<CacheEntry | RoleEntry> = hops.length === 0
      ? Option.filter(yield* (yield* Cache).read(settings.profile), isOurs)
      : yield* (yield* RoleCache).read(roleKey(chain, hops.length - 1))
    return cached
  })

export interface Onlooker {
  readonly onRenewed: (chain: RoleChain, made: Lifetime) => Effect.Effect<void>
  readonly onFailed: (chain: RoleChain, failure: Failure) => Effect.Effect<void>
}

/**
 * Renews what a person may be asked for, on this terminal and early enough that no other process has to ask. Only a
 * signal to stop ends it.
 */
export const keep = (chain: RoleChain, { onFailed, onRenewed }: Onlooker) => {
  const asked = askedFor(chain)
  const asks = mayAsk(asked.settings)
  return keepRenewed({
    current: latest(asked),
    lead: Effect.map(asks, leadOf),
    renew: Effect.flatMap(asks, (may) => acquireRole(renewing(asked, may), { staleIfError: false })),
    onRenewed: (made) => onRenewed(asked, made),
    onFailed: (failure) => Effect.andThen(remember("failure", asked.profile, failure), onFailed(asked, failure))
  })
}

/** Unless it is known that nobody has to type anything, it is thought that somebody may have to. */
const mayAsk = (settings: Settings) =>
  Effect.map(typedLast(settings), (typed) => asksForCode(settings, Option.getOrUndefined(typed)) ?? true)

const renewing = (chain: RoleChain, asks: boolean): RoleChain => ({
  ...chain,
  settings: { ...chain.settings, refresh: true, timeout: chain.settings.timeout ?? tryLimit(asks) }
})

/** What would be handed out the longest: another profile of the same key may have been renewed meanwhile. */
const latest = (chain: RoleChain) =>
  Effect.gen(function*() {
    const own: Option.Option<Lifetime> = yield* cachedAs(chain)
    const now = yield* Clock.currentTimeMillis
    const longest = chain.settings.duration * 1000
    const shared = chain.hops.length > 0
      ? []
      : (yield* kin(chain.settings)).filter(({ credentials }) => credentials.expiration - now <= longest)
    const found: ReadonlyArray<Lifetime> = [...Option.toArray(own), ...shared]
    return Option.fromUndefinedOr(
      found.toSorted((one, other) => other.credentials.expiration - one.credentials.expiration)[0]
    )
  })
