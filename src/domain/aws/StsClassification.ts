import { type AwsSymptom, type CommonRefusal, commonRefusal, connectionTrouble, seenFromProxy } from "./AwsSymptom.ts"
import * as Sts from "./StsFailure.ts"

/** What is known of a call of STS that failed. */
export interface StsSymptom extends AwsSymptom {
  readonly operation: Sts.StsOperation
  readonly region: string
  /** The device of the MFA code that was sent. */
  readonly serial?: string
  readonly roleArn?: string
  /** The request was signed with a session's key instead of a long-lived one. */
  readonly bySession?: boolean
}

/** Names what went wrong. Pure: the same symptom is always the same failure. */
export const classifyStsFailure = (seen: StsSymptom): Sts.StsFailure => {
  const symptom = seenFromProxy(seen)
  if (symptom.phase !== "answered") {
    const { hint, message, ...rest } = connectionTrouble(symptom, symptom.region)
    return new Sts.StsUnreachable(message, hint, rest)
  }
  // A stand-in for AWS that has not got the call says so in its own way (HTTP 501).
  if (symptom.operation === "GetScopedCredentials" && (symptom.status === 501 || noSuchCall.has(symptom.code ?? ""))) {
    return new Sts.ScopingUnknown(symptom.host, symptom.message)
  }
  const refusal = commonRefusal(symptom)
  return refusal === undefined ? ofSts(symptom) : ofAws(refusal, symptom)
}

const noSuchCall = new Set(["InvalidAction", "NotImplemented", "UnknownOperationException"])

const ofAws = (refusal: CommonRefusal, { bySession, host, region }: StsSymptom): Sts.StsFailure => {
  switch (refusal.kind) {
    case "throttled":
      return new Sts.Throttled(host)
    case "out of order":
      return new Sts.StsUnavailable(host, refusal.status, refusal.code)
    case "no answer of AWS's":
      return new Sts.StsAnswerUnreadable(host, refusal.reason)
    case "key unknown":
      return bySession === true ? new Sts.SessionUnknown(region) : new Sts.KeyUnknown(region)
    case "skewed":
      return new Sts.ClockSkewed(refusal.skew)
    case "signature":
      return new Sts.SignatureRefused()
    case "expired":
      return new Sts.SessionExpired()
  }
}

/**
 * Error codes: AWS STS API Reference, the errors of GetSessionToken and AssumeRole. Refusals of a code or a device are
 * all `AccessDenied`; only their text tells them apart.
 */
const ofSts = ({ code = "", message, operation, region, roleArn, serial }: StsSymptom): Sts.StsFailure => {
  switch (code) {
    case "AccessDenied":
    case "AccessDeniedException":
      if (serial !== undefined && /invalid MFA one time pass code/i.test(message)) return new Sts.MfaCodeRefused(serial)
      if (serial !== undefined && /unable to validate MFA code/i.test(message)) return new Sts.MfaSerialRefused(serial)
      return new Sts.StsDenied(operation, roleArn, message)
    case "RegionDisabled":
    case "RegionDisabledException":
      return new Sts.RegionDisabled(region)
    case "MalformedPolicyDocument":
    case "MalformedPolicyDocumentException":
      return new Sts.PolicyRefused(message)
    case "PackedPolicyTooLarge":
    case "PackedPolicyTooLargeException":
      return new Sts.PolicyTooLarge(message)
    case "InsufficientSessionLifetime":
    case "InsufficientSessionLifetimeException":
      return new Sts.LifetimeExceeded(message)
    case "InvalidSubjectCredentials":
    case "InvalidSubjectCredentialsException":
      return new Sts.SessionUnknown(region)
    default:
      return new Sts.RequestRefused(operation, code, message)
  }
}
