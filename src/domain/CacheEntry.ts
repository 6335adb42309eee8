import type { SessionCredentials } from "./SessionCredentials.ts"
import { formatTimestamp, parseTimestamp } from "./Timestamp.ts"
import type { EpochMillis } from "./Time.ts"

/**
 * A cached session. The first six members are the Go program's own and keep its names and order in the file, so that
 * each program serves what the other cached; the rest are ours, and Go's decoder passes over them.
 */
export interface CacheEntry {
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
  readonly issuedAt?: EpochMillis
}

const goMembers = new Set(["credentials", "vault", "item", "mfa_serial", "access_key_id_field", "secret_access_key_field"])

/**
 * FNV-1a over UTF-16 units, 32 bits. Each step is a bijection, so that any change of a single unit changes the sum;
 * it guards against damage, not against people.
 */
const checksum = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, "0")
}

const tailStart = ",\"checksum\":\""
const tailLength = tailStart.length + 8 + 2

/** The file's text: one JSON object whose last member is a checksum over all the text before it. */
export const encodeEntry = (entry: CacheEntry): string => {
  const { credentials } = entry
  const body = JSON.stringify({
    credentials: {
      AccessKeyId: credentials.accessKeyId,
      Expiration: formatTimestamp(credentials.expiration),
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken
    },
    vault: entry.vault,
    item: entry.item,
    mfa_serial: entry.mfaSerial,
    access_key_id_field: entry.accessKeyIdField,
    secret_access_key_field: entry.secretAccessKeyField,
    profile: entry.profile,
    op_account: entry.account,
    sts_endpoint: entry.endpoint,
    partition: entry.partition,
    serial_from_item: entry.serialFromItem,
    issued_at: entry.issuedAt === undefined ? undefined : formatTimestamp(entry.issuedAt)
  }).slice(0, -1)
  return `${body}${tailStart}${checksum(body)}"}`
}

const text = (value: unknown): value is string => typeof value === "string"
const filled = (value: unknown): value is string => typeof value === "string" && value.length > 0
const optional = (value: unknown): value is string | undefined => value === undefined || filled(value)

/**
 * Reads an entry, ours or the Go program's. Undefined for anything damaged, wrongly typed or unknown. The Go program
 * writes no checksum, so that an entry without one is taken as it stands, but only when it has nothing that the Go
 * program would not write.
 */
export const decodeEntry = (file: string): CacheEntry | undefined => {
  const body = file.slice(0, -tailLength)
  const tail = file.slice(-tailLength)
  const summed = tail.startsWith(tailStart)
  if (summed && tail !== `${tailStart}${checksum(body)}"}`) return undefined
  let value: any
  try {
    value = JSON.parse(file)
  } catch {
    return undefined
  }
  if (typeof value !== "object" || value === null || typeof value.credentials !== "object") return undefined
  if (!summed && Object.keys(value).some((member) => !goMembers.has(member))) return undefined
  const credentials = value.credentials ?? {}
  const expiration = text(credentials.Expiration) ? parseTimestamp(credentials.Expiration) : undefined
  const issuedAt = text(value.issued_at) ? parseTimestamp(value.issued_at) : undefined
  if (expiration === undefined || (issuedAt === undefined && value.issued_at !== undefined)) return undefined
  if (!filled(credentials.AccessKeyId) || !filled(credentials.SecretAccessKey)) return undefined
  if (!filled(credentials.SessionToken) || !filled(value.vault) || !filled(value.item) || !text(value.mfa_serial)) return undefined
  if (!filled(value.access_key_id_field) || !filled(value.secret_access_key_field) || !optional(value.profile)) return undefined
  if (!optional(value.op_account) || !optional(value.sts_endpoint) || !optional(value.partition)) return undefined
  return {
    credentials: {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretAccessKey,
      sessionToken: credentials.SessionToken,
      expiration
    },
    vault: value.vault,
    item: value.item,
    mfaSerial: value.mfa_serial,
    accessKeyIdField: value.access_key_id_field,
    secretAccessKeyField: value.secret_access_key_field,
    ...(value.profile === undefined ? undefined : { profile: value.profile }),
    ...(value.op_account === undefined ? undefined : { account: value.op_account }),
    ...(value.sts_endpoint === undefined ? undefined : { endpoint: value.sts_endpoint }),
    ...(value.partition === undefined ? undefined : { partition: value.partition }),
    ...(value.serial_from_item === true ? { serialFromItem: true } : undefined),
    ...(issuedAt === undefined ? undefined : { issuedAt })
  }
}
