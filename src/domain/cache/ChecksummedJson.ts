import { utf8Words } from "../base/Utf8Words.ts"

/**
 * 32 bits over the text in UTF-8: before each word is added, what there is turns by five bits. Each step is a bijection,
 * so that any change within one word changes the sum; it guards against damage, not against people. It goes by words
 * and without multiplying because a cache hit has no longer loop.
 */
const checksum = (text: string): string => {
  const words = utf8Words(text)
  // Asking a typed array for its length is a call, which Bun takes the slow way until it has seen many.
  const count = words.length
  let sum = -1
  for (let index = 0; index < count; index++) sum = (sum << 5 | sum >>> 27) ^ words[index]!
  return (sum >>> 0).toString(16).padStart(8, "0")
}

const tailStart = ",\"checksum\":\""
const tailLength = tailStart.length + 8 + 2

/** One JSON object as text, its last member a checksum over all the text before it. `members` must not be empty. */
export const checksummedJson = (members: object): string => {
  const body = JSON.stringify(members).slice(0, -1)
  return `${body}${tailStart}${checksum(body)}"}`
}

export interface OpenedJson {
  readonly members: Readonly<Record<string, unknown>>
  /** False where there is no checksum at all, so that nothing speaks for the content but its form. */
  readonly sealed: boolean
}

/** Reads such a text. Undefined where the checksum is not the content's, and for anything that is no JSON object. */
export const readChecksummedJson = (text: string): OpenedJson | undefined => {
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
