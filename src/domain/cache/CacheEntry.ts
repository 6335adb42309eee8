import { longestToken, type SessionCredentials } from "../aws/SessionCredentials.ts"
import { digest } from "../base/Digest.ts"
import { type EpochMillis, formatTimestamp, parseTimestamp } from "../base/Time.ts"
import type { ItemPlace } from "../onepassword/ItemAddress.ts"
import { openJson, sealJson } from "./SealedJson.ts"

/**
 * A cached session. The first six members are the Go program's own and keep its names and order in the file, so that
 * each program serves what the other cached; the rest are ours, and Go's decoder passes over them.
 */
export interface CacheEntry extends Partial<ItemPlace> {
  readonly credentials: SessionCredentials
  readonly vault: string
  readonly item: string
  /** The device that the session was made with; empty for a session without MFA. */
  readonly mfaSerial: string
  readonly accessKeyIdField: string
  readonly secretAccessKeyField: string
  readonly profile?: string
  readonly account?: string
  readonly endpoint?: string
  readonly partition?: string
  /** The serial was not configured but read from the item. */
  readonly serialFromItem?: boolean
  /** The item's field that it was read from, where that is not the usual one. */
  readonly serialField?: string
  readonly issuedAt?: EpochMillis
}

type Extra = "profile" | "account" | "endpoint" | "partition" | "serialField" | keyof ItemPlace

/** Our own texts, each by its name in the file. An entry need not have them. */
const extras: ReadonlyArray<readonly [name: Extra, member: string]> = [
  ["profile", "profile"],
  ["account", "op_account"],
  ["endpoint", "sts_endpoint"],
  ["partition", "partition"],
  ["serialField", "serial_field"],
  ["vaultId", "vault_id"],
  ["itemId", "item_id"],
  ["vaultName", "vault_name"],
  ["itemTitle", "item_title"]
]

const goMembers = ["credentials", "vault", "item", "mfa_serial", "access_key_id_field", "secret_access_key_field"]

/** The file's text: one JSON object whose last member is a checksum over all the text before it. */
export const encodeEntry = (entry: CacheEntry): string =>
  sealJson({
    credentials: storedCredentials(entry.credentials),
    vault: entry.vault,
    item: entry.item,
    mfa_serial: entry.mfaSerial,
    access_key_id_field: entry.accessKeyIdField,
    secret_access_key_field: entry.secretAccessKeyField,
    ...Object.fromEntries(extras.map(([name, member]) => [member, entry[name]])),
    serial_from_item: entry.serialFromItem,
    issued_at: entry.issuedAt === undefined ? undefined : formatTimestamp(entry.issuedAt)
  })

const text = (value: unknown): value is string => typeof value === "string"
const filled = (value: unknown): value is string => typeof value === "string" && value.length > 0

/**
 * Reads an entry, ours or the Go program's. Undefined for anything damaged, wrongly typed or unknown. The Go program
 * writes no checksum, so that an entry without one is taken as it stands, but only when it has nothing that the Go
 * program would not write.
 */
export const decodeEntry = (file: string): CacheEntry | undefined => {
  const opened = openJson(file)
  if (opened === undefined) return undefined
  const { members: value, sealed } = opened
  if (!sealed && Object.keys(value).some((member) => !goMembers.includes(member))) return undefined
  const credentials = readStoredCredentials(value.credentials)
  const issuedAt = text(value.issued_at) ? parseTimestamp(value.issued_at) : undefined
  if (credentials === undefined || (issuedAt === undefined && value.issued_at !== undefined)) return undefined
  if (!filled(value.vault) || !filled(value.item) || !text(value.mfa_serial)) return undefined
  if (!filled(value.access_key_id_field) || !filled(value.secret_access_key_field)) return undefined
  const more: { -readonly [Name in Extra]?: string } = {}
  for (const [name, member] of extras) {
    const extra = value[member]
    if (extra === undefined) continue
    if (!filled(extra)) return undefined
    more[name] = extra
  }
  return {
    credentials,
    vault: value.vault,
    item: value.item,
    mfaSerial: value.mfa_serial,
    accessKeyIdField: value.access_key_id_field,
    secretAccessKeyField: value.secret_access_key_field,
    ...more,
    ...(value.serial_from_item === true ? { serialFromItem: true } : undefined),
    ...(issuedAt === undefined ? undefined : { issuedAt })
  }
}

/** A session's credentials as they are written to the cache: the Go program's names and order, the end in seconds. */
export const storedCredentials = (credentials: SessionCredentials) => ({
  AccessKeyId: credentials.accessKeyId,
  Expiration: formatTimestamp(credentials.expiration),
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken
})

const isWord = (value: unknown): value is string => typeof value === "string" && value.length > 0

/** Reads them again; undefined unless each of them is there and of a form that clients take. */
export const readStoredCredentials = (value: unknown): SessionCredentials | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  const { AccessKeyId, Expiration, SecretAccessKey, SessionToken } = value as Readonly<Record<string, unknown>>
  const expiration = typeof Expiration === "string" ? parseTimestamp(Expiration) : undefined
  const isWhole = isWord(AccessKeyId) && isWord(SecretAccessKey) && isWord(SessionToken)
  return isWhole && expiration !== undefined && SessionToken.length <= longestToken
    ? { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration }
    : undefined
}

const longest = 200

const isPlain = (name: string): boolean => name !== "" && !name.includes("/") && !name.includes("\0")

/**
 * The file that keeps a profile's session, always a single component. A name that the Go program writes unchanged
 * (`<profile>.json`) keeps its file; one with a slash, or too long for a file name, is escaped, cut and followed by
 * a digest of the whole.
 */
export const entryFileName = (profile: string): string => {
  if (isPlain(profile) && profile.isWellFormed() && utf8Length(profile) <= longest) return `${profile}.json`
  const escaped = profile.replace(/[^A-Za-z0-9._@+=:-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
  return `${escaped.slice(0, 100)}~${digest(profile)}.json`
}

const utf8Length = (name: string): number => {
  let length = 0
  for (const character of name) {
    const point = character.codePointAt(0)!
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return length
}

/** The profile that a file was named for, where the name says so: an entry of ours says it inside. */
export const profileOfFileName = (file: string): string | undefined =>
  file.endsWith(".json") && !file.startsWith(".tmp-") ? file.slice(0, -".json".length) : undefined
