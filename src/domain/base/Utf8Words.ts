/** A text in UTF-8, four bytes a word (little-endian), those behind the text zero. The launcher has one of its own. */
export const utf8Words = (text: string): ArrayLike<number> => {
  // A UTF-16 unit takes three bytes at most, a word has four.
  const bytes = new Uint8Array((text.length * 3 + 3) & ~3)
  const { written } = new TextEncoder().encodeInto(text, bytes)
  return new Int32Array(bytes.buffer, 0, (written + 3) >> 2)
}
