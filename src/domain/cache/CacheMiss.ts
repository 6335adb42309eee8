import { type EpochMillis, formatTimeLeft, formatTimestamp } from "../base/Time.ts"
import type { CacheEntry } from "./CacheEntry.ts"
import { fromTheFuture, margin, mayServe } from "./Freshness.ts"
import { type Identity, sameIdentity } from "./Identity.ts"
import { isNamed } from "../onepassword/ItemAddress.ts"

type Part = readonly [what: string, ours: string | undefined, theirs: string | undefined]

const shown = (value: string | undefined): string => value === undefined ? "none" : `"${value}"`

/** The parts of an identity that keep an entry from being its own, in words. */
const differences = (identity: Identity, entry: CacheEntry): ReadonlyArray<string> => {
  const parts: ReadonlyArray<Part> = [
    ["vault", identity.vault, isNamed(identity.vault, entry.vault, entry.vaultId) ? identity.vault : entry.vault],
    ["item", identity.item, isNamed(identity.item, entry.item, entry.itemId) ? identity.item : entry.item],
    ["access key id field", identity.accessKeyIdField, entry.accessKeyIdField],
    ["secret access key field", identity.secretAccessKeyField, entry.secretAccessKeyField],
    ["STS endpoint", identity.endpoint, entry.endpoint],
    // These three need not be known on both sides.
    ["1Password account", identity.account, identity.account === undefined ? undefined : entry.account ?? identity.account],
    ["partition", identity.partition, identity.partition === undefined ? undefined : entry.partition ?? identity.partition],
    ["MFA device", identity.serial, identity.serial === undefined && entry.serialFromItem === true ? undefined : entry.mfaSerial],
    ["field of the MFA device", identity.serialField, identity.serial === undefined ? entry.serialField : undefined]
  ]
  return parts.filter(([, ours, theirs]) => ours !== theirs).map(([what, ours, theirs]) =>
    `its ${what} is ${shown(theirs)} where ${shown(ours)} is asked for`)
}

/** Why a cached session is not handed out for an identity at this moment, for the debug log; undefined when it is. */
export const whyNotServed = (identity: Identity, entry: CacheEntry, now: EpochMillis): string | undefined => {
  if (!sameIdentity(identity, entry)) return differences(identity, entry).join(", ")
  if (mayServe(entry, now)) return undefined
  const { expiration } = entry.credentials
  if (fromTheFuture(entry, now)) return `it is from the future: it ends at ${formatTimestamp(expiration)}`
  return expiration <= now
    ? `it ended at ${formatTimestamp(expiration)}`
    : `it has ${formatTimeLeft(expiration - now)} left, and clients want more than ${formatTimeLeft(margin(entry))}`
}
