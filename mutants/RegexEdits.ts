/** A change in a pattern: what is told of it, and the pattern that comes of it. */
export interface PatternEdit {
  readonly change: string
  readonly pattern: string
}

const classes: Readonly<Record<string, string>> = { "\\d": "\\D", "\\D": "\\d", "\\s": "\\S", "\\S": "\\s", "\\w": "\\W", "\\W": "\\w" }

const isValid = (pattern: string, flags: string): boolean => {
  try {
    new RegExp(pattern, flags)
    return true
  } catch {
    return false
  }
}

/**
 * The changes of a regular expression that a test should notice: an anchor or a `\b` dropped, a class turned into what it
 * is not, a quantifier that takes one more or one less. A character class is taken as a whole.
 */
export const patternEdits = (pattern: string, flags: string): ReadonlyArray<PatternEdit> => {
  const edits: Array<PatternEdit> = []
  const put = (change: string, start: number, length: number, by: string) => {
    const edited = pattern.slice(0, start) + by + pattern.slice(start + length)
    if (edited !== "" && isValid(edited, flags)) edits.push({ change, pattern: edited })
  }
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === "\\") {
      const escape = pattern.slice(at, at + 2)
      if (classes[escape] !== undefined) put(`${escape} to ${classes[escape]}`, at, 2, classes[escape])
      else if (escape === "\\b" && !inClass) put("\\b dropped", at, 2, "")
      at++
    } else if (inClass) {
      if (character === "]") inClass = false
    } else if (character === "[") {
      inClass = true
      if (pattern[at + 1] === "^") put("[^ to [", at, 2, "[")
      else put("[ to [^", at, 1, "[^")
    } else if (character === "^" || character === "$") put(`${character} dropped`, at, 1, "")
    else if (character === "+") put("+ to *", at, 1, "*")
    else if (character === "*") put("* to +", at, 1, "+")
    else if (character === "?" && !"(+*?}".includes(pattern[at - 1] ?? "(")) put("? dropped", at, 1, "")
  }
  return edits
}
