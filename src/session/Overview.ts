import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import { asksForCode } from "../domain/CodeOrigin.ts"
import { Failure } from "../domain/Failure.ts"
import { type Lifetime, mayServe } from "../domain/Freshness.ts"
import { identityKey, sameIdentity } from "../domain/Identity.ts"
import { asksForItself } from "../domain/LoginPlan.ts"
import { nextCall } from "../domain/NextCall.ts"
import type { OurProfile } from "../domain/OurProfiles.ts"
import type { RoleChain } from "../domain/RoleChain.ts"
import { type RoleEntry, roleKey, roleKeyText } from "../domain/RoleEntry.ts"
import { identityOf, type Settings } from "../domain/Settings.ts"
import type { CachedLife, KeyPlace, LeftoverStatus, ProfileStatus, RoleStatus, Status } from "../domain/Status.ts"
import type { EpochMillis } from "../domain/Time.ts"
import { Cache, type Cached } from "../services/Cache.ts"
import { RoleCache } from "../services/RoleCache.ts"
import { typedLast } from "./CodeMemory.ts"
import { lastTrouble } from "./LastTrouble.ts"
import { stillQuiet } from "./Stale.ts"

/** What one cache holds. */
export interface Contents {
  readonly place: "file" | "keyring"
  readonly sessions: ReadonlyArray<Cached>
  readonly roles: ReadonlyArray<RoleEntry>
}

export const contentsOf = (place: Contents["place"]) =>
  Effect.gen(function*() {
    const contents: Contents = { place, sessions: yield* (yield* Cache).list, roles: yield* (yield* RoleCache).list }
    return contents
  })

/** All that is known of these profiles and of what is cached, without asking anybody and without anything secret. */
export const overview = Effect.fn("overview")(function*(
  ours: ReadonlyArray<OurProfile>,
  caches: ReadonlyArray<Contents>,
  inUse: Status["inUse"]
) {
  const at = yield* Clock.currentTimeMillis
  const view: View = { at, shelves: new Map(caches.map((contents) => [contents.place, shelfOf(contents)])) }
  const profiles = yield* Effect.forEach(ours, (profile) => profileStatus(view, profile))
  const names = new Set(ours.flatMap(({ chain, name }) => chain instanceof Failure ? [name] : [name, chain.settings.profile]))
  const status: Status = {
    at,
    inUse,
    profiles,
    leftovers: caches.flatMap(({ place, sessions }) =>
      sessions.filter(({ profile }) => !names.has(profile)).map((cached) => leftover(cached, place, at))
    ),
    roles: caches.flatMap(({ place, roles }) => {
      const shown = new Set(ours.flatMap(({ chain }) =>
        chain instanceof Failure || chain.hops.length === 0 || chain.settings.cache !== place ? [] : [lastRole(chain)]
      ))
      return roles.filter((entry) => !shown.has(roleKeyText(entry))).map((entry) => roleStatus(entry, place, at))
    })
  }
  return status
})

/** The contents of a cache, by what they are looked for. */
interface Shelf {
  readonly byProfile: ReadonlyMap<string, CacheEntry>
  readonly byItem: ReadonlyMap<string, ReadonlyArray<Cached>>
  readonly byRole: ReadonlyMap<string, RoleEntry>
}

interface View {
  readonly at: EpochMillis
  readonly shelves: ReadonlyMap<string, Shelf>
}

const itemOf = ({ item, vault }: Pick<KeyPlace, "vault" | "item">): string => JSON.stringify([vault, item])

const shelfOf = ({ roles, sessions }: Contents): Shelf => ({
  byProfile: new Map(sessions.map(({ entry, profile }) => [profile, entry])),
  byItem: Map.groupBy(sessions, ({ entry }) => itemOf(entry)),
  byRole: new Map(roles.map((entry) => [roleKeyText(entry), entry]))
})

const emptyShelf: Shelf = shelfOf({ place: "file", sessions: [], roles: [] })

const lastRole = (chain: RoleChain): string => roleKeyText(roleKey(chain, chain.hops.length - 1))

const profileStatus = (view: View, { chain, name }: OurProfile) =>
  Effect.gen(function*() {
    const troubles = yield* troublesOf(name)
    if (chain instanceof Failure) {
      const status: ProfileStatus = {
        name,
        problem: { message: chain.message, hint: chain.hint },
        next: "fail",
        ...troubles
      }
      return status
    }
    const prospects = yield* prospectsOf(view, chain)
    const role = chain.hops.at(-1)
    const status: ProfileStatus = {
      name,
      key: keyPlace(chain.settings),
      ...(role === undefined ? undefined : { role: { arn: role.roleArn, baseProfile: chain.settings.profile } }),
      ...prospects,
      ...troubles
    }
    return status
  })

const troublesOf = (profile: string) =>
  Effect.gen(function*() {
    const failure = yield* lastTrouble("failure", profile)
    const warning = yield* lastTrouble("warning", profile)
    return {
      ...(Option.isNone(failure) ? undefined : { failure: failure.value }),
      ...(Option.isNone(warning) ? undefined : { warning: warning.value })
    }
  })

const keyPlace = ({ account, item, mfa, mfaSerial, vault }: Settings): KeyPlace => ({
  vault,
  item,
  ...(account === undefined ? undefined : { account }),
  ...(mfa === "none" ? { mfaSerial: "" } : mfaSerial === undefined ? undefined : { mfaSerial })
})

/** What there is for a chain, and what its next call would do. */
const prospectsOf = (view: View, chain: RoleChain) =>
  Effect.gen(function*() {
    const { settings } = chain
    const shelf = view.shelves.get(settings.cache) ?? emptyShelf
    const typed = yield* typedLast(settings)
    const asks = asksForCode(settings, Option.getOrUndefined(typed))
    const place = settings.cache === "keyring" ? "keyring" : "file"
    if (chain.hops.length === 0) {
      const { own, served, sharesWith } = yield* sessionFor(view, settings, shelf)
      return {
        ...(own === undefined ? undefined : { session: lifeOf(own, place, view.at) }),
        ...(sharesWith === undefined ? undefined : { sharesWith }),
        next: nextCall({ served, asks })
      }
    }
    const entry = shelf.byRole.get(lastRole(chain))
    const served = entry !== undefined && (mayServe(entry, view.at) || (yield* isQuiet(lastRole(chain), [entry])))
    const base = asksForItself(chain) ? false : (yield* sessionFor(view, settings, shelf)).served
    return {
      ...(entry === undefined ? undefined : { session: lifeOf(entry, place, view.at) }),
      next: nextCall({ served, asks: base ? false : asks })
    }
  })

/** The profile's own session, and whether that or another profile's would be handed out, as `acquire` would choose. */
const sessionFor = (view: View, settings: Settings, shelf: Shelf) =>
  Effect.gen(function*() {
    const identity = identityOf(settings)
    const cached = shelf.byProfile.get(settings.profile)
    const own = cached !== undefined && sameIdentity(identity, cached) ? cached : undefined
    if (own !== undefined && mayServe(own, view.at)) return { own, served: true }
    const kin = (shelf.byItem.get(itemOf(settings)) ?? []).filter(({ entry }) => sameIdentity(identity, entry))
    const shared = kin.find(({ entry }) =>
      mayServe(entry, view.at) && entry.credentials.expiration - view.at <= settings.duration * 1000
    )
    if (shared !== undefined) return { own, served: true, sharesWith: shared.profile }
    return { own, served: yield* isQuiet(identityKey(identity), kin.map(({ entry }) => entry)) }
  })

/** Whether the old session is handed out for a while, because renewing it has just failed. */
const isQuiet = (identity: string, kin: ReadonlyArray<Lifetime>) =>
  kin.length === 0 ? Effect.succeed(false) : Effect.map(stillQuiet(identity, kin), Option.isSome)

const lifeOf = (entry: Lifetime, place: CachedLife["place"], now: EpochMillis): CachedLife => ({
  expiration: entry.credentials.expiration,
  ...(entry.issuedAt === undefined ? undefined : { issuedAt: entry.issuedAt }),
  servable: mayServe(entry, now),
  place
})

const leftover = ({ entry, profile }: Cached, place: CachedLife["place"], now: EpochMillis): LeftoverStatus => ({
  profile,
  key: {
    vault: entry.vault,
    item: entry.item,
    ...(entry.account === undefined ? undefined : { account: entry.account }),
    mfaSerial: entry.mfaSerial
  },
  session: lifeOf(entry, place, now)
})

const roleStatus = (entry: RoleEntry, place: CachedLife["place"], now: EpochMillis): RoleStatus => ({
  profile: entry.profile,
  roleArn: entry.roleArn,
  baseProfile: entry.baseProfile,
  session: lifeOf(entry, place, now)
})
