import * as Redacted from "effect/Redacted"
import { fieldSettings, findField, type KeyFields, type LongLivedKey, type OpItem } from "../OpItem.ts"
import type { ItemTrouble } from "../OpItemFailure.ts"

/** What the fields for a key hold, as far as it matters to somebody who wants to put a key there. */
export type HeldKey =
  /** This very key. */
  | { readonly holds: "same" }
  /** Nothing that would be lost. */
  | { readonly holds: "nothing" }
  /** Something that would be gone; its ID, where it is a key's. */
  | { readonly holds: "other"; readonly accessKeyId: string | undefined }

/** What is in a field, or nothing, or why nobody can tell. */
const contents = (item: OpItem, name: string, setting: string): string | undefined | ItemTrouble => {
  const field = findField(item, name, setting)
  if (field instanceof Error) return field._tag === "FieldMissing" || field._tag === "FieldEmpty" ? undefined : field
  // Security: unwrapped to be compared.
  return Redacted.value(field.value).trim()
}

/** Compares what an item holds with a key. */
export const heldKey = (item: OpItem, fields: KeyFields, key: LongLivedKey): HeldKey | ItemTrouble => {
  const id = contents(item, fields.accessKeyIdField, fieldSettings.accessKeyId)
  if (id instanceof Error) return id
  const secret = contents(item, fields.secretAccessKeyField, fieldSettings.secretAccessKey)
  if (secret instanceof Error) return secret
  // Security: compared, and not kept.
  const sameSecret = secret === Redacted.value(key.secretAccessKey)
  const sameId = id === key.accessKeyId
  if (sameId && sameSecret) return { holds: "same" }
  if ((id === undefined || sameId) && (secret === undefined || sameSecret)) return { holds: "nothing" }
  return { holds: "other", accessKeyId: id !== undefined && /^\w{16,128}$/.test(id) ? id : undefined }
}
