/** What the simulated STS and IAM know and how they behave. Everything may be changed while they run. */
export interface StsState {
  /** By access key id. The keys of one user have the same ARN. */
  users: Record<string, StsUser>
  /** By ARN. */
  roles: Record<string, StsRole>
  /** Temporary keys that it issued, by access key id. */
  sessions: Record<string, StsSession>
  /** Regions that answer RegionDisabledException. */
  disabledRegions: Array<string>
  /** Added to the machine's clock, for everything: codes, expiry, signatures, the Date header. */
  clockOffsetMs: number
  /** How far X-Amz-Date may be off, and the code that says so. */
  skew: { limitMs: number; code: "SignatureDoesNotMatch" | "RequestExpired" }
  /** Waits so long before each answer. */
  delayMs: number
  /** How long a key that IAM made stays unknown. */
  keyDelayMs: number
  /**
   * Who may narrow a session: everybody, nobody, only sessions whose own policies allow it, or whoever does it is told
   * that there is no such call, as by an endpoint from before it.
   */
  scoping: "allowed" | "denied" | "needs permission" | "unknown"
  /** Bytes that every token has at least: AWS's may have 4,096. */
  tokenSize: number
  /** Resets each new connection at once. For "connection refused", close the server. */
  refuse: boolean
  /** Taken in order: each request uses up the first one that fits. */
  faults: Array<StsFault>
  /** Steps of accepted codes, by MFA serial: they are not accepted again. */
  spentSteps: Record<string, Array<number>>
}

export interface StsUser {
  secret: string
  arn: string
  /** Twelve digits. */
  account: string
  userId: string
  /** Base32 seeds or `otpauth://` URIs, by MFA serial. */
  mfa: Record<string, string>
  /** A deactivated key is answered like an unknown one. */
  active?: boolean
  /** What the user may do in IAM: everything unless said. */
  iam?: {
    /** Only sessions that were made with a code may do anything. */
    requiresMfa?: boolean
    denied?: Array<IamAction>
  }
  /** Milliseconds since 1970, like those below. */
  createdMs?: number
  /** Absent where the key was never used. */
  lastUsedMs?: number
  /** Before it, the key is answered like an unknown one. */
  knownFromMs?: number
}

export interface StsRole {
  /** Seconds; 3600 to 43200. */
  maxDuration: number
  externalId?: string
  requiresMfa?: boolean
  /** ARNs of the users and roles that may assume it; everybody without it. */
  trusts?: Array<string>
}

export interface StsSession {
  secret: string
  token: string
  kind: "session" | "role"
  /** Of the user or of the assumed role. */
  arn: string
  /** Of the user or of the role itself: what a trust policy names. */
  principal: string
  account: string
  userId: string
  mfa: boolean
  /** The policies that it was narrowed by, one over another. */
  policies?: ReadonlyArray<string>
  /** The managed policies that a role was assumed with. */
  policyArns?: ReadonlyArray<string>
  /** Milliseconds since 1970. */
  expires: number
}

export type StsAction = "GetSessionToken" | "AssumeRole" | "GetCallerIdentity" | "GetScopedCredentials" | IamAction

export type IamAction =
  | "ListAccessKeys"
  | "GetAccessKeyLastUsed"
  | "CreateAccessKey"
  | "UpdateAccessKey"
  | "DeleteAccessKey"
  | "ListMFADevices"

/** Something that goes wrong with the next request (of an action, if named), or with the next `count`. */
export type StsFault = { action?: StsAction; count?: number } & (
  /** Any error, without doing what was asked. */
  | { kind: "error"; code: string; message?: string; status?: number }
  /** Does what was asked, a code is spent, then closes the connection unanswered: the caller cannot know. */
  | { kind: "close" }
  /** Closes the connection without doing anything. */
  | { kind: "reset" }
  /** Never answers; does nothing. */
  | { kind: "hang" }
  /** Does what was asked, but answers with XML that breaks off. */
  | { kind: "malformed" }
  /** Does what was asked, but answers with a session that has been over for an hour. */
  | { kind: "over" }
  /** Does what was asked, but answers with a token of so many characters. */
  | { kind: "token"; length: number }
  /** Does what was asked, after a longer wait. */
  | { kind: "delay"; ms: number }
)

/** Faults in the words of AWS. */
export const throttling: StsFault = { kind: "error", code: "Throttling", message: "Rate exceeded", status: 400 }
export const serviceUnavailable: StsFault = {
  kind: "error",
  code: "ServiceUnavailable",
  message: "Service is unable to handle request.",
  status: 503
}

/** A user's MFA serial in `defaultStsState`. */
export const defaultSerial = "arn:aws:iam::123456789012:mfa/user"

/** A user without anything special, whose key and secret are those of the simulated `op`'s default item. */
export const stsUser = (overrides: Partial<StsUser> = {}): StsUser => ({
  secret: "fake-secret-for-tests",
  arn: "arn:aws:iam::123456789012:user/user",
  account: "123456789012",
  userId: "AIDAFAKE0000EXAMPLE0",
  mfa: { [defaultSerial]: "FAKESEEDFAKESEED" },
  ...overrides
})

/** One user, `AKIAFAKE0000EXAMPLE0`, and one role that it may assume with MFA, for up to four hours. */
export const defaultStsState = (overrides: Partial<StsState> = {}): StsState => ({
  users: { AKIAFAKE0000EXAMPLE0: stsUser() },
  roles: { "arn:aws:iam::210987654321:role/admin": { maxDuration: 14_400, requiresMfa: true } },
  sessions: {},
  disabledRegions: [],
  clockOffsetMs: 0,
  skew: { limitMs: 300_000, code: "SignatureDoesNotMatch" },
  delayMs: 0,
  keyDelayMs: 0,
  scoping: "allowed",
  tokenSize: 0,
  refuse: false,
  faults: [],
  spentSteps: {},
  ...overrides
})
