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

interface Value {
  readonly text: string
  /** The longest of the others that this one begins with. */
  readonly within: Value | undefined
}

/** In alphabetical order, in which all that a text begins with comes before it. */
const ordered = (values: ReadonlyArray<string>): ReadonlyArray<Value> => {
  const found: Array<Value> = []
  let last: Value | undefined
  for (const text of [...new Set(values)].sort()) {
    while (last !== undefined && !text.startsWith(last.text)) last = last.within
    last = { text, within: last }
    found.push(last)
  }
  return found
}

/** The longest of the values that a text goes on with after an offset. */
const valueAt = (values: ReadonlyArray<Value>, longest: number, text: string, at: number): string | undefined => {
  const rest = text.slice(at, at + longest)
  let low = 0
  for (let high = values.length; low < high;) {
    const middle = (low + high) >> 1
    if (values[middle]!.text <= rest) low = middle + 1
    else high = middle
  }
  let value = values[low - 1]
  while (value !== undefined && !rest.startsWith(value.text)) value = value.within
  return value?.text
}

/**
 * What a program said, without the values of the item that it was given: one that complains of its input may quote it.
 * One value may be a part of another, or overlap with it: nothing is left of either.
 */
export const withoutEchoes = (said: string, input: Redacted.Redacted): string => {
  let json: unknown
  try {
    // Security: unwrapped to know what must not be shown.
    json = JSON.parse(Redacted.value(input))
  } catch {
    return said
  }
  const values = ordered(valuesIn(json).filter(({ length }) => length >= shortest).flatMap(spellings))
  const longest = values.reduce((most, { text }) => Math.max(most, text.length), 0)
  const kept: Array<string> = []
  let hidden = 0
  for (let at = 0; values.length > 0 && at < said.length; at++) {
    const value = valueAt(values, longest, said, at)
    if (value === undefined) continue
    if (at >= hidden) kept.push(said.slice(hidden, at), "****")
    hidden = Math.max(hidden, at + value.length)
  }
  return kept.join("") + said.slice(hidden)
}
