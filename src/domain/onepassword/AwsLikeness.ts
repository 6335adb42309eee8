import type { OpItemHeader } from "./OpItemHeader.ts"

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
  const find = placeAmong(known)
  const placeOf = (header: OpItemHeader): number => find(header) ?? known.length
  return headers.toSorted((one, other) =>
    placeOf(one) - placeOf(other) ||
    awsLikeness(other) - awsLikeness(one) ||
    compare(one.title.toLowerCase(), other.title.toLowerCase())
  )
}

const compare = (one: string, other: string): number => one < other ? -1 : one > other ? 1 : 0

/** Finds the first of these that an item is; whoever knew it may not have known its vault. */
export const placeAmong = (known: ReadonlyArray<KnownItem>): (header: OpItemHeader) => number | undefined => {
  const keyOf = (itemId: string, vaultId: string | undefined): string => JSON.stringify([itemId, vaultId])
  // Last to first, so that the first one stays.
  const places = new Map(known.map(({ itemId, vaultId }, at) => [keyOf(itemId, vaultId), at] as const).reverse())
  return ({ id, vault }) => {
    const found = [places.get(keyOf(id, vault.id)), places.get(keyOf(id, undefined))].filter((at) => at !== undefined)
    return found.length === 0 ? undefined : Math.min(...found)
  }
}

/** A category as people call it. */
export const categoryName = (category: string): string =>
  category.toUpperCase() === "API_CREDENTIAL" ? "API credential" : category.toLowerCase().replaceAll("_", " ")
