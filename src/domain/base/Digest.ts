/**
 * A short name for a text, 64 bits in hex, equal for equal texts. It keeps names of locks, notes and files apart; it
 * keeps nothing secret and resists nobody who looks for a collision.
 */
export const digest = (text: string): string => {
  let first = 0x811c9dc5
  let second = 0x9747b28c
  for (let index = 0; index < text.length; index++) {
    first = Math.imul(first ^ text.charCodeAt(index), 0x01000193)
    second = Math.imul(second ^ text.charCodeAt(index), 0x85ebca6b) + index
  }
  return [first, second].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("")
}
