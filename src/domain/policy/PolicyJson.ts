/** JSON as it was written: with the line of each part (counted from 1) and every name of an object, twice where it stands twice. */
export type JsonPart =
  & { readonly line: number }
  & (
    | { readonly kind: "object"; readonly members: ReadonlyArray<JsonMember> }
    | { readonly kind: "array"; readonly items: ReadonlyArray<JsonPart> }
    | { readonly kind: "string"; readonly text: string }
    | { readonly kind: "other" }
  )

export interface JsonMember {
  readonly name: string
  readonly line: number
  readonly value: JsonPart
}

/** Where a text stops being JSON. */
export interface NoJson {
  readonly brokenAt: number
}

/** No policy of 2,048 characters that means anything goes deeper. */
const deepest = 100

// RFC 8259, sections 6 and 7.
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y
const blanks = /[ \t\r\n]*/y

class Broken {}

/**
 * Reads JSON for what JSON.parse forgets: a name that stands twice, of which readers take different ones, and the lines.
 * It takes what JSON.parse takes, up to a depth of 100.
 */
export const readJson = (text: string): JsonPart | NoJson => {
  let at = 0
  let line = 1
  const skip = (): void => {
    blanks.lastIndex = at
    const passed = blanks.exec(text)![0]
    at += passed.length
    line += passed.split("\n").length - 1
  }
  const expect = (mark: string): void => {
    skip()
    if (text[at] !== mark) throw new Broken()
    at++
  }
  /** Whether one more follows: a comma, or the mark that ends the list. */
  const more = (end: string): boolean => {
    skip()
    if (text[at] === end) {
      at++
      return false
    }
    expect(",")
    return true
  }
  const stringHere = (): string => {
    skip()
    string.lastIndex = at
    const found = string.exec(text)
    if (found === null) throw new Broken()
    at += found[0].length
    return JSON.parse(found[0]) as string
  }
  const isEmpty = (end: string): boolean => {
    at++
    skip()
    if (text[at] !== end) return false
    at++
    return true
  }
  const valueHere = (depth: number): JsonPart => {
    skip()
    const from = line
    if (depth > deepest) throw new Broken()
    if (text[at] === "\"") return { kind: "string", line: from, text: stringHere() }
    if (text[at] === "{") {
      const members: Array<JsonMember> = []
      if (isEmpty("}")) return { kind: "object", line: from, members }
      do {
        skip()
        const named = line
        const name = stringHere()
        expect(":")
        members.push({ name, line: named, value: valueHere(depth + 1) })
      } while (more("}"))
      return { kind: "object", line: from, members }
    }
    if (text[at] === "[") {
      const items: Array<JsonPart> = []
      if (isEmpty("]")) return { kind: "array", line: from, items }
      do items.push(valueHere(depth + 1))
      while (more("]"))
      return { kind: "array", line: from, items }
    }
    scalar.lastIndex = at
    const found = scalar.exec(text)
    if (found === null) throw new Broken()
    at += found[0].length
    return { kind: "other", line: from }
  }
  try {
    const value = valueHere(0)
    skip()
    if (at < text.length) throw new Broken()
    return value
  } catch (broken) {
    if (broken instanceof Broken) return { brokenAt: line }
    throw broken
  }
}
