import * as Redacted from "effect/Redacted"
import { codeAt } from "../base/MfaCode.ts"
import {
  fieldSettings,
  isPlaceholder,
  type KeyFields,
  locateField,
  type LongLivedKey,
  type OpField,
  type OpItem,
  type OpSection
} from "./OpItem.ts"
import { OpFailure } from "./OpFailure.ts"
import type { OpVault } from "./OpItemHeader.ts"

type Json = Readonly<Record<string, unknown>>

/**
 * A whole item as `op item get --format json` prints it, members that we know nothing of included, so that writing it
 * back loses nothing. All of it is redacted: it holds secrets.
 */
export interface OpItemDocument {
  /** Empty before the item is made. */
  readonly id: string
  readonly title: string
  readonly category: string
  /** Undefined before the item is made. */
  readonly vault: OpVault | undefined
  readonly json: Redacted.Redacted<Json>
}

/** The names under which this program finds a key, in any case, and 1Password's AWS plugin too. */
export const keyLabels = {
  accessKeyId: "access key id",
  secretAccessKey: "secret access key",
  mfaSerial: "mfa serial",
  region: "default region",
  oneTimePassword: "one-time password"
} as const

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined => typeof value === "string" ? value : undefined

const isTextOrAbsent = (value: unknown): boolean => value === undefined || value === null || typeof value === "string"

const isField = (value: unknown): value is Json =>
  isObject(value) &&
  [value["id"], value["label"], value["type"], value["value"], value["totp"]].every(isTextOrAbsent) &&
  (value["section"] === undefined || value["section"] === null || isObject(value["section"]))

const fieldsIn = (json: Json): ReadonlyArray<Json> => Array.isArray(json["fields"]) ? json["fields"] as Array<Json> : []

// Security: unwrapped to be changed; it is wrapped again before it leaves this file.
const jsonOf = ({ json }: OpItemDocument): Json => Redacted.value(json)

/** The same document with other content, of whose members those that there were keep their order. */
const withJson = (document: OpItemDocument, changes: Json): OpItemDocument => ({
  ...document,
  json: Redacted.make({ ...jsonOf(document), ...changes })
})

/** An item has four. One could not be written back whose levels are more than a stack has room for. */
const mostLevels = 100

const isDeeperThan = (levels: number, json: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [json]
  for (let count = 0; count <= levels; count++) {
    level = level.flatMap((value) => typeof value === "object" && value !== null ? Object.values(value) : [])
    if (level.length === 0) return false
  }
  return true
}

/** Reads what `op item get --format json` prints for a whole item. A failure never quotes the text. */
export const parseOpItemDocument = (printed: string): OpItemDocument | OpFailure<"OpOutputUnusable"> => {
  const trimmed = printed.trim()
  if (trimmed === "") return OpFailure.OpOutputUnusable("empty")
  let json: unknown
  try {
    json = JSON.parse(trimmed)
  } catch {
    return OpFailure.OpOutputUnusable(trimmed.startsWith("{") && !trimmed.endsWith("}") ? "truncated" : "not-json")
  }
  if (!isObject(json) || isDeeperThan(mostLevels, json)) return OpFailure.OpOutputUnusable("not-an-item")
  const { category, fields = [], id, title = "", vault } = json
  const vaultId = isObject(vault) ? text(vault["id"]) : undefined
  const isItem = typeof id === "string" && typeof title === "string" && typeof category === "string" &&
    vaultId !== undefined && Array.isArray(fields) && fields.every(isField)
  if (!isItem) return OpFailure.OpOutputUnusable("not-an-item")
  const name = isObject(vault) ? text(vault["name"]) : undefined
  return { id, title, category, vault: { id: vaultId, name: name ?? vaultId }, json: Redacted.make(json) }
}

/** The document as it is written to `op`. */
export const printOpItemDocument = (document: OpItemDocument): Redacted.Redacted =>
  Redacted.make(`${JSON.stringify(jsonOf(document))}\n`)

const given = <A extends object>(members: { readonly [K in keyof A]: A[K] | undefined }): A =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as A

const sectionOf = (field: Json): OpSection | undefined => {
  const section = field["section"]
  return isObject(section) ? given<OpSection>({ id: text(section["id"]), label: text(section["label"]) }) : undefined
}

const secret = (value: unknown): Redacted.Redacted | undefined =>
  typeof value === "string" ? Redacted.make(value) : undefined

const toField = (field: Json): OpField =>
  given<OpField>({
    id: text(field["id"]),
    label: text(field["label"]),
    section: sectionOf(field),
    type: text(field["type"]),
    value: secret(field["value"]),
    totp: secret(field["totp"])
  })

/** What is needed of it to find a key and what goes with one. Its fields are in the document's order. */
export const itemOf = (document: OpItemDocument): OpItem => ({
  title: document.title,
  fields: fieldsIn(jsonOf(document)).map(toField)
})

/**
 * A field that holds only the text which `op` shows in place of a concealed value. To write such a document back would
 * replace the value by that text.
 */
export const concealedField = (document: OpItemDocument): OpFailure<"FieldConcealed"> | undefined => {
  const field = itemOf(document).fields.find(({ value }) => value !== undefined && isPlaceholder(value))
  return field === undefined ? undefined : OpFailure.FieldConcealed(document.title, field.label ?? field.id ?? "?")
}

/** Where 1Password puts a person's own fields: a section that has an id and no label. */
const ownSection = { id: "add more" }

const newField = (taken: ReadonlySet<unknown>, type: string, label: string, value: Redacted.Redacted): Json => {
  const wanted = `${type === "OTP" ? "TOTP_" : ""}${label.toLowerCase().replace(/[^a-z0-9]+/gu, "_")}`
  let id = wanted
  for (let count = 2; taken.has(id); count++) id = `${wanted}_${count}`
  // Security: unwrapped into the document, which is redacted as a whole.
  return { id, section: ownSection, type, label, value: Redacted.value(value) }
}

const added = (document: OpItemDocument, type: string, label: string, value: Redacted.Redacted): OpItemDocument => {
  const json = jsonOf(document)
  const fields = fieldsIn(json)
  const sections = Array.isArray(json["sections"]) ? json["sections"] as Array<unknown> : []
  const has = sections.some((section) => isObject(section) && section["id"] === ownSection.id)
  return withJson(document, {
    sections: has ? sections : [...sections, ownSection],
    fields: [...fields, newField(new Set(fields.map(({ id }) => id)), type, label, value)]
  })
}

const changed = (document: OpItemDocument, index: number, changes: Json): OpItemDocument =>
  withJson(document, {
    fields: fieldsIn(jsonOf(document)).map((field, at) => at === index ? { ...field, ...changes } : field)
  })

const valued = (document: OpItemDocument, index: number, value: Redacted.Redacted): OpItemDocument =>
  // Security: unwrapped into the document, which is redacted as a whole.
  changed(document, index, { value: Redacted.value(value) })

const isSameLabel = (one: string, other: string): boolean =>
  one.normalize("NFC").trim().toLowerCase() === other.normalize("NFC").trim().toLowerCase()

/** What a new item for a key holds. `seed` is what codes are computed from: base32, or an `otpauth://` URI. */
export interface NewKeyItem {
  readonly title: string
  readonly key: LongLivedKey
  readonly mfaSerial?: string
  readonly region?: string
  readonly seed?: Redacted.Redacted
}

/** An item to be made for a key, which both this program and 1Password's AWS plugin read. */
export const newKeyItem = ({ key, mfaSerial, region, seed, title }: NewKeyItem): OpItemDocument => {
  const category = "API_CREDENTIAL"
  const empty: OpItemDocument = { id: "", title, category, vault: undefined, json: Redacted.make({ title, category }) }
  const fields: ReadonlyArray<readonly [type: string, label: string, value: Redacted.Redacted | undefined]> = [
    ["STRING", keyLabels.accessKeyId, Redacted.make(key.accessKeyId)],
    ["CONCEALED", keyLabels.secretAccessKey, key.secretAccessKey],
    ["STRING", keyLabels.region, secret(region)],
    ["STRING", keyLabels.mfaSerial, secret(mfaSerial)],
    ["OTP", keyLabels.oneTimePassword, seed]
  ]
  return fields.reduce(
    (document, [type, label, value]) => value === undefined ? document : added(document, type, label, value),
    empty
  )
}

/** Where a name leads in a document's fields; undefined where there is no such field. */
const indexOf = (document: OpItemDocument, name: string, setting: string): number | undefined | OpFailure<"DuplicateField"> => {
  const item = itemOf(document)
  const field = locateField(item, name, setting)
  if (field instanceof Error) return field._tag === "FieldMissing" ? undefined : field
  return item.fields.indexOf(field)
}

/**
 * Puts a key in place of the one that the fields of these names hold. A field that is missing is added: under its usual
 * label, or under the name that was asked for where that is another one.
 */
export const withKey = (
  document: OpItemDocument,
  fields: KeyFields,
  key: LongLivedKey
): OpItemDocument | OpFailure<"DuplicateField" | "FieldMalformed"> => {
  const { accessKeyIdField, secretAccessKeyField } = fields
  const idAt = indexOf(document, accessKeyIdField, fieldSettings.accessKeyId)
  if (idAt instanceof Error) return idAt
  const secretAt = indexOf(document, secretAccessKeyField, fieldSettings.secretAccessKey)
  if (secretAt instanceof Error) return secretAt
  if (idAt === secretAt && idAt !== undefined || idAt === undefined && isSameLabel(accessKeyIdField, secretAccessKeyField)) {
    return OpFailure.FieldMalformed(
      document.title,
      secretAccessKeyField,
      "both the access key ID and the secret",
      "name a field each with op_access_key_id_field and op_secret_access_key_field, or with --op-access-key-id-field and --op-secret-access-key-field"
    )
  }
  const put = (into: OpItemDocument, at: number | undefined, type: string, name: string, usual: string, value: Redacted.Redacted) =>
    at === undefined ? added(into, type, isSameLabel(name, usual) ? usual : name, value) : valued(into, at, value)
  const id = Redacted.make(key.accessKeyId)
  const half = put(document, idAt, "STRING", accessKeyIdField, keyLabels.accessKeyId, id)
  return put(half, secretAt, "CONCEALED", secretAccessKeyField, keyLabels.secretAccessKey, key.secretAccessKey)
}

/** Gives the field of that id another label. Without such a field nothing changes. */
export const renameField = (document: OpItemDocument, fieldId: string, label: string): OpItemDocument => {
  const index = fieldsIn(jsonOf(document)).findIndex(({ id }) => id === fieldId)
  return index < 0 ? document : changed(document, index, { label })
}

/** Whether writing it back may lose something that no document shows: `op item edit` drops the passkeys of logins. */
export const mayLosePasskey = (document: OpItemDocument): boolean => document.category.toUpperCase() === "LOGIN"

/** Types of values that 1Password may spell in its own way, and that nobody writes here. */
const respelled = ["ADDRESS", "DATE", "FILE", "MONTH_YEAR", "PHONE"]

// Security: unwrapped to be compared; nothing of it leaves.
const textOf = ({ value }: OpField): string =>
  value === undefined ? "" : Redacted.value(value).replaceAll("\r\n", "\n").trim()

const codeOf = ({ value }: OpField): string | undefined => {
  const code = value === undefined ? undefined : codeAt(value, 1)
  return code === undefined ? undefined : Redacted.value(code)
}

const isSame = (written: OpField, kept: OpField): boolean => {
  const named = written.label === undefined ? written.id === kept.id : written.label.trim() === kept.label?.trim()
  if (!named) return false
  // A seed may come back as an `otpauth://` URI, and is the same seed as long as it gives the same codes.
  const code = written.type === "OTP" ? codeOf(written) : undefined
  return textOf(written) === textOf(kept) || code !== undefined && code === codeOf(kept)
}

/** Whether a document that was returned holds what one that was written held: the title, and what its fields say. */
export const isKept = (written: OpItemDocument, returned: OpItemDocument): boolean => {
  const kept = itemOf(returned).fields
  return written.title.trim() === returned.title.trim() &&
    itemOf(written).fields
      .filter((field) => !respelled.includes(field.type ?? "") && textOf(field) !== "")
      .every((field) => kept.some((other) => isSame(field, other)))
}
