import { OpError } from "./Errors.ts"
import { newId } from "./NewId.ts"
import type { OpField, OpItem } from "./State.ts"

const types: Readonly<Record<string, string>> = {
  concealed: "CONCEALED",
  password: "CONCEALED",
  text: "STRING",
  email: "EMAIL",
  url: "URL",
  date: "DATE",
  monthYear: "MONTH_YEAR",
  phone: "PHONE",
  otp: "OTP"
}

/** Where a character stands for the first time without a backslash before it; -1 if nowhere. */
const unescaped = (text: string, character: string): number => {
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1
    else if (text[index] === character) return index
  }
  return -1
}

const unescape = (text: string): string => text.replaceAll(/\\([.=\\])/g, "$1")

/** Applies `[section.]field[[type]]=value` to an item; `\` escapes `.`, `=` and `\` in names. */
export const applyAssignment = (item: OpItem, assignment: string): OpItem => {
  const equals = unescaped(assignment, "=")
  if (equals < 0) throw new OpError(`"${assignment}" is not a valid field assignment`)
  const value = assignment.slice(equals + 1)
  const [, path = "", , kind] = /^([\s\S]*?)(\[(\w+)\])?$/.exec(assignment.slice(0, equals)) ?? []
  if (kind !== undefined && kind !== "delete" && types[kind] === undefined) {
    throw new OpError(`"${kind}" is not a supported field type`)
  }
  const dot = unescaped(path, ".")
  const sectionName = dot < 0 ? undefined : unescape(path.slice(0, dot))
  const name = unescape(path.slice(dot + 1))
  const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
  const sections = item.sections ?? []
  const section = sections.find(({ id, label }) =>
    sectionName !== undefined && (id === sectionName || same(label, sectionName))
  )
  const index = item.fields.findIndex((field) =>
    (same(field.label, name) || field.id === name) && (sectionName === undefined || field.section === section?.id)
  )
  const existing = item.fields[index]
  if (kind === "delete") return { ...item, fields: item.fields.filter((field) => field !== existing) }
  if (existing !== undefined) {
    const type = types[kind ?? ""] ?? existing.type
    return { ...item, fields: item.fields.with(index, { ...existing, type, value }) }
  }
  // Without a section a new field goes where the app puts custom fields: an unlabelled section of this id.
  const home = section ?? (sectionName === undefined ? { id: "add more" } : { id: newId(), label: sectionName })
  const type = types[kind ?? "concealed"] ?? "CONCEALED"
  const field: OpField = { id: newId(), section: home.id, type, label: name, value }
  return {
    ...item,
    sections: sections.some(({ id }) => id === home.id) ? sections : [...sections, home],
    fields: [...item.fields, field]
  }
}
