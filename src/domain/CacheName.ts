import { digest } from "./Digest.ts"

const longest = 200

const isPlain = (name: string): boolean => name !== "" && !name.includes("/") && !name.includes("\0")

/**
 * The file that keeps a profile's session, always a single component. A name that the Go program writes unchanged
 * (`<profile>.json`) keeps its file; one with a slash, or too long for a file name, is escaped, cut and followed by
 * a digest of the whole.
 */
export const entryFileName = (profile: string): string => {
  if (isPlain(profile) && profile.isWellFormed() && utf8Length(profile) <= longest) return `${profile}.json`
  const escaped = profile.replace(/[^A-Za-z0-9._@+=:-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
  return `${escaped.slice(0, 100)}~${digest(profile)}.json`
}

const utf8Length = (name: string): number => {
  let length = 0
  for (const character of name) {
    const point = character.codePointAt(0)!
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return length
}

/** The profile that a file was named for, where the name says so: an entry of ours says it inside. */
export const profileOfFileName = (file: string): string | undefined =>
  file.endsWith(".json") && !file.startsWith(".tmp-") ? file.slice(0, -".json".length) : undefined
