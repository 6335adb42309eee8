import { widthOf } from "./TextWidth.ts"

/** The pieces of a word that is longer than a line. */
const broken = (word: string, columns: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let piece = ""
  let taken = 0
  for (const character of word) {
    const width = widthOf(character)
    if (piece !== "" && taken + width > columns) {
      pieces.push(piece)
      piece = ""
      taken = 0
    }
    piece += character
    taken += width
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
