import { printable } from "./Printable.ts"
import { SettingInvalid, SettingsDisagree } from "./UsageFailure.ts"

/** Where in 1Password, as far as it was said. */
export interface ItemAddress {
  readonly vault?: string
  readonly item?: string
}

/** What was said, and where; what has a lower rank stands before what has a higher one. */
interface Said {
  readonly value: string
  readonly source: string
  readonly rank: number
}

/** What the settings of a vault and of an item say together: the latter may be `op://vault/item`. */
export const itemAddress = (
  vault: Said | undefined,
  item: Said | undefined
): ItemAddress | SettingInvalid | SettingsDisagree => {
  if (item === undefined) return vault === undefined ? {} : { vault: vault.value }
  if (!item.value.startsWith("op://")) {
    return vault === undefined
      ? new SettingInvalid(item.source, item.value, "op://<vault>/<item>, which it has to be without --op-vault")
      : { vault: vault.value, item: item.value }
  }
  return referencedItem(vault, item)
}

/** What `op://vault/item` names. It replaces a vault that is named with a higher rank, and may not contradict others. */
export const referencedItem = (
  vault: Said | undefined,
  item: Said
): Required<ItemAddress> | SettingInvalid | SettingsDisagree => {
  const parts = item.value.slice("op://".length).split("/")
  const [inVault, name] = parts
  if (parts.length !== 2 || !inVault || !name) {
    return new SettingInvalid(item.source, item.value, "op://vault/item, without a field")
  }
  if (vault !== undefined && vault.rank <= item.rank && vault.value !== inVault) {
    return new SettingsDisagree(
      `${item.source} names the vault "${printable(inVault)}" and ${vault.source} names "${printable(vault.value)}"`,
      "leave one of them out"
    )
  }
  return { vault: inVault, item: name }
}
