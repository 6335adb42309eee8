import { SettingInvalid, SettingsDisagree } from "./UsageFailure.ts"

/** Where in 1Password, as far as it was said. */
export interface ItemAddress {
  readonly vault?: string
  readonly item?: string
  /** Only a private link says it. */
  readonly account?: string
}

/** The item in a text that names more than the item. */
interface WholeAddress {
  readonly vault: string
  readonly item: string
  readonly account?: string
}

const linkStart = "https://start.1password."
const linkPath = "/open/i?"

/**
 * What an item is named by where that is more than a name: `op://vault/item`, or the private link that the 1Password
 * apps copy. Undefined for a name or an id; what it should be, for one that cannot be read. Without `URL`, which not
 * every engine has that serves from the cache.
 */
export const wholeAddress = (item: string): WholeAddress | string | undefined => {
  if (item.startsWith("op://")) {
    const parts = item.slice("op://".length).split("/")
    const [vault, name] = parts
    return parts.length === 2 && vault && name ? { vault, item: name } : "op://vault/item, without a field"
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

/** A text, and where it was written, in words for an error. */
interface Written {
  readonly value: string
  readonly source: string
}

/** That what stands beside such an address does not contradict it. */
export const contradiction = (
  item: Written,
  address: WholeAddress,
  { account, vault }: { readonly account: Written | undefined; readonly vault: Written | undefined }
): SettingsDisagree | undefined => {
  if (vault !== undefined && vault.value !== address.vault) return disagreeing("vault", item, address.vault, vault)
  return account !== undefined && address.account !== undefined && account.value !== address.account
    ? disagreeing("account", item, address.account, account)
    : undefined
}

const disagreeing = (what: string, item: Written, said: string, other: Written) =>
  new SettingsDisagree(
    `${item.source} names the ${what} "${said}" and ${other.source} names "${other.value}"`,
    "leave one of them out"
  )

/** What `--op-vault` and `--op-item` say together, and `--op-account` beside them. */
export const itemAddress = (
  vault: string | undefined,
  item: string | undefined,
  account?: string
): ItemAddress | SettingInvalid | SettingsDisagree => {
  if (item === undefined) return vault === undefined ? {} : { vault }
  const address = wholeAddress(item)
  if (typeof address === "string") return new SettingInvalid("--op-item", item, address)
  if (address === undefined) {
    return vault === undefined ? new SettingInvalid("--op-item", item, "op://<vault>/<item>, which it has to be without --op-vault") : { vault, item }
  }
  const beside = {
    vault: vault === undefined ? undefined : { value: vault, source: "--op-vault" },
    account: account === undefined ? undefined : { value: account, source: "--op-account" }
  }
  return contradiction({ value: item, source: "--op-item" }, address, beside) ?? address
}
