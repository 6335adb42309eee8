import type { Profile } from "../AwsConfig.ts"
import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { profileHeader } from "../ProfileHeader.ts"

export interface SourceFacts {
  readonly profile: Profile
  /** Whether the roles of the profile rest on a key in 1Password. */
  readonly overOurs: boolean
}

/**
 * Keys that stand in one profile and that clients weigh differently, as seen with botocore 1.43, aws-sdk-go-v2, the
 * JavaScript SDK v3, the Java SDK v2 and aws-config of Rust.
 */
export const checkSource = (facts: SourceFacts): ReadonlyArray<Finding> => [
  ...roleAndProcess(facts),
  ...roleDevice(facts),
  ...leftOverSso(facts),
  ...leftOverLogin(facts)
]

const finding = (profile: Profile, what: string, why: string, mend: string): Finding => ({
  check: "source",
  severity: "error",
  what: `${profileHeader(profile.name)} ${what}`,
  why,
  mend
})

const roleAndProcess = ({ profile }: SourceFacts): ReadonlyArray<Finding> => {
  const { name, values } = profile
  const line = values.get("credential_process")
  const role = values.get("role_arn")
  if (line === undefined || role === undefined) return []
  const source = values.get("source_profile")
  const base = `${name}-base`
  const split = [
    "keep the key and the role in profiles of their own",
    profileHeader(base),
    `credential_process = ${printable(line.replace(/(--profile[ =])\S+/, `$1${base}`), 1000)}`,
    "# and region, mfa_serial and the op_… keys",
    profileHeader(name),
    `role_arn = ${printable(role)}`,
    `source_profile = ${printable(base)}`
  ].join("\n")
  const what = "has a role_arn and a credential_process"
  if (source === undefined) {
    return [finding(
      profile,
      what,
      "the AWS CLI, boto3 and Rust refuse it, JavaScript and Java never assume the role, Go alone does both",
      split
    )]
  }
  if (source === name) {
    return [finding(
      profile,
      `${what}, and is its own source_profile`,
      "the AWS CLI, boto3, Go and Java refuse it, and JavaScript never assumes the role",
      split
    )]
  }
  return [finding(
    profile,
    what,
    `clients assume the role with the credentials of ${printable(source)} and never run the process`,
    `delete from ${profileHeader(name)} the line that begins\ncredential_process =`
  )]
}

/** In a role's own profile, `mfa_serial` makes the client ask for a code itself. */
const roleDevice = ({ overOurs, profile }: SourceFacts): ReadonlyArray<Finding> =>
  !overOurs || !profile.values.has("mfa_serial") || !profile.values.has("role_arn") ||
    !profile.values.has("source_profile")
    ? []
    : [finding(
      profile,
      "has an mfa_serial beside its role_arn",
      "the session it is assumed with has MFA already: the AWS CLI and boto3 ask for a second code, Go and JavaScript fail",
      `move mfa_serial into ${profileHeader(profile.values.get("source_profile")!)}, unless it is there`
    )]

const leftOverSso = ({ profile }: SourceFacts): ReadonlyArray<Finding> => {
  const sso = [...profile.values.keys()].filter((key) => key.startsWith("sso_"))
  return sso.length === 0 || !profile.values.has("credential_process") ? [] : [finding(
    profile,
    `has ${sso.join(", ")} beside its credential_process`,
    "Go, Java and Rust take it for a profile of IAM Identity Center and refuse it, and the AWS CLI and boto3 sign in there instead where they can",
    `delete ${sso.join(", ")} from the profile`
  )]
}

/** Provider chains of botocore 1.44, aws-sdk-go-v2's config 1.33 and the JavaScript SDK's ini provider 3.973. */
const leftOverLogin = ({ profile }: SourceFacts): ReadonlyArray<Finding> =>
  !profile.values.has("login_session") || !profile.values.has("credential_process") ? [] : [finding(
    profile,
    "has a login_session beside its credential_process",
    "the AWS CLI, boto3 and Go take the session of `aws login` and never run the process, JavaScript runs the process",
    "delete login_session from the profile, or keep `aws login` in a profile of its own"
  )]
