import { AwsFailure, awsText, unlessSaid } from "./AwsFailure.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { isOffByDefault } from "./Region.ts"

const { mfa, sts, usage } = ExitCode

/** What was asked of STS. `Date` is the unsigned request that only looks at the clock. */
export type StsOperation = "GetSessionToken" | "AssumeRole" | "GetCallerIdentity" | "GetScopedCredentials" | "Date"

const enabling = (region: string): string =>
  `enable ${region} under Account > AWS Regions in the AWS console, or set another region in the profile`

/** All that a call of STS may come to. */
export const StsFailure = {
  ...AwsFailure,
  ...failures({
    MfaCodeRefused: (serial: string) => [
      mfa,
      `AWS refused the MFA code for ${printable(serial)}`,
      "try again with the next code, and check that the clock of the device is right"
    ],
    /** AWS says this of a device that is not the user's, and now and then of a code that is far out of step. */
    MfaSerialRefused: (serial: string) => [
      sts,
      `AWS cannot check a code of ${printable(serial)} for the user of this key`,
      "compare mfa_serial with the devices under the user's security credentials in the AWS console; if it is one of them, check the clock of the device"
    ],
    KeyUnknown: (region: string) => {
      const where = printable(region)
      const off = isOffByDefault(region)
      return [
        sts,
        `AWS does not know the access key in ${where}: ${
          off ? `${where} is not enabled for the account, or the key` : "it"
        } is deleted, inactive, or of another partition`,
        `${off ? `${enabling(where)}; else ` : ""}check the key under the user's security credentials in the AWS console; ` +
          "put a new one into the 1Password item if it is gone, or correct the region"
      ]
    },
    /** A session, not the long-lived key, that STS does not take: most often one from a region that the account lacks. */
    SessionUnknown: (region: string) => {
      const where = printable(region)
      const off = isOffByDefault(region)
      return [
        sts,
        `AWS does not take the session in ${where}${off ? ", which the account may not have enabled" : ""}`,
        off
          ? `${enabling(where)}; else get a new session with --refresh`
          : "get a new session with --refresh; if AWS does not take that one either, check the region"
      ]
    },
    StsDenied: (operation: StsOperation, roleArn: string | undefined, said: string) => [
      sts,
      `AWS denied sts:${operation}${roleArn === undefined ? "" : ` of ${printable(roleArn)}`}: ${printable(said, awsText)}`,
      operation === "GetScopedCredentials" ? scopingDenialHint(said) : denialHint(roleArn, said)
    ],
    RequestRefused: (operation: StsOperation, code: string, said: string) => [
      sts,
      `AWS refused the ${operation} request (${printable(code, 60)}): ${printable(said, awsText)}`,
      refusalHint(operation, said)
    ],
    RegionDisabled: (region: string) => [
      sts,
      `STS is not active in ${printable(region)} for this account`,
      "activate it under Account settings in the IAM console, or set another region in the profile"
    ],
    /** The policy that was to narrow a session. AWS's own words say what is wrong with it. */
    PolicyRefused: (said: string) => [
      sts,
      `AWS refused the policy: ${printable(said, awsText)}`,
      "correct the policy; the IAM console's policy editor, or `aws accessanalyzer validate-policy`, shows where it is wrong"
    ],
    /** What a session carries (policies, tags) has to fit into its token, packed. */
    PolicyTooLarge: (said: string) => {
      const share = shareUsed(said)
      return [
        sts,
        `the policy, with what the session carries already, does not fit into the session's token${share === undefined ? "" : ` (${share} % of it)`}: ${printable(said, awsText)}`,
        "make the policy shorter (fewer actions and ARNs, more wildcards), or use fewer session tags"
      ]
    },
    /** The session ends before the narrower one would. */
    LifetimeExceeded: (said: string) => [
      sts,
      `the session ends before the narrower one would: ${printable(said, awsText)}`,
      "ask for less with --scope-duration (op_scope_duration in the profile), or for a new session with --refresh; check the clock of this machine too"
    ],
    /** An endpoint from before the call, or one that is not AWS's. */
    ScopingUnknown: (host: string, said: string) => [
      sts,
      `${printable(host)} does not know GetScopedCredentials, which narrows a session: ${printable(said, awsText)}`,
      "use a region's own endpoint of AWS (take endpoint_url away); without the call the profile gets no session"
    ],
    EndpointUnavailable: (region: string, reason: string) => [
      usage,
      `there is no STS endpoint for region ${printable(region)} as configured: ${printable(reason)}`,
      "correct the region, or turn off use_fips_endpoint and use_dualstack_endpoint"
    ]
  }, unlessSaid)
}

export type StsFailure<Tag extends keyof typeof StsFailure = keyof typeof StsFailure> = FailureOf<typeof StsFailure, Tag>

/** How much of a token would be used, in percent, as far as AWS says it: by itself, or by two numbers of bytes. */
const shareUsed = (said: string): number | undefined => {
  const [, percent] = /(\d{1,4}) ?%/.exec(said) ?? []
  if (percent !== undefined) return Number(percent)
  const [size = 0, limit = 0] = [...said.matchAll(/\d[\d,]*/g)].map(([number]) => Number(number.replaceAll(",", "")))
  return limit > 0 && size > limit ? Math.ceil(size / limit * 100) : undefined
}

/** What AWS says is too long, and whose limit it is. */
const refusalHint = (operation: StsOperation, said: string): string => {
  if (!/DurationSeconds|session duration/i.test(said)) return "check the profile's ARNs, durations, session name and tags"
  if (operation !== "AssumeRole") return "ask for a shorter session with --duration (op_duration in the profile)"
  const shorter = "ask for less with --role-duration (duration_seconds in the profile)"
  if (/role chaining/i.test(said)) return `${shorter}: a role that a role assumes lasts 1h at most`
  return /MaxSessionDuration/i.test(said)
    ? `${shorter}, or let the role's owner raise its maximum session duration in IAM; 1h is always allowed`
    : shorter
}

/** The words that AWS ends a denial with (IAM User Guide, "Troubleshoot access denied error messages"), and who helps. */
const deniedBy: ReadonlyArray<readonly [said: RegExp, hint: string]> = [
  [
    /service control policy/i,
    "a service control policy of the organization stands against it, which no policy in the account can undo: ask the organization's administrators"
  ],
  [
    /resource control policy/i,
    "a resource control policy of the organization stands against it, which no policy in the account can undo: ask the organization's administrators"
  ],
  [/VPC endpoint policy/i, "the policy of the VPC endpoint stands against it: ask whoever runs the network, or go another way with endpoint_url"],
  [/permissions boundary/i, "the permissions boundary of the caller must allow it as well: ask the account's administrator"],
  [/session policy/i, "the session was made with a policy of its own that does not allow it: use another profile as its source"]
]

/** Whether the session itself has to be allowed to narrow itself is not documented: it may be. */
const scopingDenialHint = (said: string): string =>
  /maximum|layers|scope.?down polic|three|\b3\b/i.test(said)
    ? "a session takes three policies one over another: narrow the whole one, by naming the profile that it comes from"
    : /session credentials|IAM user|root/i.test(said) && !/not authorized/i.test(said)
    ? "only a temporary session can be narrowed: get a new one with --refresh"
    : deniedBy.find(([words]) => words.test(said))?.[1] ??
      "allow sts:GetScopedCredentials to the user or role, and in the policy itself where the narrowed session is to be narrowed further"

const denialHint = (roleArn: string | undefined, said: string): string => {
  if (/with session credentials/i.test(said)) return "the 1Password item must hold a long-lived access key (AKIA…), not a temporary one"
  const [, byPolicy] = deniedBy.find(([words]) => words.test(said)) ?? []
  if (byPolicy !== undefined) return byPolicy
  const [, action] = /not authorized to perform: sts:(TagSession|SetSourceIdentity)\b/i.exec(said) ?? []
  if (action !== undefined) {
    const key = action.toLowerCase() === "tagsession" ? "session_tags" : "source_identity"
    return `allow sts:${action} beside sts:AssumeRole in the role's trust policy and in the caller's policies, or take ${key} out of the profile`
  }
  if (roleArn === undefined) return "ask the account's administrator whether a policy denies the call to this user, or to users without MFA"
  return "both the role's trust policy and the user's own policies must allow it; check external_id and mfa_serial too if they require them"
}
