/** What a file beside one of AWS's two is, when it goes by its name. */
export type CopyKind = "backup" | "other"

const stamp = /^\.backup-\d{8}T\d{6}Z/

/**
 * Whether a file beside one of AWS's two may be a copy of it, and whose. Editors and people call them `credentials~`,
 * `credentials.bak`, `.credentials.swp`, `#credentials#` and so on; `setup` keeps `config.backup-<time>`.
 */
export const copyKind = (name: string, of: string): CopyKind | undefined => {
  if (name === of || !name.includes(of)) return undefined
  return name.startsWith(of) && stamp.test(name.slice(of.length)) ? "backup" : "other"
}
