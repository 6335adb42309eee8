import { widthOf } from "../../src/domain/base/TerminalText.ts"

const escape = "\x1b"

/** What a person sees of colours is not compared; where there must be none, `render` alone tells. */
export const withoutColors = (written: string): string => written.replaceAll(/\x1b\[[0-9;]*m/g, "")

/**
 * What a person sees after `written` went to a terminal of so many columns: its lines, without the empty ones at the
 * end. Knows the line end, the return to the line's start, the backspace, the way up (`ESC [ n A`), the erasing of a line
 * (`ESC [ K` and `ESC [ 2 K`) and of all below (`ESC [ J`), characters of two columns and of none, and the wrapping of a
 * long line; throws at any other control, which nothing here has reason to send.
 */
export const render = (written: string, columns = 80): ReadonlyArray<string> => {
  const lines: Array<Array<string>> = [[]]
  let row = 0
  let column = 0
  const current = (): Array<string> => lines[row] ?? []
  const down = (): void => {
    if (++row === lines.length) lines.push([])
  }
  for (let index = 0; index < written.length;) {
    const character = String.fromCodePoint(written.codePointAt(index)!)
    index += character.length
    if (character === "\n") down()
    else if (character === "\r") column = 0
    else if (character === "\b") column = Math.max(0, column - 1)
    else if (character === escape) {
      const sequence = /^\[(\d*)([AJK])/.exec(written.slice(index, index + 6))
      const [whole = "", number = "", final] = sequence ?? []
      if (final === "A") row = Math.max(0, row - Number(number || "1"))
      else if (final === "J" && number === "") {
        current().splice(column)
        lines.splice(row + 1)
      } else if (final === "K" && /^[02]?$/.test(number)) current().splice(number === "2" ? 0 : column)
      else throw new Error(`an escape sequence: ${JSON.stringify(written.slice(index - 1, index + 7))}`)
      index += whole.length
    } else if (character < " ") throw new Error(`a control character: ${JSON.stringify(character)}`)
    else {
      const width = widthOf(character)
      if (width === 0) {
        if (column > 0) current()[column - 1] += character
        continue
      }
      if (column + width > columns) {
        down()
        column = 0
      }
      while (current().length < column) current().push(" ")
      current()[column++] = character
      if (width === 2) current()[column++] = ""
    }
  }
  const seen = lines.map((line) => line.join("").trimEnd())
  return seen.slice(0, seen.findLastIndex((line) => line !== "") + 1)
}
