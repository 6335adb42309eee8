import type { EpochMillis } from "./Time.ts"

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Reads a moment as Go's `time.Time` writes it in JSON (RFC 3339 with a zone). Undefined for anything else. */
export const parseTimestamp = (text: string): EpochMillis | undefined => {
  if (!rfc3339.test(text)) return undefined
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? undefined : moment
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the one form that every AWS client reads; fractions of a second are cut off. */
export const formatTimestamp = (moment: EpochMillis): string => `${new Date(moment).toISOString().slice(0, 19)}Z`
