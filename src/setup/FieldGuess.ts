import * as Redacted from "effect/Redacted"
import { Failure } from "../domain/base/Failure.ts"
import {
  type FilledField,
  findField,
  type KeyFields,
  type OpField,
  type OpItem,
  usualFields
} from "../domain/onepassword/OpItem.ts"

/** Which field it is: known, one of several, or none that would do. */
export type Guess =
  | { readonly certainty: "sure"; readonly field: FilledField }
  | { readonly certainty: "unsure"; readonly fields: ReadonlyArray<FilledField> }
  | { readonly certainty: "missing" }

export interface FieldGuesses {
  readonly accessKeyId: Guess
  readonly secretAccessKey: Guess
}

// Security: unwrapped to look at its shape; nothing of it is kept or shown.
const textOf = ({ value }: FilledField): string => Redacted.value(value).trim()

/** Fields that hold something which could be half of a key. */
export const keyLikeFields = ({ fields }: OpItem): ReadonlyArray<FilledField> =>
  fields.filter((field): field is FilledField =>
    field.value !== undefined && field.type?.toUpperCase() !== "OTP" && /^\S+$/.test(Redacted.value(field.value).trim())
  )

/** IAM's prefixes of long-lived and of temporary keys. */
const isKeyId = (field: FilledField): boolean => /^A(?:KIA|SIA)[A-Z0-9]{12,124}$/.test(textOf(field))

/** What a field holds, where that is an access key ID, which is no secret. */
export const shownKeyId = (field: FilledField): string | undefined => isKeyId(field) ? textOf(field) : undefined

const mayBeKeyId = (field: FilledField): boolean => /^\w{16,128}$/.test(textOf(field))

/** AWS documents no form, and has made all of them so. */
const isSecretKey = (field: FilledField): boolean => /^[A-Za-z0-9/+=]{40}$/.test(textOf(field))

const isConcealed = ({ type }: OpField): boolean => type?.toUpperCase() === "CONCEALED"

/** A label without case, blanks and punctuation: `AWS_ACCESS_KEY_ID` is `awsaccesskeyid`. */
const bare = (label: string | undefined): string => (label ?? "").toLowerCase().replace(/[^a-z0-9]/g, "")

const labelled = (names: ReadonlyArray<string>) => ({ label }: OpField): boolean => names.includes(bare(label))

const idLabels = labelled(["accesskeyid", "awsaccesskeyid", "accesskey", "awsaccesskey", "accessid", "keyid"])
const secretLabels = labelled([
  "secretaccesskey",
  "awssecretaccesskey",
  "secretkey",
  "awssecretkey",
  "accesssecret",
  "secret"
])

/** Guesses which fields hold the key: by the usual labels, by what is in them, by labels that others use. */
export const guessFields = (item: OpItem, fields: KeyFields = usualFields): FieldGuesses => {
  const candidates = keyLikeFields(item)
  const accessKeyId = byName(item, fields.accessKeyIdField, candidates) ??
    oneOf(candidates.filter(isKeyId)) ??
    likely(candidates.filter(idLabels), mayBeKeyId)
  const others = accessKeyId.certainty === "sure"
    ? candidates.filter(({ value }) => value !== accessKeyId.field.value)
    : candidates.filter((field) => !isKeyId(field))
  const secretAccessKey = byName(item, fields.secretAccessKeyField, others) ??
    oneOf(others.filter((field) => secretLabels(field) && isSecretKey(field))) ??
    besideId(accessKeyId, others.filter((field) => isConcealed(field) && isSecretKey(field))) ??
    likely(others.filter(secretLabels), isSecretKey)
  return { accessKeyId, secretAccessKey }
}

/** The field that is called so; several of one name are several. */
const byName = (item: OpItem, name: string, candidates: ReadonlyArray<FilledField>): Guess | undefined => {
  const found = findField(item, name)
  if (!(found instanceof Failure)) {
    const field = candidates.find(({ value }) => value === found.value)
    return field === undefined ? undefined : { certainty: "sure", field }
  }
  return found._tag === "DuplicateField"
    ? oneOf(candidates.filter(({ label }) => bare(label) === bare(name)))
    : undefined
}

const oneOf = (fields: ReadonlyArray<FilledField>): Guess | undefined => {
  const [field, ...more] = fields
  return field === undefined
    ? undefined
    : more.length === 0
    ? { certainty: "sure", field }
    : { certainty: "unsure", fields }
}

/** Of several secrets the one in the section where the ID is. */
const besideId = (id: Guess, secrets: ReadonlyArray<FilledField>): Guess | undefined => {
  const section = id.certainty === "sure" ? id.field.section?.id : undefined
  const beside = secrets.filter((secret) => secret.section?.id === section)
  return id.certainty === "sure" && beside.length === 1 ? oneOf(beside) : oneOf(secrets)
}

/** A label alone is not enough. */
const likely = (fields: ReadonlyArray<FilledField>, test: (field: FilledField) => boolean): Guess => {
  const [field, ...more] = fields
  if (field === undefined) return { certainty: "missing" }
  return more.length === 0 && test(field) ? { certainty: "sure", field } : { certainty: "unsure", fields }
}

/**
 * What a profile has to call a field so that just this one is found; undefined where it is what its usual name means.
 * An ID survives another label, so it comes before a name that would need its section.
 */
export const nameOfField = (item: OpItem, field: FilledField, usual: string): string | undefined => {
  const finds = (name: string | undefined): name is string => {
    if (name === undefined || name.trim() === "") return false
    const found = findField(item, name)
    return !(found instanceof Failure) && found.value === field.value
  }
  if (finds(usual)) return undefined
  const { id, label, section } = field
  const names = [label, id, label === undefined ? undefined : `${section?.label ?? section?.id}.${label}`]
  return names.filter(isWritable).find(finds) ?? id ?? label
}

/** Whether the value of a key can be this text, to every client: no comment, no blank around it, one line. */
const isWritable = (name: string | undefined): boolean =>
  name !== undefined && name === name.trim() && !/[\t ][#;]|^[#;]|[\p{Cc}]/u.test(name)
