import { defaultRegion, isRegionOf, type Partition } from "../domain/aws/Region.ts"
import type { SessionCredentials } from "../domain/aws/SessionCredentials.ts"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { formatTimestamp } from "../domain/base/Time.ts"

/** What makes an environment that of a session. */
export interface SessionVariables {
  readonly set: ReadonlyArray<readonly [name: string, value: string]>
  /** Variables of the environment at hand that would make some AWS client look elsewhere. */
  readonly unset: ReadonlyArray<string>
}

/**
 * Other ways to credentials. JavaScript's SDK prefers a profile to keys; the rest name other sources, which some client
 * or tool may prefer. AWS_SECURITY_TOKEN is an old name of the session token.
 */
const rivals = new Set([
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SECURITY_TOKEN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME"
])

const isRival = (name: string): boolean => rivals.has(name) || name.startsWith("AWS_CONTAINER_")

/** What a command is given. */
export interface GivenSession {
  /** The profile that was asked for. */
  readonly profile: string
  readonly credentials: SessionCredentials
  /** Undefined where nobody knows it. */
  readonly accountId?: string | undefined
  /** Without one, the variables of the region are left as they are. */
  readonly region: string | undefined
  /** What the profile says beside, as `clientSettings` gives it. */
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>
}

/** Names the profile to a prompt, and to whoever takes the session away again. */
const profileVariable = "OP_AWS_EXEC_PROFILE"

const ownVariables: ReadonlyArray<string> = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_ACCOUNT_ID",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  profileVariable
]

/** The profile whose session is in this environment. */
export const profileIn = (environment: Environment): string | undefined => variable(environment, profileVariable)

/**
 * What takes such a session out of an environment. Of `settings`, which the profile says beside, that which has been
 * changed since is somebody else's.
 */
export const withoutSession = (
  environment: Environment,
  settings: ReadonlyArray<readonly [name: string, value: string]>
): SessionVariables => {
  const ours = [...ownVariables, ...settings.filter(([name, value]) => environment[name] === value).map(([name]) => name)]
  return { set: [], unset: ours.filter((name) => environment[name] !== undefined) }
}

/** The variables of a session, as AWS's clients read them. */
export const sessionVariables = (
  environment: Environment,
  { accountId, credentials, profile, region, settings }: GivenSession
): SessionVariables => ({
  set: [
    ["AWS_ACCESS_KEY_ID", credentials.accessKeyId],
    ["AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey],
    ["AWS_SESSION_TOKEN", credentials.sessionToken],
    ["AWS_CREDENTIAL_EXPIRATION", formatTimestamp(credentials.expiration)],
    // For endpoints that go by the account; of another session it must not stay.
    ...(accountId === undefined ? [] : [["AWS_ACCOUNT_ID", accountId]] as const),
    // Python's SDK reads the second one only, most others the first.
    ...(region === undefined ? [] : [["AWS_REGION", region], ["AWS_DEFAULT_REGION", region]] as const),
    ...settings,
    [profileVariable, profile]
  ],
  unset: Object.keys(environment).filter((name) =>
    environment[name] !== undefined && (isRival(name) || name === "AWS_ACCOUNT_ID" && accountId === undefined))
})

/** The environment with the session in it, for a command. */
export const execEnvironment = (environment: Environment, { set, unset }: SessionVariables): Record<string, string> => {
  const gone = new Set(unset)
  const kept = Object.entries(environment).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && !gone.has(entry[0])
  )
  return Object.fromEntries([...kept, ...set])
}

/**
 * The region that a session is to be used in: the first of those configured that is in its partition. One that is left
 * over in the environment for another partition gives way to the default of the session's own. None where nobody named
 * any.
 */
export const sessionRegion = (
  configured: ReadonlyArray<string>,
  partition: Partition | undefined
): string | undefined =>
  partition === undefined
    ? configured[0]
    : configured.find((region) => isRegionOf(region, partition)) ??
      (configured.length === 0 ? undefined : defaultRegion(partition))
