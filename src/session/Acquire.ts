import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { given } from "../domain/base/Given.ts"
import { digest } from "../domain/base/Digest.ts"
import type { StopFailure } from "../domain/base/StopFailure.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import { type CacheFailure, keychainRefusal } from "../domain/cache/CacheFailure.ts"
import { whyNotServed } from "../domain/cache/CacheMiss.ts"
import { madeSince, mayServe } from "../domain/cache/Freshness.ts"
import { type Identity, identityAt, identityKey, identityOf, sameIdentity } from "../domain/cache/Identity.ts"
import { keptName, keptNames, profileOfKept, type Settings } from "../domain/settings/Settings.ts"
import { mint, takeInHand } from "./Mint.ts"
import { notSoonAfterRefusal } from "./Refusals.ts"
import { serveOrRenew } from "./ServeOrRenew.ts"
import { Cache } from "../services/cache/Cache.ts"
import { singleFlight } from "./SingleFlight.ts"
import { type Deadline, endedBy, endedSoonAfter, glance } from "./terminal/Deadline.ts"
import { warn } from "./Trouble.ts"

export interface AcquireOptions {
  /** Whether a session that is due for renewal may be handed out when renewing it fails. */
  readonly staleIfError: boolean
}

/**
 * A session for these settings: the profile's own from the cache, else another profile's of the same identity, else a
 * new one, which is made once however many processes ask for it. Fails with what a person can act on, by
 * the deadline.
 */
export const acquire = Effect.fn("acquire")(function*(
  settings: Settings,
  options: AcquireOptions,
  deadline: Deadline
) {
  const startedAt = yield* Clock.currentTimeMillis
  return yield* serveOrRenew({
    kind: "session",
    identity: identityKey(identityOf(settings)),
    profile: settings.profile,
    refresh: settings.refresh,
    staleIfError: options.staleIfError,
    cached: endedBy(cachedSession(settings, deadline), deadline),
    kin: endedSoonAfter(kin(settings), deadline),
    renew: notSoonAfterRefusal(settings, renewed(settings, startedAt, deadline)),
    fetch: (profile) => endedBy(sharedSession(settings, profile, startedAt, deadline), deadline),
    deadline
  })
})

/**
 * A new session, kept. Once the item was read it is known by its ids, and the same item may have another name in
 * another profile: whoever has just made its session, or is about to, has made ours.
 */
const renewed = Effect.fnUntraced(function*(settings: Settings, since: EpochMillis, deadline: Deadline) {
  const taken = yield* endedBy(takeInHand(settings), deadline)
  const { place, serial } = taken.inHand
  // Kept before others are told where it is.
  const made = Effect.flatMap(endedBy(mint(settings, taken), deadline), (entry) => keep(settings, entry, deadline))
  if (place === undefined) return yield* made
  const identity = identityAt(identityOf(settings), place, serial)
  const known = (profile?: string) => namesake(settings, { identity, since, among: profile }, deadline)
  return yield* singleFlight({
    name: `item-${digest(identityKey(identity))}`,
    profile: settings.profile,
    // Entries keep whole seconds: one of this very second may be the one that --refresh is to replace.
    work: settings.refresh ? made : Effect.flatMap(known(), Option.match({ onNone: () => made, onSome: Effect.succeed })),
    fetch: known,
    deadline
  })
})

/** A session of the same item, whatever it is called there, that this profile may use, kept as its own. */
const namesake = Effect.fnUntraced(function*(
  settings: Settings,
  { among, identity, since }: { readonly identity: Identity; readonly since: EpochMillis; readonly among: string | undefined },
  deadline: Deadline
) {
  const now = yield* Clock.currentTimeMillis
  const found = (yield* glance((yield* Cache).list, deadline)).find(({ entry, profile }) =>
    (among === undefined || among === profileOfKept(profile)) &&
    sameIdentity(identity, entry) &&
    mayServe(entry, now) &&
    (profile === keptName(settings) || entry.credentials.expiration - now <= settings.duration * 1000) &&
    (!settings.refresh || madeSince(entry, since))
  )
  if (found === undefined) return Option.none<CacheEntry>()
  yield* Effect.logDebug(`profile "${profileOfKept(found.profile)}" has a session of the same item, which will do`)
  return Option.some(yield* keep(settings, found.entry, deadline))
})

/** Takes a session that AWS knows no more out of the cache, under every profile that has it. */
export const forgetSession = Effect.fnUntraced(function*(settings: Settings, dead: CacheEntry) {
  const cache = yield* Cache
  for (const { entry, profile } of yield* cache.list) {
    if (entry.credentials.accessKeyId !== dead.credentials.accessKeyId) continue
    yield* Effect.catchTag(cache.remove(profile), "CacheUnwritable", (failure) => warn(settings.profile, failure))
  }
})

/**
 * Every cached session of this identity that the profile may use, its own first. Its own is taken as it is; another
 * profile's must not outlive the duration that this one asks for.
 */
export const kin = Effect.fnUntraced(function*(settings: Settings) {
  const cache = yield* Cache
  const now = yield* Clock.currentTimeMillis
  const identity = identityOf(settings)
  const own = yield* cache.read(keptName(settings))
  const others = (yield* cache.list).filter(({ entry, profile }) =>
    profile !== keptName(settings) && entry.credentials.expiration - now <= settings.duration * 1000
  )
  return [...Option.toArray(own), ...others.map(({ entry }) => entry)].filter((entry) => sameIdentity(identity, entry))
})

/** A session from the cache that may be handed out now. Another profile's becomes the profile's own. */
const cachedSession = Effect.fnUntraced(function*(settings: Settings, deadline: Deadline) {
  const now = yield* Clock.currentTimeMillis
  const own = yield* (yield* Cache).read(keptName(settings))
  const unfit = Option.isNone(own) ? "there is none" : whyNotServed(identityOf(settings), own.value, now)
  if (unfit === undefined) return own
  yield* Effect.logDebug(`no session from the cache for profile "${settings.profile}": ${unfit}`)
  const sibling = (yield* kin(settings)).find((entry) => mayServe(entry, now))
  if (sibling === undefined) return Option.none<CacheEntry>()
  yield* Effect.logDebug(`profile "${profileOfKept(sibling.profile ?? "?")}" has one of the same key and device, which will do`)
  return Option.some(yield* keep(settings, sibling, deadline))
})

/** The session that the process we waited for has made, if it is one that we may use: `profile` is its, narrowed or not. */
const sharedSession = Effect.fnUntraced(function*(settings: Settings, profile: string, since: EpochMillis, deadline: Deadline) {
  const now = yield* Clock.currentTimeMillis
  const cache = yield* Cache
  for (const name of keptNames(profile)) {
    const entry = Option.filter(yield* cache.read(name), (found) =>
      sameIdentity(identityOf(settings), found) &&
      mayServe(found, now) &&
      (!settings.refresh || madeSince(found, since))
    )
    if (Option.isSome(entry)) return name === keptName(settings) ? entry : Option.some(yield* keep(settings, entry.value, deadline))
  }
  return Option.none<CacheEntry>()
})

/** Keeps a session under the profile's own name. A cache that cannot be written costs nothing but the cache. */
const keep = Effect.fnUntraced(function*(settings: Settings, session: CacheEntry, deadline: Deadline) {
  const { serialField: _, ...rest } = session
  const { account = session.account, serial, serialField } = identityOf(settings)
  // By its own words and its own account the profile finds it again without asking what they mean.
  const entry: CacheEntry = {
    ...rest,
    profile: keptName(settings),
    vault: settings.vault,
    item: settings.item,
    ...given({ account }),
    ...(serial === undefined ? { serialFromItem: true } : undefined),
    ...given({ serialField })
  }
  const cache = yield* Cache
  yield* keptOrWarned(settings.profile, cache.write(keptName(settings), entry), deadline)
  // One from before the profile was narrowed is whole, and lies where the Go program looks for it.
  if (settings.keptAs !== undefined) yield* keptOrWarned(settings.profile, cache.remove(settings.profile), deadline)
  return entry
})

/** Lets something be kept. Where that fails, or the keychain has stopped answering, the person hears of it. */
export const keptOrWarned = <R>(
  profile: string,
  write: Effect.Effect<unknown, CacheFailure<"CacheUnwritable"> | StopFailure<"Stopped">, R>,
  deadline: Deadline
) =>
  endedSoonAfter(write, deadline).pipe(
    Effect.catchTag("TimedOut", () => Effect.fail(keychainRefusal("it did not answer in time"))),
    Effect.catchTag("CacheUnwritable", (failure) => warn(profile, failure))
  )
