import { hasReveal, parseCsv } from "./Arguments.ts"
import { type Access, openAccount } from "./Auth.ts"
import { type Call, isOn, option, wantsJson } from "./Call.ts"
import { categoryId } from "./Categories.ts"
import { OpError, opError } from "./Errors.ts"
import { codeOf, fieldJson, headerJson, isConcealed, itemJson, itemText, placeholder } from "./ItemJson.ts"
import { printJson, printTable } from "./Print.ts"
import { readStdin } from "./Process.ts"
import { parseReference, referencedField, selectFields } from "./Selectors.ts"
import type { OpField, OpItem } from "./State.ts"
import { findItem, findVault, type Found, visibleItems } from "./Store.ts"

const reveals = (call: Call): boolean => isOn(call, "reveal") || !hasReveal(call.state.version)

const codeFor = (call: Call, item: OpItem, field: OpField | undefined): string => {
  const code = field === undefined ? undefined : codeOf(call, field)
  if (code === undefined) throw opError("otp-missing", { item: item.title })
  return code
}

const printFields = (call: Call, { item, vault }: Found): string => {
  const fields = selectFields(call, item)
  if (wantsJson(call)) {
    const shown = fields.map((field) => fieldJson(call, vault, item, field))
    return printJson(shown.length === 1 && !call.state.always_array ? shown[0] : shown)
  }
  const values = fields.map((field) =>
    isConcealed(field) && !reveals(call) ? placeholder(item) : field.value ?? ""
  )
  return `${values.join(",")}\n`
}

const printItem = (call: Call, found: Found): string => {
  const { item, vault } = found
  if (isOn(call, "otp")) return `${codeFor(call, item, item.fields.find((field) => field.type === "OTP"))}\n`
  if (call.arguments.lists.has("fields")) return printFields(call, found)
  return wantsJson(call) ? printJson(itemJson(call, vault, item)) : `${itemText(vault, item, reveals(call))}\n`
}

const pipedIds = (): ReadonlyArray<string> => {
  try {
    const piped = JSON.parse(readStdin()) as { id: string } | Array<{ id: string }>
    return [piped].flat().map(({ id }) => id)
  } catch {
    throw opError("stdin-not-json")
  }
}

/** `op item get <item>|-`. */
export const itemGet = (call: Call): string => {
  const [query] = call.arguments.positionals
  if (query === undefined) throw new OpError("accepts 1 arg(s), received 0")
  const queries = query === "-" ? pipedIds() : [query]
  const access = openAccount(call)
  return queries.map((one) => printItem(call, findItem(call, access, one, option(call, "vault")))).join("")
}

/** `op item list`: headers, without fields. */
export const itemList = (call: Call): string => {
  const access = openAccount(call)
  const inVault = option(call, "vault")
  const named = (flag: string): ReadonlyArray<string> =>
    parseCsv(flag, option(call, flag) ?? "").filter((name) => name !== "")
  const categories = named("categories").map(categoryId)
  const tags = named("tags")
  const vaults = inVault === undefined ? access.vaults : [findVault(access, inVault)]
  const found = vaults.flatMap((vault) =>
    visibleItems(call, vault).filter((item) =>
      (categories.length === 0 || categories.includes(item.category)) &&
      (tags.length === 0 || tags.some((tag) => item.tags?.includes(tag) === true)) &&
      (!isOn(call, "favorite") || item.favorite === true)
    ).map((item): Found => ({ vault, item }))
  )
  if (wantsJson(call)) return printJson(found.map(({ item, vault }) => headerJson(vault, item)))
  return printTable([
    ["ID", "TITLE", "VAULT", "EDITED"],
    ...found.map(({ item, vault }) => [item.id, item.title, vault.name, item.updated_at])
  ])
}

const vaultJson = (call: Call, vault: Access["vaults"][number]): Record<string, unknown> => ({
  id: vault.id,
  name: vault.name,
  content_version: visibleItems(call, vault).reduce((sum, item) => sum + item.version, 0),
  created_at: "2024-03-01T09:00:00Z",
  updated_at: "2024-03-02T10:30:00Z",
  items: visibleItems(call, vault).length
})

/** `op vault list`. */
export const vaultList = (call: Call): string => {
  const { vaults } = openAccount(call)
  if (wantsJson(call)) return printJson(vaults.map((vault) => vaultJson(call, vault)))
  return printTable([["ID", "NAME"], ...vaults.map((vault) => [vault.id, vault.name])])
}

/** `op vault get <vault>`. */
export const vaultGet = (call: Call): string => {
  const vault = findVault(openAccount(call), call.arguments.positionals[0] ?? "")
  const { id, name, content_version, created_at, updated_at, items } = vaultJson(call, vault)
  const type = vault.type ?? "USER_CREATED"
  const shown = { id, name, attribute_version: 1, content_version, items, type, created_at, updated_at }
  if (wantsJson(call)) return printJson(shown)
  return printTable(Object.entries(shown).map(([key, value]) => [`${key}:`, String(value)]))
}

/** The value that a secret reference names. */
export const resolve = (call: Call, access: Access, text: string): string => {
  const reference = parseReference(text)
  let found: Found
  try {
    found = findItem(call, access, reference.item, reference.vault)
  } catch (error) {
    if (!(error instanceof OpError)) throw error
    throw new OpError(`could not get item ${reference.vault}/${reference.item}: ${error.message}`)
  }
  const { item } = found
  const field = referencedField(item, reference)
  switch (reference.attribute) {
    case "value":
      return field.value ?? ""
    case "otp":
      return codeFor(call, item, field)
    case "type":
      return field.type
    case "id":
      return field.id
    case "title":
      return field.label ?? ""
    case "purpose":
      return field.purpose ?? ""
    default:
      throw new OpError(`invalid secret reference '${text}': unknown attribute '${reference.attribute}'`)
  }
}

/** `op read <reference>`. */
export const read = (call: Call): string => {
  const [text = ""] = call.arguments.positionals
  parseReference(text)
  return `${resolve(call, openAccount(call), text)}${isOn(call, "no-newline") ? "" : "\n"}`
}
