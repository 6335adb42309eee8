import { partitionOfArn, partitionOfRegion } from "../aws/Region.ts"
import type { CacheEntry } from "./CacheEntry.ts"
import { isNamed, type ItemPlace } from "../onepassword/ItemAddress.ts"
import { flagSpecs } from "../settings/Flags.ts"
import type { Settings } from "../settings/Settings.ts"

/** What makes two sessions interchangeable: the same key, the same device, the same STS. */
export interface Identity {
  readonly vault: string
  readonly item: string
  readonly account?: string
  /** Undefined when the item will say it; empty for a session without MFA. */
  readonly serial?: string
  /** The item's field that is to say it, where that is not the usual one. */
  readonly serialField?: string
  readonly accessKeyIdField: string
  readonly secretAccessKeyField: string
  /** An STS endpoint other than AWS's own: its sessions are good nowhere else. */
  readonly endpoint?: string
  /** Undefined while nothing configured says it. */
  readonly partition?: string
}

const agree = (ours: string | undefined, theirs: string | undefined): boolean =>
  ours === undefined || theirs === undefined || ours === theirs

/** Whether the session in `entry` is one that these settings would have made. */
export const sameIdentity = (identity: Identity, entry: CacheEntry): boolean =>
  isNamed(identity.vault, entry.vault, entry.vaultId) &&
  isNamed(identity.item, entry.item, entry.itemId) &&
  entry.accessKeyIdField === identity.accessKeyIdField &&
  entry.secretAccessKeyField === identity.secretAccessKeyField &&
  entry.endpoint === identity.endpoint &&
  agree(identity.account, entry.account) &&
  agree(identity.partition, entry.partition) &&
  (identity.serial === undefined
    ? entry.serialFromItem === true && entry.serialField === identity.serialField
    : entry.mfaSerial === identity.serial)

/** The same identity once the item was read: by its ids, which are one account's, and with the device that it is now. */
export const identityAt = (
  { account: _, serialField: __, ...identity }: Identity,
  { itemId, vaultId }: ItemPlace,
  serial: string
): Identity => ({ ...identity, vault: vaultId, item: itemId, serial })

/** A text that is equal for equal identities only, to name a lock by. */
export const identityKey = (identity: Identity): string =>
  JSON.stringify([
    identity.vault,
    identity.item,
    identity.account ?? null,
    identity.serial ?? null,
    identity.accessKeyIdField,
    identity.secretAccessKeyField,
    identity.endpoint ?? null,
    // Last, and only where there is one: roles that are cached already have keys without it.
    ...(identity.serialField === undefined ? [] : [identity.serialField])
  ])

/** Where an item names its device, unless something else is said. */
const usualSerialField = flagSpecs["op-mfa-serial-field"].default

/** What a cached session must match to be these settings' own. */
export const identityOf = (settings: Settings): Identity => {
  const serial = settings.mfa === "none" ? "" : settings.mfaSerial
  const partition = partitionOf(settings)
  return {
    vault: settings.vault,
    item: settings.item,
    ...(settings.account === undefined ? undefined : { account: settings.account }),
    ...(serial === undefined ? undefined : { serial }),
    ...(serial === undefined && settings.mfaSerialField !== usualSerialField ? { serialField: settings.mfaSerialField } : undefined),
    accessKeyIdField: settings.accessKeyIdField,
    secretAccessKeyField: settings.secretAccessKeyField,
    ...(settings.sts.endpoint === undefined ? undefined : { endpoint: settings.sts.endpoint }),
    ...(partition === undefined ? undefined : { partition })
  }
}

/** Not known where the device is, because the item's decides; a region of the environment's may be another one's. */
const partitionOf = (settings: Settings): string | undefined => {
  if (settings.mfaSerial === undefined && settings.mfa !== "none") return undefined
  const ofSerial = settings.mfaSerial === undefined ? undefined : partitionOfArn(settings.mfaSerial)
  const region = settings.sts.regions[0]
  return ofSerial ?? (region === undefined ? undefined : partitionOfRegion(region))
}
