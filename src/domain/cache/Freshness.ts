import { longestSession, type SessionCredentials } from "../aws/SessionCredentials.ts"
import type { EpochMillis } from "../base/Time.ts"

/** When something cached was made, where that is known, and when it ends. */
export interface Lifetime {
  readonly credentials: Pick<SessionCredentials, "expiration">
  readonly issuedAt?: EpochMillis
}

const minute = 60_000

/** How far apart the clocks of two processes on one machine may seem: a second lost to rounding, a small step back. */
const tolerance = minute

/**
 * How much life a session must have left to be handed out, in milliseconds. botocore, the AWS CLI and .NET call again
 * for every request once less than 15 minutes remain (botocore/credentials.py, `_DEFAULT_ADVISORY_REFRESH_TIMEOUT`),
 * so that 16 minutes are kept; a session too short for that keeps a quarter of its life.
 */
export const margin = (entry: Lifetime): number => {
  const lifetime = entry.issuedAt === undefined ? undefined : entry.credentials.expiration - entry.issuedAt
  return lifetime === undefined || lifetime >= 30 * minute ? 16 * minute : lifetime / 4
}

/** Whether an entry says it was made, or will end, at a moment that no session known now can have. */
export const fromTheFuture = (entry: Lifetime, now: EpochMillis): boolean =>
  (entry.issuedAt !== undefined && entry.issuedAt > now + tolerance) ||
  entry.credentials.expiration > now + longestSession + tolerance

/** Whether a cached session may be handed out at this moment. */
export const mayServe = (entry: Lifetime, now: EpochMillis): boolean =>
  !fromTheFuture(entry, now) && entry.credentials.expiration - now > margin(entry)

/** Whether a session that is due for renewal may still be handed out because renewing it failed: a minute is left. */
export const mayServeStale = (entry: Lifetime, now: EpochMillis): boolean =>
  !fromTheFuture(entry, now) && entry.credentials.expiration - now > minute

/** Whether something was made at this moment or later, as far as entries, which keep whole seconds, can tell. */
export const madeSince = ({ issuedAt }: Lifetime, moment: EpochMillis): boolean =>
  issuedAt !== undefined && issuedAt >= moment - moment % 1000
