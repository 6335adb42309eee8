import type { Seconds } from "./Time.ts"

const unitSeconds: Record<string, number> = { ns: 1e-9, us: 1e-6, "µs": 1e-6, "μs": 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }

const wholeForm = /^(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*$/

const oneTerm = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/**
 * Reads a length of time as Go's `time.ParseDuration` does (`12h`, `1h30m`, `1.5h`), or as plain seconds (`3600`).
 * Fractions of a second are cut off, as an STS duration has none. Undefined for anything else, signs included.
 */
export const parseGoDuration = (text: string): Seconds | undefined => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  if (text.length > 64 || !wholeForm.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(oneTerm)) total += Number(amount) * unitSeconds[unit!]!
  // Sums of binary fractions fall a hair short of the whole second that was written (0.1h and its like).
  return Math.floor(total + 1e-6)
}

/** Writes a length of time as a person reads it: `12h`, `1h30m`, `45s`. */
export const formatDuration = (duration: Seconds): string => {
  const whole = Math.max(0, Math.floor(duration))
  const parts = [[Math.floor(whole / 3600), "h"], [Math.floor(whole / 60) % 60, "m"], [whole % 60, "s"]] as const
  return parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join("") || "0s"
}
