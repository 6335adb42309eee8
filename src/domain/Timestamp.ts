import type { EpochMillis } from "./Time.ts"

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Reads a moment as Go's `time.Time` writes it in JSON (RFC 3339 with a zone). Undefined for anything else. */
export const parseTimestamp = (text: string): EpochMillis | undefined => {
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) return undefined
  // Dates are read in many forms. The one that we write ourselves is told most cheaply by writing it again.
  return formatTimestamp(moment) === text || rfc3339.test(text) ? moment : undefined
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the one form that every AWS client reads; fractions of a second are cut off. */
export const formatTimestamp = (moment: EpochMillis): string => `${new Date(moment).toISOString().slice(0, 19)}Z`
