export type SessionTag = readonly [key: string, value: string]

// STS AssumeRole, `Tags` and `TransitiveTagKeys` (botocore/data/sts/2011-06-15/service-2.json).
const mostTags = 50
const keyShape = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const valueShape = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/**
 * Reads `session_tags` as aws-vault does: pairs `key=value` with commas between them, the value beginning after the
 * first `=`. AWS does not tell keys apart by case. Undefined when AWS would refuse them.
 */
export const parseSessionTags = (text: string): ReadonlyArray<SessionTag> | undefined => {
  const tags = parts(text).map((pair): SessionTag => {
    const equals = pair.indexOf("=")
    return equals < 0 ? ["", ""] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
  })
  const sound = tags.length <= mostTags && tags.every(([key, value]) => keyShape.test(key) && valueShape.test(value))
  return sound && distinct(tags.map(([key]) => key)) ? tags : undefined
}

/** Reads `transitive_session_tags`, keys with commas between them. Undefined when one is no key of these tags. */
export const parseTransitiveKeys = (
  text: string,
  tags: ReadonlyArray<SessionTag>
): ReadonlyArray<string> | undefined => {
  const keys = parts(text)
  return keys.every((key) => tags.some(([known]) => sameTagKey(key, known))) && distinct(keys) ? keys : undefined
}

/** Whether AWS takes two keys for the same. */
export const sameTagKey = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const parts = (text: string): ReadonlyArray<string> =>
  text.split(",").map((part) => part.trim()).filter((part) => part !== "")

const distinct = (keys: ReadonlyArray<string>): boolean =>
  new Set(keys.map((key) => key.toLowerCase())).size === keys.length
