/** A policy as it was found: not looked at yet, save that it is a text. */
export interface FoundPolicy {
  /** Where it was read, in the words of whoever named it. */
  readonly file: string
  /** The same with the home written out. */
  readonly path: string
  /** As it stands in the file. */
  readonly written: string
  /** As it is sent, and part of the key. */
  readonly packed: string
}

/**
 * A policy as it is sent and as it is part of a key: without the blanks outside its strings, which say nothing and count
 * towards AWS's 2,048 characters. One blank stays between two words that would else become one, so that what was no
 * JSON does not become some. Every hit does this, so that it goes by runs of characters.
 */
export const packedPolicy = (text: string): string => {
  let packed = ""
  for (let at = 0; at < text.length;) {
    const from = at
    if (text[at] === "\"") {
      at = endOfString(text, at)
      packed += text.slice(from, at)
    } else if (isBlank(text[at]!)) {
      while (at < text.length && isBlank(text[at]!)) at++
      if (at < text.length && isWord(packed.at(-1)) && isWord(text[at])) packed += " "
    } else {
      while (at < text.length && text[at] !== "\"" && !isBlank(text[at]!)) at++
      packed += text.slice(from, at)
    }
  }
  return packed
}

/** JSON's four blanks (RFC 8259, section 2). */
const isBlank = (character: string): boolean =>
  character === " " || character === "\n" || character === "\r" || character === "\t"

const isWord = (character: string | undefined): boolean => character !== undefined && !"{}[]:,\"".includes(character)

/** Behind the quotation mark that ends the string which begins here, or the end of the text. */
const endOfString = (text: string, from: number): number => {
  let at = from + 1
  while (at < text.length && text[at] !== "\"") at += text[at] === "\\" ? 2 : 1
  return at < text.length ? at + 1 : text.length
}
