import type { Look } from "./TerminalText.ts"

/** A length of time in whole seconds, as STS counts (`DurationSeconds`). */
export type Seconds = number

/** A moment in milliseconds since 1970-01-01T00:00:00Z, as Effect's `Clock.currentTimeMillis` gives it. */
export type EpochMillis = number

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

/** A length of time as a person wants to know it: the two largest units, `11h 59m`, `3m 5s`, `12s`. */
export const formatTimeLeft = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  const minutes = Math.floor(seconds / 60) % 60
  const parts = days >= 2
    ? [`${days}d`, hours > 0 && `${hours}h`]
    : seconds >= 3600
    ? [`${days * 24 + hours}h`, minutes > 0 && `${minutes}m`]
    : [minutes > 0 && `${minutes}m`, (seconds % 60 > 0 || minutes === 0) && `${seconds % 60}s`]
  return parts.filter((part) => part !== false).join(" ")
}

/**
 * A moment as a person's own clock shows it, to the minute, with the zone: `2026-11-30 22:30 GMT+1`. The zone is that of
 * the machine unless one is named (IANA Time Zone Database).
 */
export const localTime = (at: EpochMillis, zone?: string): string => {
  const format = new Intl.DateTimeFormat("en-US", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    ...(zone !== undefined && { timeZone: zone })
  })
  const { day, hour, minute, month, timeZoneName, year } = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`
}

/** The same on a terminal; for a file or a pipe, which some program may read, the moment in UTC. */
export const shownTime = (at: EpochMillis, { columns }: Pick<Look, "columns">): string =>
  columns === undefined ? formatTimestamp(at) : localTime(at)
