import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

export type IamOperation =
  | "ListAccessKeys"
  | "GetAccessKeyLastUsed"
  | "CreateAccessKey"
  | "UpdateAccessKey"
  | "DeleteAccessKey"
  | "ListMFADevices"

abstract class IamTrouble extends Failure {
  /** The request may have reached IAM and its answer was lost. */
  readonly answerUnknown: boolean = false
}

/** A policy does not let the user do this, or not without MFA. */
export class IamDenied extends IamTrouble {
  override readonly _tag = "IamDenied"
  override readonly exitCode = ExitCode.sts

  constructor(operation: IamOperation, said: string) {
    super(
      `AWS denied iam:${operation}: ${printable(said, 400)}`,
      `ask the account's administrator to allow iam:${operation} on the user's own ARN, with MFA at least`
    )
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

export class IamRefused extends IamTrouble {
  override readonly _tag = "IamRefused"
  override readonly exitCode = ExitCode.sts

  constructor(operation: IamOperation, code: string, said: string) {
    super(`AWS refused ${operation} (${printable(code, 60)}): ${printable(said, 400)}`, "see the message, and try again")
  }
}

export class IamUnreachable extends IamTrouble {
  override readonly _tag = "IamUnreachable"
  override readonly exitCode = ExitCode.network
  override readonly answerUnknown: boolean

  constructor(message: string, hint: string, answerUnknown: boolean) {
    super(message, hint)
    this.answerUnknown = answerUnknown
  }
}

export type IamFailure = IamDenied | AccessKeyLimit | IamRefused | IamUnreachable
