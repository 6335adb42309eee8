import { type AwsSymptom, type CommonRefusal, commonRefusal, connectionTrouble, seenFromProxy } from "./AwsSymptom.ts"
import { printable } from "../base/Printable.ts"
import * as Iam from "./IamFailure.ts"

/** What is known of a call of IAM that failed. */
export interface IamSymptom extends AwsSymptom {
  readonly operation: Iam.IamOperation
  /** The request was signed with a session's key instead of a long-lived one. */
  readonly bySession: boolean
  /** The key that it was about. */
  readonly accessKeyId?: string | undefined
}

/** Names what went wrong. Pure: the same symptom is always the same failure. */
export const classifyIamFailure = (seen: IamSymptom): Iam.IamFailure => {
  const symptom = seenFromProxy(seen)
  if (symptom.phase !== "answered") {
    const { answerUnknown, hint, message, passing } = connectionTrouble(symptom)
    return new Iam.IamUnreachable(message, hint, answerUnknown, passing)
  }
  const refusal = commonRefusal(symptom)
  return refusal === undefined ? ofIam(symptom) : ofAws(refusal, symptom)
}

const ofAws = (refusal: CommonRefusal, { bySession, host, operation }: IamSymptom): Iam.IamFailure => {
  switch (refusal.kind) {
    case "throttled":
      return new Iam.IamThrottled(host)
    case "out of order": {
      const { code, status } = refusal
      return new Iam.IamUnreachable(
        `${printable(host)} is out of order (HTTP ${status}${code === undefined ? "" : ` ${printable(code, 60)}`})`,
        "try again in a minute; https://health.aws.amazon.com/health/status shows outages",
        // IAM's own code does not promise either that nothing was done.
        true
      )
    }
    case "no answer of AWS's":
      return unreadableAnswer(host, refusal.reason)
    case "key unknown":
      // AWS says the same of a session that no code went into, whatever its policies.
      return bySession ? new Iam.IamNeedsMfa(operation) : new Iam.IamKeyUnknown()
    case "skewed":
      return new Iam.IamClockSkewed(refusal.skew)
    case "signature":
      return new Iam.IamSignatureRefused()
    case "expired":
      return new Iam.IamSessionExpired()
  }
}

/** Something answers that is not IAM, or only half of what IAM said came through: what was asked may be done. */
export const unreadableAnswer = (host: string, reason: string): Iam.IamUnreachable =>
  new Iam.IamUnreachable(
    `the answer of ${printable(host)} is not one of IAM: ${printable(reason)}`,
    "check the endpoint, and whether a proxy or a sign-in page of the network answers instead of AWS",
    true,
    false
  )

/** Error codes: IAM API Reference, the errors of the operations on access keys. */
const ofIam = ({ accessKeyId, code = "", message, operation }: IamSymptom): Iam.IamFailure => {
  switch (code) {
    case "AccessDenied":
    case "AccessDeniedException":
      return new Iam.IamDenied(operation, message)
    case "LimitExceeded":
    case "LimitExceededException":
      return operation === "CreateAccessKey" ? new Iam.AccessKeyLimit() : new Iam.IamRefused(operation, code, message)
    case "NoSuchEntity":
    case "NoSuchEntityException":
      return accessKeyId === undefined
        ? new Iam.IamRefused(operation, code, message)
        : new Iam.AccessKeyMissing(accessKeyId)
    default:
      return new Iam.IamRefused(operation, code, message)
  }
}
