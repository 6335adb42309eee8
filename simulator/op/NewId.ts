import { randomInt } from "node:crypto"

/** A new id: 26 characters of lower-case base32. */
export const newId = (): string =>
  Array.from({ length: 26 }, () => "abcdefghijklmnopqrstuvwxyz234567"[randomInt(32)]).join("")
