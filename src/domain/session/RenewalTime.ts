import type { EpochMillis } from "../base/Time.ts"
import { fromTheFuture, type Lifetime, margin } from "../cache/Freshness.ts"

const minute = 60_000

/**
 * How long before others would begin to ask for a new session (milliseconds) it is renewed: long enough for a person
 * to see the question, or for the tries that a lost network costs.
 */
export const leadOf = (asks: boolean): number => (asks ? 12 : 4) * minute

/**
 * The moment to renew a session: `lead` before it is no longer handed out, at most a quarter of the time that it is
 * handed out for. `spread`, from 0 to 1, moves it towards the end by up to half of that, so that several renewals do
 * not keep step.
 */
export const renewalTime = (session: Lifetime, lead: number, spread: number): EpochMillis => {
  const end = session.credentials.expiration - margin(session)
  const longest = session.issuedAt === undefined ? lead : Math.min(lead, (end - session.issuedAt) / 4)
  return end - longest * (1 - spread / 2)
}

/**
 * Whether a session is to be renewed now. None at all is, and so is one that a clock set back has put into the future:
 * nobody would be given it.
 */
export const isDue = (session: Lifetime | undefined, lead: number, spread: number, now: EpochMillis): boolean =>
  session === undefined || fromTheFuture(session, now) || now >= renewalTime(session, lead, spread)
