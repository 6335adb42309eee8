import { parseCsv } from "./Arguments.ts"
import type { Call } from "./Call.ts"
import { opError } from "./Errors.ts"
import type { OpField, OpItem } from "./State.ts"

const sectionNames = (item: OpItem, field: OpField): ReadonlyArray<string | undefined> => {
  const section = item.sections?.find(({ id }) => id === field.section)
  return [field.section, section?.label]
}

const sameWord = (call: Call) => (one: string | undefined, other: string): boolean =>
  call.state.field_case === "sensitive" ? one === other : one?.toLowerCase() === other.toLowerCase()

/** The field of a label or id, or of `section.label`; the first one where several share the name. */
const findField = (call: Call, item: OpItem, name: string): OpField | undefined => {
  const same = sameWord(call)
  const named = item.fields.find((field) => same(field.label, name) || field.id === name)
  if (named !== undefined) return named
  const dots = [...name].flatMap((character, index) => character === "." ? [index] : [])
  return item.fields.find((field) =>
    dots.some((dot) =>
      sectionNames(item, field).some((section) => same(section, name.slice(0, dot))) &&
      (same(field.label, name.slice(dot + 1)) || field.id === name.slice(dot + 1))
    )
  )
}

/**
 * The fields that `--fields` names: `label=x`, `type=x` or a bare name, in one CSV record or in several flags. One
 * that is missing fails the whole call.
 */
export const selectFields = (call: Call, item: OpItem): ReadonlyArray<OpField> => {
  const selectors = (call.arguments.lists.get("fields") ?? []).flatMap((list) => parseCsv("fields", list))
  const hits = selectors.flatMap((selector) => {
    const [, kind, wanted = selector] = /^(label|type)=([\s\S]*)$/.exec(selector) ?? []
    const found = kind === "type"
      ? item.fields.filter((field) => field.type.toLowerCase() === wanted.toLowerCase())
      : [findField(call, item, wanted)].filter((field) => field !== undefined)
    if (found.length === 0) throw opError("field-missing", { field: wanted, item: item.title })
    return found
  })
  return call.state.field_order === "request" ? hits : item.fields.filter((field) => hits.includes(field))
}

/** A secret reference taken apart: `op://<vault>/<item>/[section/]<field>[?attribute=...]`. */
export interface Reference {
  readonly vault: string
  readonly item: string
  readonly section: string | undefined
  readonly field: string
  readonly attribute: string
}

/** Takes a reference apart; only letters, digits, `-`, `_`, `.` and space may be in its names. */
export const parseReference = (reference: string): Reference => {
  const [path = "", query = ""] = reference.replace(/^op:\/\//, "").split("?")
  const bad = /[^A-Za-z0-9_. /-]/.exec(path)
  if (bad !== null) throw opError("reference-character", { reference, field: bad[0] })
  const parts = path.split("/")
  if (!reference.startsWith("op://") || parts.length < 3 || parts.includes("")) {
    throw opError("reference-short", { reference })
  }
  if (parts.length > 4) throw opError("reference-long", { reference })
  const parameters = new URLSearchParams(query)
  return {
    vault: parts[0] ?? "",
    item: parts[1] ?? "",
    section: parts.length === 4 ? parts[2] : undefined,
    field: parts.at(-1) ?? "",
    attribute: parameters.get("attribute") ?? parameters.get("attr") ?? "value"
  }
}

/** The field that a reference means; names are compared without regard to case. */
export const referencedField = (item: OpItem, reference: Reference): OpField => {
  const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
  const { section } = reference
  const field = item.fields.find((candidate) =>
    (same(candidate.label, reference.field) || same(candidate.id, reference.field)) &&
    (section === undefined || sectionNames(item, candidate).some((name) => same(name, section)))
  )
  if (field === undefined) {
    throw opError("reference-field-missing", {
      vault: reference.vault,
      item: reference.item,
      field: reference.field
    })
  }
  return field
}
