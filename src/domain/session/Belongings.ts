import { given } from "../base/Given.ts"
import type { CacheEntry } from "../cache/CacheEntry.ts"
import { type Identity, identityKey } from "../cache/Identity.ts"
import type { RoleEntry, RoleKey } from "../cache/RoleEntry.ts"
import type { ItemPlace } from "../onepassword/ItemAddress.ts"

/** The identity that a cached session was made for, for a session whose profile is gone. */
export const identityOfEntry = (entry: CacheEntry): Identity => ({
  vault: entry.vault,
  item: entry.item,
  ...given({ account: entry.account }),
  ...(entry.serialFromItem === true ? undefined : { serial: entry.mfaSerial }),
  ...given({ serialField: entry.serialField }),
  accessKeyIdField: entry.accessKeyIdField,
  secretAccessKeyField: entry.secretAccessKeyField,
  ...given({ endpoint: entry.endpoint, partition: entry.partition })
})

const partsOf = (identity: string): ReadonlyArray<unknown> => {
  try {
    const parts: unknown = JSON.parse(identity)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/**
 * Whether a role rests on a session of this identity. An account or a device that one side does not name is taken for
 * the other's: a role that is asked for anew costs nothing, and one that stays would still be good.
 */
export const isRoleOf = (identity: Identity, role: Pick<RoleEntry, "identity" | "itemId" | "vaultId">): boolean => {
  const ours = partsOf(identityKey(identity))
  const theirs = partsOf(role.identity)
  // The third and the fourth part are account and device, as `identityKey` writes them.
  return ours.length === theirs.length && ours.every((part, index) =>
    part === theirs[index] ||
    ((index === 2 || index === 3) && (part === null || theirs[index] === null)) ||
    // The first and the second are vault and item.
    part !== undefined && (index === 0 && part === role.vaultId || index === 1 && part === role.itemId)
  )
}

/**
 * Whether a cached role is the one of this key, whatever its item is called there: `place` is the item of the key, where
 * that is known by its ids. An account matters to words only: ids are one account's.
 */
export const isSameRole = (key: RoleKey, role: RoleEntry, place: Partial<ItemPlace> | undefined): boolean => {
  if (key.roles !== role.roles) return false
  const [vault, item, account, ...rest] = partsOf(key.identity)
  const [itsVault, itsItem, itsAccount, ...itsRest] = partsOf(role.identity)
  if (rest.length !== itsRest.length || rest.some((part, index) => part !== itsRest[index])) return false
  const byIds = place?.vaultId !== undefined && place.itemId !== undefined &&
    (place.vaultId === role.vaultId || place.vaultId === itsVault) && (place.itemId === role.itemId || place.itemId === itsItem)
  const byWords = (vault === itsVault || vault === role.vaultId) && (item === itsItem || item === role.itemId) &&
    account === itsAccount
  return byIds || byWords
}
