import { printable } from "../base/Printable.ts"
import { SettingFailure } from "../base/SettingFailure.ts"

/** Where in 1Password, as far as it was said. */
export interface ItemAddress {
  readonly vault?: string
  readonly item?: string
  readonly account?: string
}

/** What was said, and where; what has a lower rank stands before what has a higher one. */
interface Said {
  readonly value: string
  readonly source: string
  readonly rank: number
}

/** What is said of account and vault by settings of their own. */
interface Beside {
  readonly account: Said | undefined
  readonly vault: Said | undefined
}

interface WholeAddress extends ItemAddress {
  readonly vault: string
  readonly item: string
}

const linkStart = "https://start.1password."
const linkPath = "/open/i?"

/**
 * What a text names that names more than an item; what it should be, for one that cannot be read. Without `URL`, which not
 * every engine has that serves from the cache.
 */
const parts = (item: string): WholeAddress | string | undefined => {
  if (item.startsWith("op://")) {
    const words = item.slice("op://".length).split("/")
    const [vault, name] = words
    return words.length === 2 && vault && name ? { vault, item: name } : "op://vault/item, without a field"
  }
  if (!item.startsWith("https://") && !item.startsWith("http://")) return undefined
  const at = item.indexOf("/", linkStart.length)
  const isLink = item.startsWith(linkStart) && item.startsWith(linkPath, at)
  const said = new Map<string, string>()
  for (const pair of isLink ? item.slice(at + linkPath.length).split("#")[0]!.split("&") : []) {
    const equals = pair.indexOf("=")
    if (equals > 0) said.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
  const [account, vault, id] = [said.get("a"), said.get("v"), said.get("i")]
  return account && vault && id
    ? { account, vault, item: id }
    : "a private link as 1Password copies it, https://start.1password.com/open/i?a=…&v=…&i=…&h=…"
}

/**
 * What an item is named by where that is more than a name or an ID, for which it is undefined: `op://vault/item`, or the
 * private link that the 1Password apps copy, which names the account too. It replaces what is named beside it with a
 * higher rank, and may not contradict the rest.
 */
export const wholeAddress = (
  item: Said, { account, vault }: Beside
): WholeAddress | SettingFailure<"SettingInvalid" | "SettingsDisagree"> | undefined => {
  const whole = parts(item.value)
  if (whole === undefined) return undefined
  if (typeof whole === "string") return SettingFailure.SettingInvalid(item.source, item.value, whole)
  return contradiction(item, "vault", whole.vault, vault) ?? contradiction(item, "account", whole.account, account) ??
    { ...(account === undefined ? undefined : { account: account.value }), ...whole }
}

const contradiction = (
  item: Said, what: string, inItem: string | undefined, other: Said | undefined
): SettingFailure<"SettingsDisagree"> | undefined =>
  inItem === undefined || other === undefined || other.rank > item.rank || other.value === inItem
    ? undefined
    : SettingFailure.SettingsDisagree(
      `${item.source} names the ${what} "${printable(inItem)}" and ${other.source} names "${printable(other.value)}"`,
      "leave one of them out"
    )

/** What the settings of a vault, of an item and of an account say together, where not all of it has to be known yet. */
export const itemAddress = (
  vault: Said | undefined,
  item: Said | undefined,
  account?: Said
): ItemAddress | SettingFailure<"SettingInvalid" | "SettingsDisagree"> => {
  const whole = item === undefined ? undefined : wholeAddress(item, { account, vault })
  if (whole !== undefined) return whole
  if (item !== undefined && vault === undefined) {
    return SettingFailure.SettingInvalid(item.source, item.value, "op://<vault>/<item>, which it has to be without --op-vault")
  }
  return {
    ...(vault === undefined ? undefined : { vault: vault.value }),
    ...(item === undefined ? undefined : { item: item.value }),
    ...(account === undefined ? undefined : { account: account.value })
  }
}

/** An item by the ids that 1Password gave it, which no renaming changes, and what it is called, to be shown to people. */
export interface ItemPlace {
  readonly vaultId: string
  readonly itemId: string
  readonly vaultName?: string
  readonly itemTitle?: string
}

/** Whether a word of the settings means this vault or item: as it was named before, or by its id. */
export const isNamed = (word: string, before: string, id: string | undefined): boolean => word === before || word === id

/** The ids of an item where both are known. */
export const placeIn = ({ itemId, vaultId }: Partial<ItemPlace>): ItemPlace | undefined =>
  itemId === undefined || vaultId === undefined ? undefined : { itemId, vaultId }
