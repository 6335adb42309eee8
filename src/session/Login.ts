import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { kin } from "./Acquire.ts"
import { acquireRole } from "./AssumeRoles.ts"
import type { SessionCredentials } from "../domain/aws/SessionCredentials.ts"
import type { Failure } from "../domain/base/Failure.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import type { Lifetime } from "../domain/cache/Freshness.ts"
import { identityOf, sameIdentity } from "../domain/cache/Identity.ts"
import { endKey, type RoleEntry } from "../domain/cache/RoleEntry.ts"
import { asksForCode } from "../domain/mfa/CodeOrigin.ts"
import { LoginFailure } from "../domain/session/LoginFailure.ts"
import { askedFor, codeWanted, type NextRenewal, tryLimit } from "../domain/session/LoginPlan.ts"
import { leadOf, renewalTime } from "../domain/session/RenewalTime.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { keptName, type Settings } from "../domain/settings/Settings.ts"
import { typedLast } from "./mfa/CodeMemory.ts"
import { keepRenewed } from "./Renewal.ts"
import { Cache, RoleCache } from "../services/cache/Cache.ts"
import { Notification } from "../services/terminal/Notification.ts"
import { Tty } from "../services/terminal/Tty.ts"
import { remember } from "./Trouble.ts"

/**
 * Sees to it that the next calls for this chain are served from the cache. What is in there and may be served stays;
 * a session that is due for renewal is not enough, whatever happens.
 */
export const login = Effect.fnUntraced(function*(chain: RoleChain) {
  const { cache, cacheDirectory, profile } = chain.settings
  if (cache === "none" || cacheDirectory === undefined) {
    return yield* Effect.fail(LoginFailure.NowhereToKeep(profile, cache === "none"))
  }
  const entry = yield* acquireRole(chain, { staleIfError: false })
  if (yield* isKept(chain, entry.credentials)) return entry
  const why = yield* whyNotKept(chain, entry)
  return yield* Effect.fail(LoginFailure.SessionNotKept(chain.profile, cacheDirectory, why))
}, (effect, { profile }) => Effect.tapError(effect, (failure) => remember("failure", profile, failure)))

const isKept = (chain: RoleChain, { accessKeyId }: SessionCredentials) =>
  Effect.map(cachedAs(chain), Option.exists(({ credentials }) => credentials.accessKeyId === accessKeyId))

/** What the cache says to a session that it has not kept. */
const whyNotKept = Effect.fnUntraced(function*(chain: RoleChain, entry: CacheEntry | RoleEntry) {
  const again = "roles" in entry
    ? (yield* RoleCache).write(entry, entry)
    : (yield* Cache).write(keptName(chain.settings), entry)
  return yield* Effect.match(again, { onFailure: (failure) => failure, onSuccess: () => undefined })
})

/** What the cache has of just this chain. */
const cachedAs = Effect.fnUntraced(function*(chain: RoleChain) {
  const { settings } = chain
  const key = endKey(chain)
  const isOurs = (entry: CacheEntry) => sameIdentity(identityOf(settings), entry)
  const cached: Option.Option<CacheEntry | RoleEntry> = key === undefined
    ? Option.filter(yield* (yield* Cache).read(keptName(settings)), isOurs)
    : yield* (yield* RoleCache).read(key)
  return cached
})

export interface Onlooker {
  readonly onRenewed: (chain: RoleChain, made: Lifetime, next: NextRenewal | undefined) => Effect.Effect<void>
  readonly onFailed: (chain: RoleChain, failure: Failure) => Effect.Effect<void>
}

/**
 * Renews what a person may be asked for, on this terminal and early enough that no other process has to ask. Only a
 * signal to stop ends it.
 */
export const keep = Effect.fnUntraced(function*(chain: RoleChain, { onFailed, onRenewed }: Onlooker) {
  const asked = askedFor(chain)
  const asks = mayAsk(asked.settings)
  const caller = yield* callerFor(asked.profile)
  return yield* keepRenewed({
    current: latest(asked),
    lead: Effect.map(asks, leadOf),
    renew: Effect.flatMap(asks, (may) => caller.calling(acquireRole(renewing(asked, may), { staleIfError: false }))),
    onRenewed: (made) =>
      Effect.flatMap(Effect.option(nextRenewal(asked)), (next) => onRenewed(asked, made, Option.getOrUndefined(Option.flatten(next)))),
    onFailed: (failure) => Effect.andThen(remember("failure", asked.profile, failure), onFailed(asked, failure))
  })
})

/** When `keep` will renew what there is of a chain, as well as that is known beforehand, and whether it will ask. */
export const nextRenewal = Effect.fnUntraced(function*(chain: RoleChain) {
  const asked = askedFor(chain)
  const session = yield* latest(asked)
  const typed = yield* typedLast(asked.settings)
  const asks = asksForCode(asked.settings, Option.getOrUndefined(typed))
  return Option.map(session, (found): NextRenewal => ({
    profile: asked.profile,
    at: renewalTime(found, leadOf(asks ?? true), 0.5),
    asks
  }))
})

/**
 * Calls the person to the terminal when a question stands there: they look at something else hours after they have
 * started this. Once for each renewal; whoever mistyped a code is there.
 */
const callerFor = Effect.fnUntraced(function*(profile: string) {
  const notification = yield* Notification
  const tty = yield* Tty
  let called = false
  const call = Effect.gen(function*() {
    if (called) return
    called = true
    const { heading, line } = codeWanted(profile)
    if (!(yield* notification.show(heading, line))) yield* tty.ring
  })
  // The question does not wait for what may take a while.
  const calling = { ...tty, ask: (question: string) => Effect.andThen(Effect.forkChild(call), tty.ask(question)) }
  return {
    calling: <A, E, R>(renewal: Effect.Effect<A, E, R>) =>
      Effect.andThen(Effect.sync(() => void (called = false)), Effect.provideService(renewal, Tty, calling))
  }
})

/** Unless it is known that nobody has to type anything, it is thought that somebody may have to. */
const mayAsk = (settings: Settings) =>
  Effect.map(typedLast(settings), (typed) => asksForCode(settings, Option.getOrUndefined(typed)) ?? true)

const renewing = (chain: RoleChain, asks: boolean): RoleChain => ({
  ...chain,
  settings: { ...chain.settings, refresh: true, timeout: chain.settings.timeout ?? tryLimit(asks) }
})

/** What would be handed out the longest: another profile of the same key may have been renewed meanwhile. */
const latest = Effect.fnUntraced(function*(chain: RoleChain) {
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
