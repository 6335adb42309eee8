import type { ItemPlace } from "./ItemPlace.ts"
import { openJson, sealJson } from "./SealedJson.ts"
import type { SessionCredentials } from "./SessionCredentials.ts"
import { readStoredCredentials, storedCredentials } from "./StoredCredentials.ts"
import { formatTimestamp, parseTimestamp } from "./Timestamp.ts"
import type { EpochMillis } from "./Time.ts"

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
    profile: entry.profile,
    op_account: entry.account,
    sts_endpoint: entry.endpoint,
    partition: entry.partition,
    serial_from_item: entry.serialFromItem,
    serial_field: entry.serialField,
    vault_id: entry.vaultId,
    item_id: entry.itemId,
    vault_name: entry.vaultName,
    item_title: entry.itemTitle,
    issued_at: entry.issuedAt === undefined ? undefined : formatTimestamp(entry.issuedAt)
  })

const text = (value: unknown): value is string => typeof value === "string"
const filled = (value: unknown): value is string => typeof value === "string" && value.length > 0
const optional = (value: unknown): value is string | undefined => value === undefined || filled(value)

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
  if (!filled(value.access_key_id_field) || !filled(value.secret_access_key_field) || !optional(value.profile)) return undefined
  if (!optional(value.op_account) || !optional(value.sts_endpoint) || !optional(value.partition)) return undefined
  if (!optional(value.serial_field) || !optional(value.vault_id) || !optional(value.item_id)) return undefined
  if (!optional(value.vault_name) || !optional(value.item_title)) return undefined
  return {
    credentials,
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
    ...(value.serial_field === undefined ? undefined : { serialField: value.serial_field }),
    ...(value.vault_id === undefined ? undefined : { vaultId: value.vault_id }),
    ...(value.item_id === undefined ? undefined : { itemId: value.item_id }),
    ...(value.vault_name === undefined ? undefined : { vaultName: value.vault_name }),
    ...(value.item_title === undefined ? undefined : { itemTitle: value.item_title }),
    ...(issuedAt === undefined ? undefined : { issuedAt })
  }
}
