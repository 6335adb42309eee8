import type { CacheEntry } from "./CacheEntry.ts"

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
  entry.vault === identity.vault &&
  entry.item === identity.item &&
  entry.accessKeyIdField === identity.accessKeyIdField &&
  entry.secretAccessKeyField === identity.secretAccessKeyField &&
  entry.endpoint === identity.endpoint &&
  agree(identity.account, entry.account) &&
  agree(identity.partition, entry.partition) &&
  (identity.serial === undefined
    ? entry.serialFromItem === true && entry.serialField === identity.serialField
    : entry.mfaSerial === identity.serial)

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
