/** What a terminal may act on instead of showing: controls, format and bidirectional marks, broken surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu

/** What most texts are, which need no closer look. */
const plain = /^[\x20-\x7e]*$/

/**
 * Text from outside (a name, a message of another program) made fit for one line of a terminal or a log: line breaks
 * and tabs become one space, everything else that is not shown is removed, and what is longer than `limit` characters
 * ends in an ellipsis.
 */
export const printable = (text: string, limit = 200): string => {
  if (text.length <= limit && plain.test(text)) return text
  const shown = text.replace(lineBreaks, " ").replace(invisible, "")
  const characters = Array.from(shown)
  return characters.length <= limit ? shown : `${characters.slice(0, limit - 1).join("")}…`
}

/**
 * Whether every character of a text is one of these. For what is looked at before a cached session is printed: the
 * first use of a regular expression costs more there (0.1 ms in Bun, to compile it) than walking through short texts.
 */
export const consistsOf = (text: string, characters: string): boolean => {
  for (const character of text) {
    if (!characters.includes(character)) return false
  }
  return true
}

/** AWS's clients take quotes in their files for a part of the value, which is mostly all that is wrong with it. */
export const unquotedHint = (value: string): string | undefined =>
  /^(["']).+\1$/s.test(value)
    ? `take the quotes away: in AWS's files they are a part of the value; write ${printable(value.slice(1, -1), 100)}`
    : undefined
