import type { EpochMillis } from "./Time.ts"

/** A temporary session from STS. It is a secret until it expires: it goes to stdout and the cache, nowhere else. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: EpochMillis
}
