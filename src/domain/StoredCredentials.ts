import { longestToken, type SessionCredentials } from "./SessionCredentials.ts"
import { formatTimestamp, parseTimestamp } from "./Timestamp.ts"

/** A session's credentials as they are written to the cache: the Go program's names and order, the end in seconds. */
export const storedCredentials = (credentials: SessionCredentials) => ({
  AccessKeyId: credentials.accessKeyId,
  Expiration: formatTimestamp(credentials.expiration),
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken
})

const filled = (value: unknown): value is string => typeof value === "string" && value.length > 0

/** Reads them again; undefined unless each of them is there and of a form that clients take. */
export const readStoredCredentials = (value: unknown): SessionCredentials | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  const { AccessKeyId, Expiration, SecretAccessKey, SessionToken } = value as Readonly<Record<string, unknown>>
  const expiration = typeof Expiration === "string" ? parseTimestamp(Expiration) : undefined
  const isWhole = filled(AccessKeyId) && filled(SecretAccessKey) && filled(SessionToken)
  return isWhole && expiration !== undefined && SessionToken.length <= longestToken
    ? { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration }
    : undefined
}
