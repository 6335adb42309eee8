import type { EpochMillis } from "../base/Time.ts"

/** A temporary session from STS. It is a secret until it expires: it goes to stdout and the cache, nowhere else. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: EpochMillis
}

/**
 * Bytes of a session token that every client takes: Go reads 8 KiB of what a credential_process prints, all members and
 * names together. AWS's own tokens have some hundred bytes, with many session tags a few thousand.
 */
export const longestToken = 7000

/** GetSessionToken's upper limit for DurationSeconds (129,600 s), in milliseconds. */
export const longestSession = 36 * 60 * 60_000
