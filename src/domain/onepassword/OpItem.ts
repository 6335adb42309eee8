import * as Redacted from "effect/Redacted"
import { idOfAnother, looksLikeKeyId } from "../aws-config/PlaintextKeys.ts"
import { codeAt, isMfaCode, mfaCodeOf } from "../base/MfaCode.ts"
import type { ItemPlace } from "./ItemAddress.ts"
import { type ItemTrouble, OpFailure } from "./OpFailure.ts"
import { Failure } from "../base/Failure.ts"

export interface OpSection {
  readonly id?: string
  readonly label?: string
}

/** A field as `op` prints it. A field that is not filled in has no value. */
export interface OpField {
  readonly id?: string
  readonly label?: string
  readonly section?: OpSection
  readonly type?: string
  /** Of a one-time password this is the seed or an `otpauth://` URI. */
  readonly value?: Redacted.Redacted
  /** The current code of a one-time password. */
  readonly totp?: Redacted.Redacted
}

/** A field that holds something. */
export interface FilledField extends OpField {
  readonly value: Redacted.Redacted
}

/** What is needed of a 1Password item. Every value is redacted from the start. */
export interface OpItem {
  readonly title?: string
  /** Where it is, where the answer was a whole item. */
  readonly place?: ItemPlace
  readonly fields: ReadonlyArray<OpField>
}

/** Names people type and names items have: composed alike, any case, no spaces around. */
const folded = (name: string): string => name.normalize("NFC").trim().toLowerCase()

const sameSpelling = (name: string): string => name

type Naming = (field: OpField) => string | undefined

const byLabel: Naming = ({ label }) => label

const bySectionId: Naming = ({ label, section }) =>
  label === undefined || section?.id === undefined ? undefined : `${section.id}.${label}`

/** A section without a label goes by its ID. */
const bySection: Naming = (field) =>
  field.label === undefined || field.section?.label === undefined
    ? bySectionId(field)
    : `${field.section.label}.${field.label}`

const byId: Naming = ({ id }) => id

const namings: ReadonlyArray<Naming> = [byLabel, bySection, bySectionId, byId]

/** What the key's fields are called where nobody says so. */
export const usualFields: KeyFields = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }

/** A label as far as the loose comparison goes: no case, no blanks, no `_` and `-`, no `aws` in front. */
const loose = (label: string | undefined): string =>
  folded(label ?? "").replace(/[\s_-]/gu, "").replace(/^aws/u, "")

/** What people call the fields instead, compared loosely. */
const others: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  [folded(usualFields.accessKeyIdField), ["accesskeyid", "accesskey"]],
  [folded(usualFields.secretAccessKeyField), ["secretaccesskey", "secretkey"]]
])

/** The fields that a usual name means where none is called so: those that hold something before those that do not. */
const calledOtherwise = (fields: ReadonlyArray<OpField>, name: string): ReadonlyArray<OpField> => {
  const labels = others.get(folded(name))
  if (labels === undefined) return []
  const found = fields.filter(({ label }) => labels.includes(loose(label)))
  const held = found.filter(({ value }) => !isBlank(value))
  return held.length > 0 ? held : found
}

const matching = (fields: ReadonlyArray<OpField>, name: string): ReadonlyArray<OpField> => {
  for (const spelling of [sameSpelling, folded]) {
    for (const naming of namings) {
      const found = fields.filter((field) => {
        const own = naming(field)
        return own !== undefined && own !== "" && spelling(own) === spelling(name)
      })
      if (found.length > 0) return found
    }
  }
  return calledOtherwise(fields, name)
}

/** The same for many names of one item: each of its fields is looked at once for all of them. */
const matchingIn = (fields: ReadonlyArray<OpField>): (name: string) => ReadonlyArray<OpField> => {
  const indices = [sameSpelling, folded].flatMap((spelling) =>
    namings.map((naming) => {
      const named = fields.filter((field) => isDefined(naming(field)))
      return { spelling, byName: Map.groupBy(named, (field) => spelling(naming(field)!)) }
    })
  )
  return (name) => {
    for (const { byName, spelling } of indices) {
      const found = byName.get(spelling(name))
      if (found !== undefined) return found
    }
    return calledOtherwise(fields, name)
  }
}

const isDefined = (name: string | undefined): name is string => name !== undefined && name !== ""

/** A name for each of some fields that no other field of the item answers to. */
const distinctNames = (item: OpItem, fields: ReadonlyArray<OpField>): ReadonlyArray<string> => {
  const find = matchingIn(item.fields)
  return fields.map((field) => {
    const names = [byLabel(field), bySection(field), bySectionId(field), byId(field)].filter(isDefined)
    const findsOnlyThis = (name: string): boolean => find(name).every((found) => found === field)
    return names.find(findsOnlyThis) ?? field.label ?? "?"
  })
}

const labelsOf = (item: OpItem): ReadonlyArray<string> => [
  ...new Set(item.fields.map(({ id, label }) => isDefined(label) ? label : id).filter(isDefined))
]

// Security: unwrapped to look at its shape; callers show the field's name, never what this returns.
const textOf = (value: Redacted.Redacted): string => Redacted.value(value)

const isBlank = (value: Redacted.Redacted | undefined): boolean => value === undefined || textOf(value).trim() === ""

/** What `op` 2.30 and later print for a concealed value outside of JSON. */
export const isPlaceholder = (value: Redacted.Redacted): boolean =>
  /^\[use 'op item get .* --reveal' to reveal\]$/su.test(textOf(value).trim())

/** How hints name the way to choose another field, in the profile and on the command line. */
export const fieldSettings = {
  accessKeyId: "op_access_key_id_field or --op-access-key-id-field",
  secretAccessKey: "op_secret_access_key_field or --op-secret-access-key-field",
  oneTimePassword: "op_otp_field or --op-otp-field",
  mfaSerial: "op_mfa_serial_field or --op-mfa-serial-field"
} as const

const anySetting = "op_access_key_id_field and op_secret_access_key_field"

/**
 * The field of a name, which is a label, `section.label` or an ID. An exact match wins over one that differs in case
 * or in outer spaces; a label wins over `section.label`, and that over an ID. `setting` is what hints name as the way
 * to choose another field.
 */
export const findField = (
  item: OpItem,
  name: string,
  setting: string = anySetting
): FilledField | OpFailure<"FieldMissing" | "DuplicateField" | "FieldEmpty" | "FieldConcealed"> => {
  const field = locateField(item, name, setting)
  return field instanceof Error ? field : filled(item, field, name, setting)
}

/** The same whether the field holds anything or not. */
export const locateField = (
  item: OpItem,
  name: string,
  setting: string = anySetting
): OpField | OpFailure<"FieldMissing" | "DuplicateField"> => {
  const [field, ...others] = matching(item.fields, name)
  if (field === undefined) return OpFailure.FieldMissing({ item: item.title }, name, labelsOf(item), setting)
  return others.length === 0
    ? field
    : OpFailure.DuplicateField(item.title, name, distinctNames(item, [field, ...others]), setting)
}

const filled = (
  item: OpItem,
  field: OpField,
  name: string,
  setting: string
): FilledField | OpFailure<"FieldEmpty" | "FieldConcealed"> => {
  const { value } = field
  if (value === undefined || isBlank(value)) return OpFailure.FieldEmpty(item.title, name, setting)
  return isPlaceholder(value) ? OpFailure.FieldConcealed(item.title, name) : { ...field, value }
}

/** Which fields hold the long-lived key, each by label, `section.label` or ID. */
export interface KeyFields {
  readonly accessKeyIdField: string
  readonly secretAccessKeyField: string
}

export interface LongLivedKey {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
}

/** STS's model: `accessKeyIdType` has 16 to 128 characters of `[\w]*`. */
const accessKeyId = /^\w{16,128}$/

/** Nothing that prints is refused: AWS documents no alphabet for secret keys. */
const withoutBreaks = /^[^\s\p{Cc}]+$/u

/** The long-lived key of an item. Spaces and line ends around a value, which pasting leaves, are not part of it. */
export const readKey = (item: OpItem, fields: KeyFields): LongLivedKey | ItemTrouble => {
  const idField = findField(item, fields.accessKeyIdField, fieldSettings.accessKeyId)
  if (idField instanceof Error) return idField
  const secretField = findField(item, fields.secretAccessKeyField, fieldSettings.secretAccessKey)
  if (secretField instanceof Error) return secretField
  const id = textOf(idField.value).trim()
  if (!accessKeyId.test(id)) {
    return OpFailure.FieldMalformed(
      item.title,
      fields.accessKeyIdField,
      "an AWS access key ID",
      "an access key ID is 16 to 128 letters and digits and begins with AKIA: check that ID and secret are not exchanged"
    )
  }
  const secret = textOf(secretField.value).trim()
  if (!withoutBreaks.test(secret)) {
    return OpFailure.FieldMalformed(
      item.title,
      fields.secretAccessKeyField,
      "an AWS secret access key",
      "a secret access key is one word without spaces or line breaks: copy it again, and nothing else with it"
    )
  }
  return { accessKeyId: id, secretAccessKey: Redacted.make(secret) }
}

/**
 * The same where it is to make sessions: one that AWS would refuse for what it is, once somebody has been asked for a
 * code, is refused here.
 */
export const readLongLivedKey = (item: OpItem, fields: KeyFields): LongLivedKey | ItemTrouble => {
  const key = readKey(item, fields)
  if (key instanceof Error) return key
  const { accessKeyIdField, secretAccessKeyField } = fields
  const other = idOfAnother(key.accessKeyId)
  if (other !== undefined) return OpFailure.KeyNotLongLived(item.title, accessKeyIdField, other)
  return looksLikeKeyId(textOf(key.secretAccessKey))
    ? OpFailure.KeyNotLongLived(item.title, secretAccessKeyField, "the ID of an access key instead of the secret")
    : key
}

/** A setting that an item may hold: undefined where it has no such field or an empty one. */
const readOptional = (item: OpItem, name: string): string | undefined | OpFailure<"DuplicateField" | "FieldConcealed"> => {
  const candidates = matching(item.fields, name).filter(({ value }) => !isBlank(value))
  const [field] = candidates
  if (field === undefined) return undefined
  const distinct = new Set(candidates.map(({ value }) => value === undefined ? "" : textOf(value).trim()))
  if (distinct.size > 1) {
    return OpFailure.DuplicateField(
      item.title,
      name,
      distinctNames(item, candidates),
      "the profile, or rename one in 1Password"
    )
  }
  const read = filled(item, field, name, "the profile")
  if (read instanceof Failure) return read._tag === "FieldEmpty" ? undefined : read
  return textOf(read.value).trim()
}

/** STS's model: `serialNumberType` has 9 to 256 characters of this alphabet. */
const serialNumber = /^[\w+=/:,.@-]{9,256}$/

/** Where an item names its device, unless something else is said. */
const serialField = "mfa serial"

/**
 * The MFA device, an ARN or a hardware serial, where there is one in the field of this name. A field that somebody has
 * named has to be there.
 */
export const readSerial = (item: OpItem, field: string = serialField): string | undefined | ItemTrouble => {
  const serial = readOptional(item, field)
  if (serial === undefined && field !== serialField) return findField(item, field, fieldSettings.mfaSerial) as ItemTrouble
  if (typeof serial !== "string" || serialNumber.test(serial)) return serial
  return OpFailure.FieldMalformed(
    item.title,
    field,
    "the serial of an MFA device",
    "copy the device's ARN (arn:aws:iam::<account>:mfa/<name>) from the security credentials of the IAM user"
  )
}

/** A region becomes part of a host name, so botocore (`validate_region_name`) takes what a host label may be. */
const hostLabel = /^(?!\d+$)(?!-)[a-z\d-]{1,63}(?<!-)$/

/** The region of the field `default region` or, without that, `region`, as 1Password's AWS plugin names them. */
export const readRegion = (item: OpItem): string | undefined | ItemTrouble => {
  const name = matching(item.fields, "default region").every(({ value }) => isBlank(value))
    ? "region"
    : "default region"
  const read = readOptional(item, name)
  if (typeof read !== "string") return read
  const region = read.toLowerCase()
  return hostLabel.test(region)
    ? region
    : OpFailure.FieldMalformed(item.title, name, "the name of an AWS region", "write the region's code, such as eu-central-1")
}

/** `code` is op's own, good for the current step; later ones are computed from `seed`. At least one is there. */
export interface OneTimePassword {
  readonly seed?: Redacted.Redacted
  readonly code?: Redacted.Redacted
}

const isPassword = ({ type }: OpField): boolean => type?.toUpperCase() === "OTP"

/** What a one-time password gives; neither code nor seed where STS would take nothing that comes from there. */
const passwordOf = ({ totp, value }: OpField): OneTimePassword => {
  const code = totp === undefined ? undefined : mfaCodeOf(textOf(totp))
  return {
    ...(code === undefined ? {} : { code: Redacted.make(code) }),
    ...(value !== undefined && givesCodes(value) ? { seed: value } : {})
  }
}

const isUsable = ({ code, seed }: OneTimePassword): boolean => code !== undefined || seed !== undefined

const usualPassword = "one-time password"

/** The one-time passwords of an item that give codes: those between which somebody may have to choose. */
const usablePasswords = (item: OpItem): ReadonlyArray<OpField> =>
  item.fields.filter((field) => isPassword(field) && isUsable(passwordOf(field)))

/**
 * The one-time password of an item: the field of this name, else the only one, else the one that has 1Password's own
 * label. A code that is not six digits and a seed from which no six digits can be computed count as absent, as STS takes
 * nothing else.
 */
export const readOneTimePassword = (
  item: OpItem,
  name?: string
):
  | OneTimePassword
  | undefined
  | OpFailure<"FieldMissing" | "DuplicateField" | "OneTimePasswordUnusable" | "SeveralOneTimePasswords"> => {
  if (name !== undefined) return namedPassword(item, name)
  if (!item.fields.some(isPassword)) return undefined
  const usable = usablePasswords(item)
  const labelled = usable.filter(({ label }) => label !== undefined && folded(label) === usualPassword)
  const [field, ...more] = labelled.length === 1 ? labelled : usable
  if (field === undefined) return OpFailure.OneTimePasswordUnusable(item.title)
  return more.length === 0
    ? passwordOf(field)
    : OpFailure.SeveralOneTimePasswords(item.title, distinctNames(item, usable))
}

/** A seed may be in a field of any type, if that is the one that was named. */
const namedPassword = (item: OpItem, name: string) => {
  const passwords = matching(item.fields.filter(isPassword), name)
  const [field, ...more] = passwords.length > 0 ? passwords : matching(item.fields, name)
  if (field === undefined) return OpFailure.FieldMissing(
    { item: item.title }, name, labelsOf(item), fieldSettings.oneTimePassword
  )
  if (more.length > 0) {
    return OpFailure.DuplicateField(item.title, name, distinctNames(item, [field, ...more]), fieldSettings.oneTimePassword)
  }
  const password = passwordOf(field)
  return isUsable(password) ? password : OpFailure.OneTimePasswordUnusable(item.title)
}

const givesCodes = (seed: Redacted.Redacted): boolean => {
  const code = codeAt(seed, 1)
  return code !== undefined && isMfaCode(textOf(code))
}
