import * as Redacted from "effect/Redacted"

/** Shorter ones stand in many a word by chance. */
const shortest = 8

const valuesIn = (json: unknown): ReadonlyArray<string> => {
  const fields = typeof json === "object" && json !== null && "fields" in json ? json.fields : undefined
  return Array.isArray(fields)
    ? fields.flatMap((field: unknown) =>
      typeof field === "object" && field !== null && "value" in field && typeof field.value === "string" ? [field.value] : []
    )
    : []
}

/** A value as it is, and as writers of JSON spell it: Go's, which `op` has, escapes `&`, `<` and `>` too, and others `/`. */
const spellings = (value: string): ReadonlyArray<string> => {
  const json = JSON.stringify(value).slice(1, -1)
  const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  return [value, json, json.replace(/[&<>]/g, code), json.replaceAll("/", "\\/")]
}

/**
 * What a program said, without the values of the item that it was given: one that complains of its input may quote it.
 * The longest goes first, as one value may be a part of another.
 */
export const withoutEchoes = (said: string, input: Redacted.Redacted): string => {
  let json: unknown
  try {
    // Security: unwrapped to know what must not be shown.
    json = JSON.parse(Redacted.value(input))
  } catch {
    return said
  }
  return valuesIn(json)
    .filter(({ length }) => length >= shortest)
    .sort((one, other) => other.length - one.length)
    .flatMap(spellings)
    .reduce((text, value) => text.replaceAll(value, "****"), said)
}
