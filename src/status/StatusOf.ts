import { given } from "../domain/base/Given.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import type { CacheFailure } from "../domain/cache/CacheFailure.ts"
import { type Lifetime, mayServe, mayServeStale } from "../domain/cache/Freshness.ts"
import { type Identity, identityKey, identityOf, sameIdentity } from "../domain/cache/Identity.ts"
import { endKey, type RoleEntry, roleKeyText } from "../domain/cache/RoleEntry.ts"
import { asksForCode } from "../domain/mfa/CodeOrigin.ts"
import type { Trouble } from "../domain/session/FlightNote.ts"
import { asksForItself } from "../domain/session/LoginPlan.ts"
import { narrowingTrouble } from "../domain/session/NarrowingTrouble.ts"
import { scopeOf } from "../domain/settings/Narrowing.ts"
import type { OurProfile } from "../domain/settings/OurProfiles.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { keptName, profileOfKept, type Settings } from "../domain/settings/Settings.ts"
import {
  type CachedLife,
  type KeyPlace,
  type LeftoverStatus,
  nextCall,
  type ProfileStatus,
  type RoleStatus,
  type Status
} from "./Status.ts"

interface CachedSession {
  readonly profile: string
  readonly entry: CacheEntry
}

/** What one cache holds. */
export interface Contents {
  readonly place: CachedLife["place"]
  readonly sessions: ReadonlyArray<CachedSession>
  readonly roles: ReadonlyArray<RoleEntry>
}

/** What is remembered of earlier calls. Identities are texts, of sessions as of roles. */
export interface Remembered {
  /** By profile. */
  readonly failures: ReadonlyMap<string, Trouble>
  readonly warnings: ReadonlyMap<string, Trouble>
  /** By profile: when a rotation of its key began that is not finished. */
  readonly rotations: ReadonlyMap<string, EpochMillis>
  /** By identity: whether the last code was typed. */
  readonly typed: ReadonlyMap<string, boolean>
  /** The identities whose old session is handed out for a while, because renewing it has just failed. */
  readonly quiet: ReadonlySet<string>
}

export interface StatusInput {
  readonly at: EpochMillis
  readonly inUse: Status["inUse"]
  readonly ours: ReadonlyArray<OurProfile>
  readonly caches: ReadonlyArray<Contents>
  readonly remembered: Remembered
  /** Why the keychain was not looked into; undefined where it was, or where nobody has anything in it. */
  readonly closed?: CacheFailure<"KeyringUnavailable">
}

/** Everything that can be said of these profiles and caches without asking anybody; nothing in it is secret. */
export const statusOf = ({ at, caches, closed, inUse, ours, remembered }: StatusInput): Status => {
  const view: View = { at, closed, remembered, shelves: new Map(caches.map((contents) => [contents.place, shelfOf(contents)])) }
  const names = new Set(
    ours.flatMap(({ chain, name }) => chain instanceof Failure ? [name] : [name, keptName(chain.settings)])
  )
  const inKeychain = closed !== undefined || view.shelves.has("keyring")
  return {
    at,
    inUse,
    ...(inKeychain ? { keychain: keychainOf(closed) } : undefined),
    profiles: ours.map((profile) => profileStatus(view, profile)),
    leftovers: caches.flatMap(({ place, sessions }) =>
      sessions.filter(({ profile }) => !names.has(profile) && !names.has(profileOfKept(profile))).map((cached) => leftover(cached, place, at))
    ),
    roles: caches.flatMap(({ place, roles }) => {
      const shown = new Set(ours.flatMap(({ chain }) =>
        chain instanceof Failure || chain.settings.cache !== place ? [] : endOf(chain)
      ))
      return roles.filter((entry) => !shown.has(roleKeyText(entry))).map((entry) => roleStatus(entry, place, at))
    })
  }
}

/** The text that stands for the identity of a chain's session. */
export const sessionIdentity = ({ settings }: Pick<RoleChain, "settings">): string => identityKey(identityOf(settings))

/** The text that stands for what a chain ends in; none where that is the session itself. */
export const endOf = (chain: RoleChain): ReadonlyArray<string> => {
  const key = endKey(chain)
  return key === undefined ? [] : [roleKeyText(key)]
}

/** The contents of a cache, by what they are looked for. */
interface Shelf {
  readonly byProfile: ReadonlyMap<string, CacheEntry>
  readonly byItem: ReadonlyMap<string, ReadonlyArray<CachedSession>>
  /** What was found for identities before, as many profiles may share one. */
  readonly kin: Map<string, ReadonlyArray<CachedSession>>
  readonly shared: Map<string, CachedSession | undefined>
  readonly byRole: ReadonlyMap<string, RoleEntry>
}

interface View {
  readonly at: EpochMillis
  readonly closed: CacheFailure<"KeyringUnavailable"> | undefined
  readonly remembered: Remembered
  readonly shelves: ReadonlyMap<string, Shelf>
}

/** What any two of one identity have in common: the device where it is configured, else the field that is to say it. */
const itemOf = (of: Identity | CacheEntry, device: readonly [serial: string | undefined, field: string | undefined]): string =>
  JSON.stringify([of.vault, of.item, of.accessKeyIdField, of.secretAccessKeyField, of.endpoint, ...device])

/** By every pair of words that means its item, with its device, and once more without where that came from the item. */
const itemsOf = ({ entry }: CachedSession): ReadonlyArray<string> => {
  const { item, itemId = item, vault, vaultId = vault } = entry
  const pairs = [[vault, item], [vault, itemId], [vaultId, item], [vaultId, itemId]] as const
  return [...new Set(pairs.flatMap(([vault, item]) => {
    const named = { ...entry, vault, item }
    return [
      itemOf(named, [entry.mfaSerial, undefined]),
      ...(entry.serialFromItem === true ? [itemOf(named, [undefined, entry.serialField])] : [])
    ]
  }))]
}

const shelfOf = ({ roles, sessions }: Contents): Shelf => ({
  byProfile: new Map(sessions.map(({ entry, profile }) => [profile, entry])),
  byItem: new Map(
    [...Map.groupBy(sessions.flatMap((session) => itemsOf(session).map((item) => ({ item, session }))), ({ item }) => item)]
      .map(([item, found]) => [item, found.map(({ session }) => session)])
  ),
  kin: new Map(),
  shared: new Map(),
  byRole: new Map(roles.map((entry) => [roleKeyText(entry), entry]))
})

const emptyShelf: Shelf = shelfOf({ place: "file", sessions: [], roles: [] })

const profileStatus = (view: View, { chain, name }: OurProfile): ProfileStatus => {
  const failure = view.remembered.failures.get(name)
  const warning = view.remembered.warnings.get(name)
  const rotatingSince = view.remembered.rotations.get(name)
  const troubles = {
    ...given({ failure, warning, rotatingSince })
  }
  if (chain instanceof Failure) {
    return { name, problem: { message: chain.message, hint: chain.hint }, next: "fail", ...troubles }
  }
  const unfit = narrowingTrouble(chain)
  const role = chain.hops.at(-1)
  return {
    name,
    key: { ...keyPlace(chain.settings), ...titlesOf(view, chain) },
    ...(role === undefined ? undefined : { role: { arn: role.roleArn, baseProfile: chain.settings.profile } }),
    ...(chain.narrowing === undefined ? undefined : { narrowed: scopeOf(chain.narrowing) }),
    ...prospectsOf(view, chain),
    ...(unfit === undefined ? undefined : { next: "fail" as const, problem: { message: unfit.message, hint: unfit.hint } }),
    ...troubles
  }
}

const keychainOf = (closed: CacheFailure<"KeyringUnavailable"> | undefined): NonNullable<Status["keychain"]> =>
  closed === undefined ? { state: "unlocked" } : { state: closed.state, problem: closed.message }

const keyPlace = ({ account, item, mfa, mfaSerial, vault }: Settings): KeyPlace => ({
  vault,
  item,
  ...given({ account }),
  ...(mfa === "none" ? { mfaSerial: "" } : mfaSerial === undefined ? undefined : { mfaSerial })
})

const titles = ({ itemTitle, vaultName }: CacheEntry): Pick<KeyPlace, "itemTitle" | "vaultName"> => ({
  ...given({ vaultName, itemTitle })
})

/** What the item is called, as far as a session of it, an old one too, says so. */
const titlesOf = (view: View, { settings }: RoleChain): Pick<KeyPlace, "itemTitle" | "vaultName"> => {
  const shelf = view.shelves.get(settings.cache) ?? emptyShelf
  const known = kinOf(shelf, identityOf(settings))[0]
  return known === undefined ? {} : titles(known.entry)
}

/** What there is for a chain, and what its next call would do. */
const prospectsOf = (
  view: View,
  chain: RoleChain
): Pick<ProfileStatus, "next" | "parent" | "problem" | "session" | "sharesWith" | "unseen"> => {
  const { settings } = chain
  const { closed } = view
  if (settings.cache === "keyring" && closed !== undefined) {
    return closed.state === "locked" || closed.state === "unknown"
      ? { next: "unlock", unseen: true }
      : { next: "fail", problem: { message: closed.message, hint: closed.hint }, unseen: true }
  }
  const shelf = view.shelves.get(settings.cache) ?? emptyShelf
  const place = settings.cache === "keyring" ? "keyring" : "file"
  const asks = asksForCode(settings, view.remembered.typed.get(sessionIdentity(chain)))
  const { own, served, sharesWith } = sessionFor(view, chain, shelf)
  const [end] = endOf(chain)
  if (end === undefined) {
    return {
      ...(own === undefined ? undefined : { session: lifeOf(own, place, view.at) }),
      ...given({ sharesWith }),
      next: nextCall({ served, asks })
    }
  }
  const entry = shelf.byRole.get(end)
  // A narrowed session without a role is shown with the one that it is made from.
  const parent = chain.hops.length > 0 ? undefined : own ?? (sharesWith === undefined ? undefined : shelf.byProfile.get(sharesWith))
  return {
    ...(entry === undefined ? undefined : { session: lifeOf(entry, place, view.at) }),
    ...(parent === undefined ? undefined : { parent: lifeOf(parent, place, view.at) }),
    next: nextCall({
      served: entry !== undefined && (mayServe(entry, view.at) || staleIsServed(view, end, [{ entry }])),
      asks: served && !asksForItself(chain) ? false : asks
    })
  }
}

/** The profile's own session, and whether that or another profile's would be handed out, as `acquire` would choose. */
const sessionFor = (view: View, chain: RoleChain, shelf: Shelf) => {
  const { settings } = chain
  const identity = identityOf(settings)
  const cached = shelf.byProfile.get(keptName(settings))
  const own = cached !== undefined && sameIdentity(identity, cached) ? cached : undefined
  if (own !== undefined && mayServe(own, view.at)) return { own, served: true }
  const kin = kinOf(shelf, identity)
  const shared = once(shelf.shared, JSON.stringify([identityKey(identity), identity.partition, settings.duration]), () =>
    kin.find(({ entry }) => mayServe(entry, view.at) && entry.credentials.expiration - view.at <= settings.duration * 1000))
  if (shared !== undefined) return { own, served: true, sharesWith: profileOfKept(shared.profile) }
  return { own, served: staleIsServed(view, sessionIdentity(chain), kin) }
}

/** Every session of an identity, under whatever name of its item. */
const kinOf = (shelf: Shelf, identity: Identity): ReadonlyArray<CachedSession> =>
  once(shelf.kin, JSON.stringify([identityKey(identity), identity.partition]), () =>
    (shelf.byItem.get(itemOf(identity, [identity.serial, identity.serialField])) ?? []).filter(({ entry }) => sameIdentity(identity, entry)))

const once = <A>(known: Map<string, A>, key: string, find: () => A): A => {
  if (!known.has(key)) known.set(key, find())
  return known.get(key)!
}

const staleIsServed = ({ at, remembered }: View, identity: string, kin: ReadonlyArray<{ readonly entry: Lifetime }>): boolean =>
  remembered.quiet.has(identity) && kin.some(({ entry }) => mayServeStale(entry, at))

const lifeOf = (entry: Lifetime, place: CachedLife["place"], now: EpochMillis): CachedLife => ({
  expiration: entry.credentials.expiration,
  ...given({ issuedAt: entry.issuedAt }),
  servable: mayServe(entry, now),
  place
})

const leftover = ({ entry, profile }: CachedSession, place: CachedLife["place"], now: EpochMillis): LeftoverStatus => ({
  profile: profileOfKept(profile),
  key: {
    vault: entry.vault,
    item: entry.item,
    ...titles(entry),
    ...given({ account: entry.account }),
    mfaSerial: entry.mfaSerial
  },
  session: lifeOf(entry, place, now)
})

const roleStatus = (entry: RoleEntry, place: CachedLife["place"], now: EpochMillis): RoleStatus => ({
  profile: entry.profile,
  ...(entry.roleArn === "" ? undefined : { roleArn: entry.roleArn }),
  ...(entry.narrowedBy === undefined ? undefined : { narrowed: entry.narrowedBy }),
  baseProfile: entry.baseProfile,
  session: lifeOf(entry, place, now)
})
