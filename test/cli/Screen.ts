const escape = "\x1b"

/**
 * What a person sees after `written` went to a terminal of so many columns: its lines, without the empty ones at the
 * end. Knows the line end, the return to the line's start, the backspace, the erasing of a line (`ESC [ K` and
 * `ESC [ 2 K`) and the wrapping of a long one; throws at any other control, which nothing here has reason to send.
 */
export const render = (written: string, columns = 80): ReadonlyArray<string> => {
  const lines: Array<Array<string>> = [[]]
  let column = 0
  const current = (): Array<string> => lines[lines.length - 1] ?? []
  for (let index = 0; index < written.length; index++) {
    const character = written.charAt(index)
    if (character === "\n") lines.push([])
    else if (character === "\r") column = 0
    else if (character === "\b") column = Math.max(0, column - 1)
    else if (character === escape) {
      const sequence = /^\[([02]?)K/.exec(written.slice(index + 1, index + 5))
      if (sequence === null) throw new Error(`an escape sequence: ${JSON.stringify(written.slice(index, index + 8))}`)
      current().splice(sequence[1] === "2" ? 0 : column)
      index += sequence[0].length
    } else if (character < " ") throw new Error(`a control character: ${JSON.stringify(character)}`)
    else {
      if (column === columns) {
        lines.push([])
        column = 0
      }
      while (current().length < column) current().push(" ")
      current()[column++] = character
    }
  }
  const seen = lines.map((line) => line.join("").trimEnd())
  return seen.slice(0, seen.findLastIndex((line) => line !== "") + 1)
}
