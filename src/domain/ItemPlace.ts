/** An item by the ids that 1Password gave it, which no renaming changes, and what it is called, to be shown to people. */
export interface ItemPlace {
  readonly vaultId: string
  readonly itemId: string
  readonly vaultName?: string
  readonly itemTitle?: string
}

/** Whether a word of the settings means this vault or item: as it was named before, or by its id. */
export const isNamed = (word: string, before: string, id: string | undefined): boolean => word === before || word === id
