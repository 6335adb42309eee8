import type { SessionCredentials } from "../aws/SessionCredentials.ts"
import { formatTimestamp } from "../base/Time.ts"

/**
 * What goes to stdout: the answer of a credential_process as the AWS SDKs and Tools Reference Guide defines it, in the
 * narrowest form that every client reads: `Version` the number 1, strings otherwise, `Expiration` in UTC to the second.
 * `AccountId` is left out where nobody knows it.
 */
export const credentialOutput = (credentials: SessionCredentials, accountId?: string): string =>
  `${
    JSON.stringify({
      Version: 1,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: formatTimestamp(credentials.expiration),
      AccountId: accountId
    })
  }\n`
