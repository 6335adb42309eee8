import { readFileSync, statSync } from "node:fs"

/** More than anybody writes into AWS's files, or into one with certificates (bytes). */
export const largestText = 16 * 1024 * 1024

/**
 * The text of a regular file, of at most 16 MiB. Undefined for what is no file and gives what it holds once only, such
 * as a FIFO: that is not so much as opened, or its writer would take us for its reader. Throws what `node:fs` throws,
 * and EFBIG for a file that is too large.
 */
export const readPlainFile = (path: string): string | undefined => {
  // Often named where there is to be no file, and always the same.
  if (path === "/dev/null") return ""
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile() && !found.isDirectory()) return undefined
  if (found !== undefined && found.size > largestText) throw Object.assign(new Error("file too large"), { code: "EFBIG" })
  return readFileSync(path, "utf8")
}
