import { consistsOf } from "./Printable.ts"
import type { Seconds } from "./Time.ts"

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-9],
  ["us", 1e-6],
  // The micro sign and the Greek letter.
  ["\u00b5s", 1e-6],
  ["\u03bcs", 1e-6],
  ["ms", 1e-3],
  ["s", 1],
  ["m", 60],
  ["h", 3600]
])

const digits = "0123456789"

/** Where the run of characters that are digits or dots (or, without `numeric`, that are neither) ends. */
const runEnd = (text: string, from: number, numeric: boolean): number => {
  let at = from
  while (at < text.length && (text[at] === "." || digits.includes(text[at]!)) === numeric) at++
  return at
}

/** A decimal number without a sign; undefined for a lone dot and for more than one. */
const parseAmount = (text: string): number | undefined =>
  text === "" || text === "." || text.indexOf(".") !== text.lastIndexOf(".") ? undefined : Number(text)

/**
 * Reads a length of time as Go's `time.ParseDuration` does (`12h`, `1h30m`, `1.5h`), or as plain seconds (`3600`).
 * Fractions of a second are cut off, as an STS duration has none. Undefined for anything else, signs included.
 */
export const parseGoDuration = (text: string): Seconds | undefined => {
  if (text === "" || text.length > 64) return undefined
  if (consistsOf(text, digits)) return text.length > 9 ? undefined : Number(text)
  let total = 0
  for (let at = 0; at < text.length;) {
    const unitAt = runEnd(text, at, true)
    const end = runEnd(text, unitAt, false)
    const amount = parseAmount(text.slice(at, unitAt))
    const seconds = unitSeconds.get(text.slice(unitAt, end))
    if (amount === undefined || seconds === undefined) return undefined
    total += amount * seconds
    at = end
  }
  // Sums of binary fractions fall a hair short of the whole second that was written (0.1h and its like).
  // Not by Math, which Bun builds whole at its first mention, and a cache hit mentions it nowhere else.
  const nearly = total + 1e-6
  return nearly - nearly % 1
}

/** Writes a length of time as a person reads it: `12h`, `1h30m`, `45s`. */
export const formatDuration = (duration: Seconds): string => {
  const whole = Math.max(0, Math.floor(duration))
  const parts = [[Math.floor(whole / 3600), "h"], [Math.floor(whole / 60) % 60, "m"], [whole % 60, "s"]] as const
  return parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join("") || "0s"
}
