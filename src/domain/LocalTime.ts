import type { EpochMillis } from "./Time.ts"
import { formatTimestamp } from "./Timestamp.ts"
import type { Look } from "./StatusText.ts"

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
