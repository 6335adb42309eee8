import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Access } from "./Auth.ts"
import { type Call, isOn } from "./Call.ts"
import { opError } from "./Errors.ts"
import type { OpItem, OpVault } from "./State.ts"

/** An item and the vault that holds it. */
export interface Found {
  readonly vault: OpVault
  readonly item: OpItem
}

interface Written {
  readonly vault: string
  readonly item: OpItem
}

/** The folder of the items that calls created or changed: one file for each version, `<id>.<version>.json`. */
export const itemsPath = (state: string): string => `${state}.items`

const readWritten = (state: string): ReadonlyArray<Written> => {
  const folder = itemsPath(state)
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) =>
    JSON.parse(readFileSync(join(folder, name), "utf8")) as Written
  ).sort((one, other) => one.item.version - other.item.version)
}

/** Every item of a vault as it stands now: the state file's, replaced by what calls wrote since. */
export const itemsOf = (state: string, vault: OpVault): ReadonlyArray<OpItem> => {
  const items = new Map(vault.items.map((item) => [item.id, item]))
  for (const written of readWritten(state)) {
    if (written.vault === vault.id) items.set(written.item.id, written.item)
  }
  return [...items.values()]
}

/**
 * Keeps a new version of an item. False when another process wrote that version first: the file comes into being
 * whole and by link(2), which refuses to replace, so parallel edits never lose each other's numbers.
 */
export const writeItem = (state: string, vault: OpVault, item: OpItem): boolean => {
  const folder = itemsPath(state)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `${item.id}.${process.pid}.new`)
  const written: Written = { vault: vault.id, item }
  writeFileSync(temporary, JSON.stringify(written), { mode: 0o600 })
  try {
    linkSync(temporary, join(folder, `${item.id}.${item.version}.json`))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
    return false
  } finally {
    rmSync(temporary)
  }
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The vault of an id or a name among those that were opened. */
export const findVault = (access: Access, query: string): OpVault => {
  const byId = access.vaults.find((vault) => vault.id === query)
  if (byId !== undefined) return byId
  const named = access.vaults.filter((vault) => sameName(vault.name, query))
  const [vault] = named
  if (vault === undefined) throw opError("vault-missing", { vault: query })
  if (named.length > 1) {
    throw opError("vaults-duplicate", {
      vault: query,
      matches: named.map((match) => `\t* for the vault "${match.name}": ${match.id}`)
    })
  }
  return vault
}

/** The items of a vault that a call may list: archived ones only with `--include-archive`. */
export const visibleItems = (call: Call, vault: OpVault): ReadonlyArray<OpItem> => {
  const archived = isOn(call, "include-archive", "OP_INCLUDE_ARCHIVE")
  return itemsOf(call.statePath, vault).filter((item) => archived || item.state !== "ARCHIVED")
}

const isDomainOf = (item: OpItem, query: string): boolean =>
  (item.urls ?? []).some((url) => URL.parse(url.href)?.host === query.toLowerCase())

/** The item of an id, a title or a domain, in one vault or, where `op` allows that, in all. */
export const findItem = (call: Call, access: Access, query: string, vaultQuery: string | undefined): Found => {
  if (vaultQuery === undefined && access.by === "service-account") throw opError("service-account-needs-vault")
  const vaults = vaultQuery === undefined ? access.vaults : [findVault(access, vaultQuery)]
  const all = vaults.flatMap((vault) => visibleItems(call, vault).map((item): Found => ({ vault, item })))
  const byId = all.find(({ item }) => item.id === query)
  if (byId !== undefined) return byId
  const titled = all.filter(({ item }) => sameName(item.title, query))
  const found = titled.length > 0 ? titled : all.filter(({ item }) => isDomainOf(item, query))
  const [first] = found
  if (first === undefined) {
    throw vaultQuery === undefined
      ? opError("item-missing-anywhere", { item: query })
      : opError("item-missing", { item: query, vault: vaultQuery })
  }
  if (found.length > 1) {
    throw opError("items-duplicate", {
      item: query,
      matches: found.map(({ item, vault }) => `\t* for the item "${item.title}" in vault ${vault.name}: ${item.id}`)
    })
  }
  return first
}
