import { type AwsSymptom, codeName, commonFailure } from "./AwsSymptom.ts"
import { IamFailure, type IamOperation } from "./IamFailure.ts"

/** What is known of a call of IAM that failed. */
export interface IamSymptom extends AwsSymptom {
  readonly operation: IamOperation
  /** The request was signed with a session's key instead of a long-lived one. */
  readonly bySession: boolean
  /** The key that it was about. */
  readonly accessKeyId?: string | undefined
}

/** Names what went wrong. Pure: the same symptom is always the same failure. */
export const classifyIamFailure = (symptom: IamSymptom): IamFailure => {
  const failure = commonFailure("IAM", symptom)
  if (failure !== "key unknown") return failure ?? ofIam(symptom)
  // AWS says the same of a session that no code went into, whatever its policies.
  return symptom.bySession ? IamFailure.IamNeedsMfa(symptom.operation) : IamFailure.IamKeyUnknown()
}

/** Error codes: IAM API Reference, the errors of the operations on access keys. */
const ofIam = ({ accessKeyId, code = "", message, operation }: IamSymptom): IamFailure => {
  switch (codeName(code)) {
    case "AccessDenied":
      return IamFailure.IamDenied(operation, message)
    case "LimitExceeded":
      return operation === "CreateAccessKey" ? IamFailure.AccessKeyLimit() : IamFailure.IamRefused(operation, code, message)
    case "NoSuchEntity":
      return accessKeyId === undefined
        ? IamFailure.IamRefused(operation, code, message)
        : IamFailure.AccessKeyMissing(accessKeyId)
    default:
      return IamFailure.IamRefused(operation, code, message)
  }
}
