import { longestToken, type SessionCredentials } from "../aws/SessionCredentials.ts"
import { digest } from "../base/Digest.ts"
import { type Shape, text, truth } from "../base/NoteFormat.ts"
import { type EpochMillis, formatTimestamp, parseTimestamp } from "../base/Time.ts"
import type { ItemPlace } from "../onepassword/ItemAddress.ts"
import { type EntryKind, layout } from "./EntryFormat.ts"
import { readChecksummedJson, checksummedJson } from "./ChecksummedJson.ts"

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

const token: Shape<string> = (value) => typeof value === "string" && value !== "" && value.length <= longestToken ? value : undefined

/** A moment as it is written, in seconds. */
export const timestamp: Shape<EpochMillis> = (value) => typeof value === "string" ? parseTimestamp(value) : undefined

/** A session's credentials: the Go program's names and order. Each has to be there, and of a form that clients take. */
export const storedCredentials = layout<SessionCredentials>([
  ["accessKeyId", "AccessKeyId"],
  ["expiration", "Expiration", timestamp, formatTimestamp],
  ["secretAccessKey", "SecretAccessKey"],
  ["sessionToken", "SessionToken", token]
], [])

const goMembers = [
  ["credentials", "credentials", storedCredentials.read, storedCredentials.write],
  ["vault", "vault"],
  ["item", "item"],
  ["mfaSerial", "mfa_serial", text],
  ["accessKeyIdField", "access_key_id_field"],
  ["secretAccessKeyField", "secret_access_key_field"]
] as const

const stored = layout<CacheEntry>(goMembers, [
  ["profile", "profile"],
  ["account", "op_account"],
  ["endpoint", "sts_endpoint"],
  ["partition", "partition"],
  ["serialField", "serial_field"],
  ["vaultId", "vault_id"],
  ["itemId", "item_id"],
  ["vaultName", "vault_name"],
  ["itemTitle", "item_title"],
  ["serialFromItem", "serial_from_item", truth],
  ["issuedAt", "issued_at", timestamp, formatTimestamp]
])

/** The file's text: one JSON object whose last member is a checksum over all the text before it. */
export const encodeEntry = (entry: CacheEntry): string => checksummedJson(stored.write(entry))

/**
 * Reads an entry, ours or the Go program's. Undefined for anything damaged, wrongly typed or unknown. The Go program
 * writes no checksum, so that an entry without one is taken as it stands, but only when it has nothing that the Go
 * program would not write.
 */
export const decodeEntry = (file: string): CacheEntry | undefined => {
  const opened = readChecksummedJson(file)
  if (opened === undefined) return undefined
  const isWhole = opened.sealed || Object.keys(opened.members).every((member) => goMembers.some(([, name]) => name === member))
  return isWhole ? stored.read(opened.members) : undefined
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

/**
 * The profile that a file is read for: what its entry says where that is right, because long names are cut in file
 * names; undefined when nobody would ever look here.
 */
const profileOf = (file: string, entry: CacheEntry): string | undefined => {
  const said = entry.profile !== undefined && entryFileName(entry.profile) === file
  const name = said ? entry.profile : profileOfFileName(file)
  return name !== undefined && entryFileName(name) === file ? name : undefined
}

/** A session in the cache: the profile's name where the entry says it or its file name can be read back. */
export interface Cached {
  readonly profile: string
  readonly entry: CacheEntry
}

/** Sessions of profiles, with the names and the content that the Go program gives them. */
export const sessionKind: EntryKind<string, CacheEntry, Cached> = {
  fileName: entryFileName,
  encode: encodeEntry,
  decode: decodeEntry,
  isOf: () => true,
  listed: (file, entry) => {
    const profile = profileOf(file, entry)
    return profile === undefined ? undefined : { profile, entry }
  }
}
