import type { CacheEntry } from "./CacheEntry.ts"
import { type Identity, identityKey } from "./Identity.ts"
import type { RoleEntry } from "./RoleEntry.ts"

/** The identity that a cached session was made for, for a session whose profile is gone. */
export const identityOfEntry = (entry: CacheEntry): Identity => ({
  vault: entry.vault,
  item: entry.item,
  ...(entry.account === undefined ? undefined : { account: entry.account }),
  ...(entry.serialFromItem === true ? undefined : { serial: entry.mfaSerial }),
  ...(entry.serialField === undefined ? undefined : { serialField: entry.serialField }),
  accessKeyIdField: entry.accessKeyIdField,
  secretAccessKeyField: entry.secretAccessKeyField,
  ...(entry.endpoint === undefined ? undefined : { endpoint: entry.endpoint }),
  ...(entry.partition === undefined ? undefined : { partition: entry.partition })
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
export const isRoleOf = (identity: Identity, role: Pick<RoleEntry, "identity">): boolean => {
  const ours = partsOf(identityKey(identity))
  const theirs = partsOf(role.identity)
  // The third and the fourth part are account and device, as `identityKey` writes them.
  return ours.length === theirs.length && ours.every((part, index) =>
    part === theirs[index] || ((index === 2 || index === 3) && (part === null || theirs[index] === null))
  )
}
