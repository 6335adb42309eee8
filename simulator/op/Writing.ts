import { readFileSync } from "node:fs"
import { parseCsv } from "./Arguments.ts"
import { applyAssignment } from "./Assignments.ts"
import { openAccount } from "./Auth.ts"
import { type Call, isOn, option, wantsJson } from "./Call.ts"
import { categoryFields, categoryId } from "./Categories.ts"
import { OpError, opError } from "./Errors.ts"
import { itemJson, itemText } from "./ItemJson.ts"
import { newId } from "./NewId.ts"
import { printJson } from "./Print.ts"
import { readStdin } from "./Process.ts"
import type { OpField, OpItem } from "./State.ts"
import { findItem, findVault, type Found, writeItem } from "./Store.ts"

/** An item as JSON that comes in: like the one that goes out, with sections as objects. */
export interface Template {
  readonly title?: string
  readonly category?: string
  readonly tags?: Array<string>
  readonly vault?: { readonly id?: string; readonly name?: string }
  readonly sections?: OpItem["sections"]
  readonly urls?: OpItem["urls"]
  readonly fields?: ReadonlyArray<Omit<Partial<OpField>, "section"> & { readonly section?: { readonly id: string } }>
}

const parseTemplate = (text: string, failure: OpError): Template => {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Template
  } catch {
    throw failure
  }
  throw failure
}

/** Only a FIFO counts as piped input; op.exe takes everything that is no terminal. */
const isPiped = (call: Call): boolean =>
  call.state.platform === "wsl-exe" ? call.stdin !== "tty" : call.stdin === "fifo"

const readTemplate = (call: Call): Template | undefined => {
  const file = option(call, "template")
  if (file !== undefined && isPiped(call)) throw opError("stdin-and-template")
  if (file !== undefined) return parseTemplate(readFileSync(file, "utf8"), new OpError("invalid JSON provided"))
  return isPiped(call) ? parseTemplate(readStdin(), opError("stdin-not-json")) : undefined
}

const templateFields = (template: Template): Array<OpField> =>
  (template.fields ?? []).map(({ section, ...field }) => ({
    ...field,
    id: field.id ?? newId(),
    type: field.type ?? "STRING",
    ...(section === undefined ? {} : { section: section.id })
  }))

const flagged = (call: Call, item: OpItem): OpItem => {
  const title = option(call, "title")
  const tags = option(call, "tags")
  return {
    ...item,
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags: [...parseCsv("tags", tags)] }),
    ...(isOn(call, "favorite") ? { favorite: true } : {})
  }
}

const printWritten = (call: Call, { item, vault }: Found): string =>
  wantsJson(call) ? printJson(itemJson(call, vault, item, true)) : `${itemText(vault, item, false)}\n`

const seconds = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`

/** A new item as a template or, without one, its category has it. */
export const created = (
  category: string,
  template: Template | undefined,
  by: { readonly now: number; readonly user: string }
): OpItem => {
  const id = categoryId(category)
  const now = seconds(by.now)
  return {
    id: newId(),
    title: template?.title ?? category,
    category: id,
    version: 1,
    last_edited_by: by.user,
    created_at: now,
    updated_at: now,
    additional_information: "—",
    ...(template?.tags === undefined ? {} : { tags: template.tags }),
    ...(template?.urls === undefined ? {} : { urls: template.urls }),
    ...(template?.sections === undefined ? {} : { sections: template.sections }),
    fields: template === undefined ? [...categoryFields(id)] : templateFields(template)
  }
}

/** `op item create [-] [--template f] [--category c] [assignments]`. */
export const itemCreate = (call: Call): string => {
  const assignments = call.arguments.positionals.filter((word) => word !== "-")
  const template = readTemplate(call)
  const category = option(call, "category") ?? template?.category
  if (category === undefined) throw opError("category-missing")
  const access = openAccount(call)
  const inVault = option(call, "vault") ?? template?.vault?.id ?? template?.vault?.name
  if (inVault === undefined && access.by === "service-account") throw opError("service-account-needs-vault")
  const vault = inVault === undefined ? access.vaults[0] : findVault(access, inVault)
  if (vault === undefined) throw opError("vault-missing", { vault: inVault ?? "" })
  const blank = created(category, template, { now: call.now(), user: access.account.user_uuid })
  const item = assignments.reduce(applyAssignment, flagged(call, blank))
  if (!isOn(call, "dry-run")) writeItem(call.statePath, vault, item)
  return printWritten(call, { vault, item })
}

/** An item whose content a template takes the place of. */
export const replaced = (item: OpItem, template: Template): OpItem => ({
  ...item,
  title: template.title ?? item.title,
  ...(template.tags === undefined ? {} : { tags: template.tags }),
  ...(template.urls === undefined ? {} : { urls: template.urls }),
  ...(template.sections === undefined ? {} : { sections: template.sections }),
  fields: templateFields(template)
})

/** `op item edit <item> [assignments]`. Piped JSON replaces the item; whatever else stdin is changes nothing. */
export const itemEdit = (call: Call): string => {
  const [query, ...words] = call.arguments.positionals
  if (query === undefined) throw new OpError("accepts at least 1 arg(s), received 0")
  const template = readTemplate(call)
  const access = openAccount(call)
  for (;;) {
    const { item: before, vault } = findItem(call, access, query, option(call, "vault"))
    const based = template === undefined ? before : replaced(before, template)
    const item: OpItem = {
      ...words.filter((word) => word !== "-").reduce(applyAssignment, flagged(call, based)),
      version: before.version + 1,
      last_edited_by: access.account.user_uuid,
      updated_at: seconds(call.now())
    }
    if (isOn(call, "dry-run") || writeItem(call.statePath, vault, item)) return printWritten(call, { vault, item })
  }
}
