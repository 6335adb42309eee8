/** Whether a file beside one of AWS's two was made by this program, or by somebody else. */
export type CopyKind = "ours" | "other"

const backup = /^\.backup-\d{8}T\d{6}Z/

/**
 * Whether a file beside one of AWS's two may be a copy of it, going by its name, and whose. Editors and people call them
 * `credentials~`, `credentials.bak`, `.credentials.swp`, `#credentials#` and so on; this program keeps backups as
 * `config.backup-<time>`, and may have been killed while it wrote a new text beside the old one.
 */
export const copyKind = (name: string, of: string): CopyKind | undefined => {
  if (name === of || !name.includes(of)) return undefined
  if (name.startsWith(`.op-aws-credential-process-${of}-`)) return "ours"
  return name.startsWith(of) && backup.test(name.slice(of.length)) ? "ours" : "other"
}
