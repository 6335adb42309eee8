import { skewOf } from "./AwsSymptom.ts"
import type { EpochMillis } from "../base/Time.ts"
import { longestSession, longestToken, type SessionCredentials } from "./SessionCredentials.ts"

/** What an answer of STS holds, as far as it could be read. */
export interface SessionAnswer {
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  readonly sessionToken: string | undefined
  readonly expiration: Date | undefined
  /** The answer's `Date` header. */
  readonly dateHeader: string | undefined
  /** When it came, by the clock of this machine. */
  readonly now: EpochMillis
}

/** Why the session in an answer will not do. `skew` is AWS's time less ours in milliseconds, if AWS said its time. */
export type SessionTrouble = { readonly unreadable: string } | { readonly skew: number | undefined }

/** STS's model: `accessKeyIdType` has at most 128 characters. AWS's secrets have 40, and no limit is documented. */
const longestId = 128
export const longestSecret = 256

/** A second lost to rounding, and a small step of a clock, as for an entry of the cache (milliseconds). */
const tolerance = 60_000

/** `Expiration` has four digits for the year. */
const latest = Date.UTC(10_000, 0, 1)

/**
 * The session in an answer, or why it will not do. It goes into JSON and into the environment of programs, so that each
 * part is visible ASCII, and without what JSON writes as two characters.
 */
export const readSessionAnswer = (answer: SessionAnswer): SessionCredentials | SessionTrouble => {
  const { accessKeyId = "", dateHeader, now, secretAccessKey = "", sessionToken = "" } = answer
  const expiration = answer.expiration?.getTime() ?? Number.NaN
  if (accessKeyId === "" || secretAccessKey === "" || sessionToken === "" || Number.isNaN(expiration)) {
    return { unreadable: "it holds no whole session" }
  }
  if (sessionToken.length > longestToken) return { unreadable: "the session token in it is too long for AWS's clients" }
  const isSound = isPlainWord(accessKeyId, longestId) && isPlainWord(secretAccessKey, longestSecret) &&
    isPlainWord(sessionToken, longestToken) && expiration < latest
  if (!isSound) return { unreadable: "the session in it has an odd form" }
  const skew = skewOf(dateHeader, now)
  if (skew !== undefined && expiration <= now + skew) return { unreadable: "the session in it is over already" }
  if (expiration <= now) return { skew }
  // It would be kept and never be served.
  const left = expiration - now - tolerance
  if (left - (skew ?? 0) > longestSession) return { unreadable: "the session in it ends later than any of AWS's may" }
  if (left > longestSession) return { skew }
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}

/** One word of visible ASCII that JSON writes as it stands. */
export const isPlainWord = (text: string, longest: number): boolean =>
  text.length <= longest && /^[!#-[\]-~]+$/.test(text)
