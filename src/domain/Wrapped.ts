/** What terminals draw two columns wide: East Asian scripts, full-width forms and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Characters of one code unit and one column each, the blocks of a bar among them. */
const narrow = /^[\x20-\x7e\u2588\u2591]*$/

const widthOf = (text: string): number => {
  if (narrow.test(text)) return text.length
  let width = 0
  for (const character of text) width += wide.test(character) ? 2 : 1
  return width
}

/** The pieces of a word that is longer than a line. */
const broken = (word: string, columns: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let piece = ""
  for (const character of word) {
    if (piece !== "" && widthOf(piece + character) > columns) {
      pieces.push(piece)
      piece = ""
    }
    piece += character
  }
  return [...pieces, piece]
}

/** Printable text in lines of at most so many columns, broken at spaces, and inside a word that is longer than one. */
export const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${line} ${word}`
    else if (widthOf(word) <= columns) lines.push(word)
    else lines.push(...broken(word, columns))
  }
  return lines
}
