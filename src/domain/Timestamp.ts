import type { EpochMillis } from "./Time.ts"

/** Without the hour 24, which Go never writes and which engines do not read alike. */
const rfc3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Reads a moment as Go's `time.Time` writes it in JSON (RFC 3339 with a zone). Undefined for anything else. */
export const parseTimestamp = (text: string): EpochMillis | undefined => {
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) return undefined
  // Dates are read in many forms. The one that we write ourselves is told most cheaply by writing it again.
  return formatTimestamp(moment) === text || rfc3339.test(text) ? moment : undefined
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the one form that every AWS client reads; fractions of a second are cut off. */
export const formatTimestamp = (moment: EpochMillis): string => {
  // Not toISOString, whose first call costs Node 0.2 ms.
  const date = new Date(moment)
  const day = `${digits(date.getUTCFullYear(), 4)}-${digits(date.getUTCMonth() + 1, 2)}-${digits(date.getUTCDate(), 2)}`
  return `${day}T${digits(date.getUTCHours(), 2)}:${digits(date.getUTCMinutes(), 2)}:${digits(date.getUTCSeconds(), 2)}Z`
}

const digits = (number: number, count: number): string => `${number}`.padStart(count, "0")
