/**
 * FNV-1a over pairs of UTF-16 units, 32 bits. Each step is a bijection, so that any change within one pair changes the
 * sum; it guards against damage, not against people. In pairs, because this loop is the longest of a cache hit.
 */
const checksum = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 2) {
    hash = Math.imul(hash ^ text.charCodeAt(index) ^ text.charCodeAt(index + 1) << 16, 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, "0")
}

const tailStart = ",\"checksum\":\""
const tailLength = tailStart.length + 8 + 2

/** One JSON object as text, its last member a checksum over all the text before it. `members` must not be empty. */
export const sealJson = (members: object): string => {
  const body = JSON.stringify(members).slice(0, -1)
  return `${body}${tailStart}${checksum(body)}"}`
}

export interface OpenedJson {
  readonly members: Readonly<Record<string, unknown>>
  /** False where there is no checksum at all, so that nothing speaks for the content but its form. */
  readonly sealed: boolean
}

/** Reads such a text. Undefined where the checksum is not the content's, and for anything that is no JSON object. */
export const openJson = (text: string): OpenedJson | undefined => {
  const tail = text.slice(-tailLength)
  const sealed = tail.startsWith(tailStart)
  if (sealed && tail !== `${tailStart}${checksum(text.slice(0, -tailLength))}"}`) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value === "object" && value !== null
    ? { members: value as Readonly<Record<string, unknown>>, sealed }
    : undefined
}
