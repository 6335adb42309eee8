import { totp } from "../Totp.ts"
import type { OpField, OpItem, OpSection, OpState, OpVault } from "./State.ts"

/** What of a call decides how an item is printed. */
export interface Printing {
  readonly state: Pick<OpState, "placeholder">
  readonly now: () => number
}

/** What stands in for a concealed value since 2.30.0. */
export const placeholder = (item: OpItem): string => `[use 'op item get ${item.id} --reveal' to reveal]`

/** Whether a field's value is one that `op` conceals in its readable output. */
export const isConcealed = (field: OpField): boolean => field.type === "CONCEALED" || field.type === "OTP"

/** A field's current code; undefined where there is none or its seed cannot be used. */
export const codeOf = (call: Printing, field: OpField): string | undefined => {
  if (field.type !== "OTP" || field.without_totp === true || field.value === undefined) return undefined
  try {
    return totp(field.value, call.now())
  } catch {
    return undefined
  }
}

const section = (item: OpItem, { section: wanted }: OpField): OpSection | undefined =>
  wanted === undefined ? undefined : item.sections?.find(({ id }) => id === wanted) ?? { id: wanted }

// A name with any other character is replaced by the id.
const isReferable = (name: string | undefined): name is string => name !== undefined && /^[\w. -]+$/.test(name)

const reference = (vault: OpVault, item: OpItem, field: OpField): string => {
  const inSection = section(item, field)
  return `op://${
    [
      isReferable(vault.name) ? vault.name : vault.id,
      isReferable(item.title) ? item.title : item.id,
      ...inSection === undefined ? [] : [isReferable(inSection.label) ? inSection.label : inSection.id],
      isReferable(field.label) ? field.label : field.id
    ].join("/")
  }`
}

/** A field with its members in the order of `op`; an empty one has no `value`. */
export const fieldJson = (call: Printing, vault: OpVault, item: OpItem, field: OpField): Record<string, unknown> => {
  const inSection = section(item, field)
  const shown = call.state.placeholder && isConcealed(field) ? placeholder(item) : field.value
  const code = codeOf(call, field)
  return {
    id: field.id,
    ...(inSection === undefined ? {} : { section: inSection }),
    type: field.type,
    ...(field.purpose === undefined ? {} : { purpose: field.purpose }),
    ...(field.label === undefined ? {} : { label: field.label }),
    ...(field.value === undefined || field.value === "" ? {} : { value: shown }),
    ...(field.entropy === undefined ? {} : { entropy: field.entropy }),
    ...(code === undefined ? {} : { totp: code }),
    reference: reference(vault, item, field),
    ...(field.password_details === undefined ? {} : { password_details: field.password_details })
  }
}

/** An item without its fields, as `item list` prints it, members in the order of `op`. */
export const headerJson = (vault: OpVault, item: OpItem): Record<string, unknown> => ({
  id: item.id,
  title: item.title,
  ...(item.favorite === true ? { favorite: true } : {}),
  ...(item.tags === undefined || item.tags.length === 0 ? {} : { tags: item.tags }),
  version: item.version,
  ...(item.state === undefined ? {} : { state: item.state }),
  vault: { id: vault.id, name: vault.name },
  category: item.category,
  ...(item.last_edited_by === undefined ? {} : { last_edited_by: item.last_edited_by }),
  created_at: item.created_at,
  updated_at: item.updated_at,
  ...(item.additional_information === undefined ? {} : { additional_information: item.additional_information }),
  ...(item.urls === undefined ? {} : { urls: item.urls })
})

/** A whole item. `fresh`: as create and edit print it, with local time, microseconds and nobody who edited it. */
export const itemJson = (call: Printing, vault: OpVault, item: OpItem, fresh = false): Record<string, unknown> => {
  const header = headerJson(vault, item)
  if (fresh) {
    delete header["last_edited_by"]
    header["created_at"] = localTime(item.created_at)
    header["updated_at"] = localTime(item.updated_at)
  }
  return {
    ...header,
    ...(item.sections === undefined ? {} : { sections: item.sections }),
    fields: item.fields.map((field) => fieldJson(call, vault, item, field))
  }
}

const two = (number: number): string => String(Math.abs(number)).padStart(2, "0")

const localTime = (iso: string): string => {
  const date = new Date(iso)
  const offset = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19)
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.trunc(offset / 60))}:${two(offset % 60)}`
  return `${local}.${String(date.getMilliseconds()).padStart(3, "0")}000${zone}`
}

const day = (iso: string): string => new Date(iso).toISOString().slice(0, 10)

/** An item as `op` prints it for people; concealed values only with `reveal`. */
export const itemText = (vault: OpVault, item: OpItem, reveal: boolean): string => {
  const line = (name: string, value: string): string => `${`${name}:`.padEnd(12)} ${value}`
  return [
    line("ID", item.id),
    line("Title", item.title),
    line("Vault", `${vault.name} (${vault.id})`),
    line("Created", day(item.created_at)),
    line("Updated", day(item.updated_at)),
    line("Favorite", String(item.favorite === true)),
    ...(item.tags === undefined || item.tags.length === 0 ? [] : [line("Tags", item.tags.join(","))]),
    line("Version", String(item.version)),
    line("Category", item.category),
    "Fields:",
    ...item.fields.filter(({ value }) => value !== undefined && value !== "").map((field) =>
      `  ${`${field.label ?? field.id}:`.padEnd(12)} ${!reveal && isConcealed(field) ? placeholder(item) : field.value}`
    )
  ].join("\n")
}
