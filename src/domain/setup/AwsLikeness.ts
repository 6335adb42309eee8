import type { OpItemHeader } from "../OpItemHeader.ts"

/** How much an item looks like one that holds an AWS access key, by all that a list says of it; 0 is not at all. */
export const awsLikeness = ({ category, subtitle = "", tags, title }: OpItemHeader): 0 | 1 | 2 | 3 => {
  const credential = category.toUpperCase() === "API_CREDENTIAL"
  const named = [title, ...tags, subtitle].some((text) => names.test(text))
  // The key's ID is not secret, and the app shows it below the title where it is in the user name's place.
  if (keyId.test(subtitle.trim()) || named && credential) return 3
  // A login called Amazon is for shopping; an API credential called so is not.
  return named || credential && /\bamazon\b/i.test(title) ? 2 : credential ? 1 : 0
}

const names = /\b(?:aws|iam|amazon web services|access[ _-]?key)\b/i

const keyId = /^AKIA[A-Z0-9]{12,}$/

/** An item that somebody has chosen for AWS before, as 1Password's plugin or a profile names it. */
export interface KnownItem {
  readonly vaultId?: string
  readonly itemId: string
}

/** All of these items: those chosen before in their own order, then the likeliest, those that are alike by title. */
export const rankItems = (
  headers: ReadonlyArray<OpItemHeader>,
  known: ReadonlyArray<KnownItem> = []
): ReadonlyArray<OpItemHeader> => {
  const placeOf = (header: OpItemHeader): number => {
    const at = known.findIndex((one) => isItem(header, one))
    return at === -1 ? known.length : at
  }
  return headers.toSorted((one, other) =>
    placeOf(one) - placeOf(other) ||
    awsLikeness(other) - awsLikeness(one) ||
    compare(one.title.toLowerCase(), other.title.toLowerCase())
  )
}

const compare = (one: string, other: string): number => one < other ? -1 : one > other ? 1 : 0

export const isItem = ({ id, vault }: OpItemHeader, { itemId, vaultId }: KnownItem): boolean =>
  id === itemId && (vaultId === undefined || vaultId === vault.id)

/** A category as people call it. */
export const categoryName = (category: string): string =>
  category.toUpperCase() === "API_CREDENTIAL" ? "API credential" : category.toLowerCase().replaceAll("_", " ")
