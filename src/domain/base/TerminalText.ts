/** How the text is shown. */
export interface Look {
  /** Of the terminal; undefined where it goes to a file or a pipe, which gets neither bars nor line breaks of ours. */
  readonly columns: number | undefined
  readonly color: boolean
  /** Whether block characters can be shown. */
  readonly unicode: boolean
}

/** What terminals draw two columns wide: East Asian scripts, full-width forms and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** What is drawn over the character before it. */
const combining = /^[\p{Mn}\p{Me}]$/u

/** Characters of one code unit and one column each, the blocks of a bar among them. */
const narrow = /^[\x20-\x7e\u2588\u2591]*$/

const widthOfOne = (character: string): number => combining.test(character) ? 0 : wide.test(character) ? 2 : 1

/** How many columns of a terminal a printable text takes. */
export const widthOf = (text: string): number => {
  if (narrow.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOfOne(character)
  return width
}

/** As much of the beginning as fits, with `mark` at its end where something is missing. */
export const cutEnd = (text: string, columns: number, mark: string): string => {
  if (widthOf(text) <= columns) return text
  const room = columns - widthOf(mark)
  let width = 0
  let cut = ""
  for (const character of text) {
    width += widthOfOne(character)
    if (width > room) break
    cut += character
  }
  if (mark === "") return cut
  return room < 0 ? "" : cut.trimEnd() + mark
}

/** As much of the end as fits, with `mark` before it where something is missing. */
export const cutStart = (text: string, columns: number, mark: string): string => {
  if (widthOf(text) <= columns) return text
  const characters = Array.from(text)
  let width = widthOf(mark)
  let from = characters.length
  while (from > 0 && width + widthOfOne(characters[from - 1]!) <= columns) width += widthOfOne(characters[--from]!)
  return mark + characters.slice(from).join("")
}

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
