import { accountOfArn } from "../aws/Region.ts"
import type { SessionCredentials } from "../aws/SessionCredentials.ts"
import { digest } from "../base/Digest.ts"
import { text } from "../base/NoteFormat.ts"
import { type EpochMillis, formatTimestamp } from "../base/Time.ts"
import { type CacheEntry, storedCredentials, timestamp } from "./CacheEntry.ts"
import { type EntryKind, layout } from "./EntryFormat.ts"
import { identityKey, identityOf } from "./Identity.ts"
import type { ItemPlace } from "../onepassword/ItemAddress.ts"
import { readChecksummedJson, checksummedJson } from "./ChecksummedJson.ts"
import type { Scope } from "../settings/Narrowing.ts"
import type { RoleChain } from "../settings/RoleChain.ts"
import type { RoleHop } from "../settings/RoleHop.ts"

/** Everything that shapes a role's session: two with the same key are interchangeable. */
export interface RoleKey {
  /** Of the session at the bottom, as `identityKey` writes it. */
  readonly identity: string
  /** This role and every one before it, as they were asked for. */
  readonly roles: string
}

/** A cached session of a role, or a narrowed one. */
export interface RoleEntry extends RoleKey, Partial<Pick<ItemPlace, "vaultId" | "itemId">> {
  readonly credentials: SessionCredentials
  /** The profile whose role it is, or that is narrowed. */
  readonly profile: string
  /** Empty for a narrowed session without a role. */
  readonly roleArn: string
  /** What narrows it, to be shown: a policy's file, and how long it lasts by itself. */
  readonly narrowedBy?: Scope
  /** The account, where the role's ARN does not say it. */
  readonly accountId?: string
  /** The profile whose session the chain begins with. */
  readonly baseProfile: string
  readonly issuedAt: EpochMillis
}

const partsOfHop = (hop: RoleHop): ReadonlyArray<unknown> => [
  hop.roleArn,
  hop.sessionName,
  hop.duration,
  hop.externalId ?? null,
  hop.sourceIdentity ?? null,
  hop.tags,
  hop.transitiveTagKeys,
  hop.sts.endpoint ?? null,
  // Last, and only where there are some: roles that are cached already have keys without them.
  ...(hop.policyArns === undefined ? [] : [hop.policyArns])
]

/** The key of the chain's role at `index`. How AWS is reached is no part of it, save for an endpoint not AWS's own. */
export const roleKey = (chain: RoleChain, index: number): RoleKey => ({
  identity: identityKey(identityOf(chain.settings)),
  roles: JSON.stringify(chain.hops.slice(0, index + 1).map(partsOfHop))
})

/**
 * The key of what a chain ends in: of its last role, or of what narrows that or the session. Undefined where it ends in
 * the session itself. Of a policy the whole text is part of it, so that one is never served for another.
 */
export const endKey = (chain: RoleChain): RoleKey | undefined => {
  const { hops, narrowing, settings } = chain
  if (narrowing === undefined) return hops.length === 0 ? undefined : roleKey(chain, hops.length - 1)
  const { description, duration, policy } = narrowing
  return {
    identity: identityKey(identityOf(settings)),
    roles: JSON.stringify([
      ...hops.map(partsOfHop),
      { policy: policy?.packed ?? null, duration: duration ?? null, description }
    ])
  }
}

export const sameRole = (one: RoleKey, other: RoleKey): boolean =>
  one.identity === other.identity && one.roles === other.roles

/** A text that is equal for equal keys only. */
export const roleKeyText = ({ identity, roles }: RoleKey): string => JSON.stringify([identity, roles])

/** A short name for a key, to name a file or a secret by. What is found there must still be compared. */
export const roleName = (key: RoleKey): string => digest(roleKeyText(key))

/** Where the entries are, below the cache directory. */
export const roleFolder = "roles"

/** The file of an entry in there. */
export const roleFileName = (key: RoleKey): string => `${roleName(key)}.json`

/** Only shown: what narrows a session is compared as a part of its key. */
const scope = (value: unknown): RoleEntry["narrowedBy"] => typeof value === "object" && value !== null ? value : undefined

const stored = layout<RoleEntry>([
  ["credentials", "credentials", storedCredentials.read, storedCredentials.write],
  ["identity", "identity"],
  ["roles", "roles"],
  ["profile", "profile"],
  ["roleArn", "role_arn", text],
  ["baseProfile", "base_profile"],
  ["issuedAt", "issued_at", timestamp, formatTimestamp]
], [
  ["narrowedBy", "narrowed_by", scope],
  ["accountId", "account_id"],
  ["vaultId", "vault_id"],
  ["itemId", "item_id"]
])

/** The file's text: one JSON object with a checksum. */
export const encodeRole = (entry: RoleEntry): string => checksummedJson(stored.write(entry))

/** Reads an entry; undefined for anything damaged or wrongly typed, or without a checksum. */
export const decodeRole = (file: string): RoleEntry | undefined => {
  const opened = readChecksummedJson(file)
  return opened?.sealed === true ? stored.read(opened.members) : undefined
}

/** Sessions of roles, each file named by a digest of its key. */
export const roleKind: EntryKind<RoleKey, RoleEntry> = {
  folder: roleFolder,
  fileName: roleFileName,
  encode: encodeRole,
  decode: decodeRole,
  isOf: sameRole,
  listed: (file, entry) => roleFileName(entry) === file ? entry : undefined
}

/** The account that a session is of, as far as it is known: hardware devices have no ARN that says it. */
export const accountIdOf = (entry: RoleEntry | Pick<CacheEntry, "mfaSerial">): string | undefined =>
  "roles" in entry ? accountOfArn(entry.roleArn) ?? entry.accountId : accountOfArn(entry.mfaSerial)
