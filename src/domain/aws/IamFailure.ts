import { AwsFailure, awsText, unlessSaid } from "./AwsFailure.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { mfa, sts, usage } = ExitCode

export type IamOperation =
  | "ListAccessKeys"
  | "GetAccessKeyLastUsed"
  | "CreateAccessKey"
  | "UpdateAccessKey"
  | "DeleteAccessKey"
  | "ListMFADevices"

/** All that a call of IAM may come to. */
export const IamFailure = {
  ...AwsFailure,
  ...failures({
    /** A policy does not let the user do this, or not without MFA. */
    IamDenied: (operation: IamOperation, said: string) => [
      sts,
      `AWS denied iam:${operation}: ${printable(said, awsText)}`,
      `ask the account's administrator to allow iam:${operation} on the user's own ARN, with MFA at least`
    ],
    /** AWS takes a session here only where a code went into it. */
    IamNeedsMfa: (operation: IamOperation) => [
      mfa,
      `AWS takes no session for iam:${operation} that was made without an MFA code`,
      "get a session with MFA (mfa_serial in the profile, or an mfa serial in the 1Password item), or use the key itself"
    ],
    IamKeyUnknown: () => [
      sts,
      "AWS's IAM does not know the access key: it is deleted, inactive, of another partition, or new since a moment ago",
      "check the key under the user's security credentials in the AWS console; a new one works within a minute"
    ],
    /** A user has two access keys at most. */
    AccessKeyLimit: () => [
      sts,
      "the user has two access keys already, and AWS allows no third",
      "delete the one that is not used, under the user's security credentials in the AWS console"
    ],
    /** The key is not one of the user's, or not any more. */
    AccessKeyMissing: (accessKeyId: string) => [
      sts,
      `the user has no access key ${printable(accessKeyId)}`,
      "look at the user's security credentials in the AWS console"
    ],
    IamRefused: (operation: IamOperation, code: string, said: string) => [
      sts,
      `AWS refused ${operation} (${printable(code, 60)}): ${printable(said, awsText)}`,
      /userName/i.test(said)
        ? "use the key of an IAM user, or a session of one: a role has no access keys of its own"
        : "see the message, and try again"
    ],
    IamEndpointUnavailable: (partition: string, reason: string) => [
      usage,
      `there is no IAM endpoint for the partition ${partition} as configured: ${printable(reason)}`,
      "turn off use_fips_endpoint, or name an endpoint with AWS_ENDPOINT_URL_IAM"
    ]
  }, unlessSaid)
}

export type IamFailure<Tag extends keyof typeof IamFailure = keyof typeof IamFailure> = FailureOf<typeof IamFailure, Tag>
