import { printable } from "./Printable.ts"
import { SettingInvalid, SettingsDisagree } from "./UsageFailure.ts"

/** Where in 1Password, as far as it was said. */
export interface ItemAddress {
  readonly vault?: string
  readonly item?: string
}

/** What `--op-vault` and `--op-item` say together: the latter may be `op://vault/item`. */
export const itemAddress = (
  vault: string | undefined,
  item: string | undefined
): ItemAddress | SettingInvalid | SettingsDisagree => {
  if (item === undefined) return vault === undefined ? {} : { vault }
  if (!item.startsWith("op://")) {
    return vault === undefined ? new SettingInvalid("--op-item", item, "op://<vault>/<item>, which it has to be without --op-vault") : { vault, item }
  }
  const parts = item.slice("op://".length).split("/")
  const [inVault, name] = parts
  if (parts.length !== 2 || !inVault || !name) return new SettingInvalid("--op-item", item, "op://vault/item, without a field")
  if (vault !== undefined && vault !== inVault) {
    return new SettingsDisagree(
      `--op-item names the vault "${printable(inVault)}" and --op-vault names "${printable(vault)}"`,
      "leave one of them out"
    )
  }
  return { vault: inVault, item: name }
}
