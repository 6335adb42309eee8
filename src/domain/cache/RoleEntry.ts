import type { SessionCredentials } from "../aws/SessionCredentials.ts"
import { digest } from "../base/Digest.ts"
import { type EpochMillis, formatTimestamp } from "../base/Time.ts"
import { storedCredentials, timestamp } from "./CacheEntry.ts"
import { type EntryKind, layout } from "./EntryFormat.ts"
import { identityKey, identityOf } from "./Identity.ts"
import type { ItemPlace } from "../onepassword/ItemAddress.ts"
import { openJson, sealJson } from "./SealedJson.ts"
import type { RoleChain } from "../settings/RoleChain.ts"

/** Everything that shapes a role's session: two with the same key are interchangeable. */
export interface RoleKey {
  /** Of the session at the bottom, as `identityKey` writes it. */
  readonly identity: string
  /** This role and every one before it, as they were asked for. */
  readonly roles: string
}

/** A cached session of a role. */
export interface RoleEntry extends RoleKey, Partial<Pick<ItemPlace, "vaultId" | "itemId">> {
  readonly credentials: SessionCredentials
  /** The profile whose role it is. */
  readonly profile: string
  readonly roleArn: string
  /** The profile whose session the chain begins with. */
  readonly baseProfile: string
  readonly issuedAt: EpochMillis
}

/** The key of the chain's role at `index`. How AWS is reached is no part of it, save for an endpoint not AWS's own. */
export const roleKey = (chain: RoleChain, index: number): RoleKey => ({
  identity: identityKey(identityOf(chain.settings)),
  roles: JSON.stringify(chain.hops.slice(0, index + 1).map((hop) => [
    hop.roleArn,
    hop.sessionName,
    hop.duration,
    hop.externalId ?? null,
    hop.sourceIdentity ?? null,
    hop.tags,
    hop.transitiveTagKeys,
    hop.sts.endpoint ?? null
  ]))
})

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

const stored = layout<RoleEntry>([
  ["credentials", "credentials", storedCredentials.read, storedCredentials.write],
  ["identity", "identity"],
  ["roles", "roles"],
  ["profile", "profile"],
  ["roleArn", "role_arn"],
  ["baseProfile", "base_profile"],
  ["issuedAt", "issued_at", timestamp, formatTimestamp]
], [
  ["vaultId", "vault_id"],
  ["itemId", "item_id"]
])

/** The file's text: one JSON object with a checksum. */
export const encodeRole = (entry: RoleEntry): string => sealJson(stored.write(entry))

/** Reads an entry; undefined for anything damaged or wrongly typed, or without a checksum. */
export const decodeRole = (file: string): RoleEntry | undefined => {
  const opened = openJson(file)
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
