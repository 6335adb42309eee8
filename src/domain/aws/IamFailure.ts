import { skewText } from "./AwsSymptom.ts"
import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

export type IamOperation =
  | "ListAccessKeys"
  | "GetAccessKeyLastUsed"
  | "CreateAccessKey"
  | "UpdateAccessKey"
  | "DeleteAccessKey"
  | "ListMFADevices"

/** AWS's own words are shown up to this many characters: room for the two ARNs of a denial. */
const awsText = 400

abstract class IamTrouble extends Failure {
  /** The request may have reached IAM and its answer was lost. */
  readonly answerUnknown: boolean = false
  /** It may go away by itself, so that the same request is worth another try. */
  readonly passing: boolean = false
}

/** A policy does not let the user do this, or not without MFA. */
export class IamDenied extends IamTrouble {
  override readonly _tag = "IamDenied"
  override readonly exitCode = ExitCode.sts

  constructor(operation: IamOperation, said: string) {
    super(
      `AWS denied iam:${operation}: ${printable(said, awsText)}`,
      `ask the account's administrator to allow iam:${operation} on the user's own ARN, with MFA at least`
    )
  }
}

/** AWS takes a session here only where a code went into it. */
export class IamNeedsMfa extends IamTrouble {
  override readonly _tag = "IamNeedsMfa"
  override readonly exitCode = ExitCode.mfa

  constructor(operation: IamOperation) {
    super(
      `AWS takes no session for iam:${operation} that was made without an MFA code`,
      "get a session with MFA (mfa_serial in the profile, or an mfa serial in the 1Password item), or use the key itself"
    )
  }
}

export class IamKeyUnknown extends IamTrouble {
  override readonly _tag = "IamKeyUnknown"
  override readonly exitCode = ExitCode.sts

  constructor() {
    super(
      "AWS's IAM does not know the access key: it is deleted, inactive, of another partition, or new since a moment ago",
      "check the key under the user's security credentials in the AWS console; a new one works within a minute"
    )
  }
}

export class IamSessionExpired extends IamTrouble {
  override readonly _tag = "IamSessionExpired"
  override readonly exitCode = ExitCode.sts

  constructor() {
    super("the session has expired for AWS", "get a new one, and check the clock of this machine")
  }
}

export class IamSignatureRefused extends IamTrouble {
  override readonly _tag = "IamSignatureRefused"
  override readonly exitCode = ExitCode.sts

  constructor() {
    super(
      "the secret access key does not belong to the access key ID",
      "copy both into the 1Password item again; AWS shows a secret once only, so make a new key if it is lost"
    )
  }
}

export class IamClockSkewed extends IamTrouble {
  override readonly _tag = "IamClockSkewed"
  override readonly exitCode = ExitCode.sts
  /** AWS's time less ours, in milliseconds; undefined when AWS did not say its time. */
  readonly skew: number | undefined

  constructor(skew: number | undefined) {
    super(skewText(skew), "set the clock, then try again (in WSL: `sudo hwclock -s`)")
    this.skew = skew
  }
}

/** A user has two access keys at most. */
export class AccessKeyLimit extends IamTrouble {
  override readonly _tag = "AccessKeyLimit"
  override readonly exitCode = ExitCode.sts

  constructor() {
    super(
      "the user has two access keys already, and AWS allows no third",
      "delete the one that is not used, under the user's security credentials in the AWS console"
    )
  }
}

/** The key is not one of the user's, or not any more. */
export class AccessKeyMissing extends IamTrouble {
  override readonly _tag = "AccessKeyMissing"
  override readonly exitCode = ExitCode.sts

  constructor(accessKeyId: string) {
    super(
      `the user has no access key ${printable(accessKeyId)}`,
      "look at the user's security credentials in the AWS console"
    )
  }
}

export class IamRefused extends IamTrouble {
  override readonly _tag = "IamRefused"
  override readonly exitCode = ExitCode.sts

  constructor(operation: IamOperation, code: string, said: string) {
    super(
      `AWS refused ${operation} (${printable(code, 60)}): ${printable(said, awsText)}`,
      /userName/i.test(said)
        ? "use the key of an IAM user, or a session of one: a role has no access keys of its own"
        : "see the message, and try again"
    )
  }
}

export class IamThrottled extends IamTrouble {
  override readonly _tag = "IamThrottled"
  override readonly exitCode = ExitCode.sts
  override readonly passing = true

  constructor(host: string) {
    super(`${printable(host)} is throttling requests of this account`, "wait a minute, then try again")
  }
}

/** No answer, no whole one, or an error of the server's own. */
export class IamUnreachable extends IamTrouble {
  override readonly _tag = "IamUnreachable"
  override readonly exitCode = ExitCode.network
  override readonly answerUnknown: boolean
  override readonly passing: boolean

  constructor(message: string, hint: string, answerUnknown: boolean, passing = answerUnknown) {
    super(message, hint)
    this.answerUnknown = answerUnknown
    this.passing = passing
  }
}

/** There is no way to IAM as configured: its endpoint, the proxy or the certificate authorities. */
export class IamMisconfigured extends IamTrouble {
  override readonly _tag = "IamMisconfigured"
  override readonly exitCode = ExitCode.usage
}

export type IamFailure =
  | IamDenied
  | IamNeedsMfa
  | IamKeyUnknown
  | IamSessionExpired
  | IamSignatureRefused
  | IamClockSkewed
  | AccessKeyLimit
  | AccessKeyMissing
  | IamRefused
  | IamThrottled
  | IamUnreachable
  | IamMisconfigured
