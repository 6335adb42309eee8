import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CacheEntry, Cached } from "../domain/cache/CacheEntry.ts"
import { type Identity, identityAt, identityKey, identityOf, sameIdentity } from "../domain/cache/Identity.ts"
import { type RoleEntry, roleKeyText } from "../domain/cache/RoleEntry.ts"
import { identityOfEntry, isRoleOf } from "../domain/session/Belongings.ts"
import { placeIn } from "../domain/onepassword/ItemAddress.ts"
import { keptNames, profileOfKept, type Settings } from "../domain/settings/Settings.ts"
import { forgetRefusals } from "./Refusals.ts"
import { Cache, RoleCache } from "../services/cache/Cache.ts"
import { forgetQuiet } from "./Stale.ts"

/** What was taken out of a cache. */
export interface Forgotten {
  readonly sessions: ReadonlyArray<Cached>
  readonly roles: ReadonlyArray<RoleEntry>
  /** Profiles under whose name there was something that is no session. */
  readonly damaged: ReadonlyArray<string>
}

export interface ForgetOptions {
  readonly rolesOnly: boolean
}

/**
 * Forgets the identity of a profile: every session that its next call would be handed, whosever it is called, the roles
 * on top of them, and what others were told to leave in peace. Spent codes stay, because AWS remembers them too.
 */
export const forgetProfile = Effect.fn("forgetProfile")(function*(settings: Settings, options: ForgetOptions) {
  return yield* forget(identityOf(settings), settings.profile, options)
})

/** The same by what is cached under a name, for a profile that is not there any more; none when nothing is. */
export const forgetLeftover = Effect.fn("forgetLeftover")(function*(name: string, options: ForgetOptions) {
  const found = (yield* (yield* Cache).list).find(({ profile }) => profileOfKept(profile) === name)
  return found === undefined
    ? Option.none<Forgotten>()
    : Option.some(yield* forget(identityOfEntry(found.entry), name, options))
})

/** Everything, whosever it is. `profiles` are names under which there may be something that cannot be read. */
export const forgetAll = Effect.fn("forgetAll")(function*(
  profiles: ReadonlyArray<string>,
  { rolesOnly }: ForgetOptions
) {
  const sessions = rolesOnly ? [] : yield* (yield* Cache).list
  return yield* remove({
    sessions,
    roles: yield* (yield* RoleCache).list,
    names: rolesOnly ? [] : profiles.flatMap(keptNames),
    identities: sessions.map(({ entry }) => identityKey(identityOfEntry(entry)))
  })
})

const forget = Effect.fnUntraced(function*(identity: Identity, name: string, { rolesOnly }: ForgetOptions) {
  const all = yield* (yield* Cache).list
  // The next call asks op which item it is, and would be handed what is there under another name of it.
  const named = [identity, ...all.flatMap(({ entry }) => sameIdentity(identity, entry) ? byIds(identity, entry) : [])]
  const identities = [...new Map(named.map((one) => [identityKey(one), one])).values()]
  const isOurs = (entry: CacheEntry) => identities.some((one) => sameIdentity(one, entry))
  const sessions = rolesOnly ? [] : all.filter(({ entry, profile }) => profileOfKept(profile) === name || isOurs(entry))
  const roles = (yield* (yield* RoleCache).list).filter((role) => identities.some((one) => isRoleOf(one, role)))
  const keys = [identity, ...sessions.map(({ entry }) => identityOfEntry(entry))].map(identityKey)
  return yield* remove(
    rolesOnly
      ? { sessions, roles, names: [], identities: [] }
      : { sessions, roles, names: keptNames(name), identities: keys }
  )
})

const byIds = (identity: Identity, entry: CacheEntry): ReadonlyArray<Identity> => {
  const place = placeIn(entry)
  return place === undefined ? [] : [identityAt(identity, place, entry.mfaSerial)]
}

interface Doomed extends Omit<Forgotten, "damaged"> {
  readonly names: ReadonlyArray<string>
  readonly identities: ReadonlyArray<string>
}

const remove = Effect.fnUntraced(function*({ identities, names, roles, sessions }: Doomed) {
  const cache = yield* Cache
  const roleCache = yield* RoleCache
  // Roles first: should one of these fail, nothing is left that rests on a session which is gone.
  for (const role of roles) {
    yield* roleCache.remove(role)
    yield* forgetQuiet(roleKeyText(role))
  }
  for (const { profile } of sessions) yield* cache.remove(profile)
  const damaged: Array<string> = []
  for (const name of names) if (yield* cache.remove(name)) damaged.push(name)
  for (const identity of new Set(identities)) {
    yield* forgetRefusals(identity)
    yield* forgetQuiet(identity)
  }
  const shown = sessions.map(({ entry, profile }) => ({ entry, profile: profileOfKept(profile) }))
  const forgotten: Forgotten = { sessions: shown, roles, damaged: damaged.map(profileOfKept) }
  return forgotten
})
