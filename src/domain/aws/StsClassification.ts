import { type AwsSymptom, codeName, commonFailure } from "./AwsSymptom.ts"
import { StsFailure, type StsOperation } from "./StsFailure.ts"

/** What is known of a call of STS that failed. */
export interface StsSymptom extends AwsSymptom {
  readonly operation: StsOperation
  readonly region: string
  /** The device of the MFA code that was sent. */
  readonly serial?: string
  readonly roleArn?: string
  /** The request was signed with a session's key instead of a long-lived one. */
  readonly bySession?: boolean
}

/** Names what went wrong. Pure: the same symptom is always the same failure. */
export const classifyStsFailure = (symptom: StsSymptom): StsFailure => {
  const { bySession = false, code = "", host, message, operation, region, status } = symptom
  // A stand-in for AWS that has not got the call says so in its own way (HTTP 501).
  if (operation === "GetScopedCredentials" && (status === 501 || noSuchCall.has(codeName(code)))) return StsFailure.ScopingUnknown(host, message)
  const failure = commonFailure("STS", symptom, region)
  if (failure !== "key unknown") return failure ?? ofSts(symptom)
  return bySession ? StsFailure.SessionUnknown(region) : StsFailure.KeyUnknown(region)
}

const noSuchCall = new Set(["InvalidAction", "NotImplemented", "UnknownOperation"])

/**
 * Error codes: AWS STS API Reference, the errors of GetSessionToken and AssumeRole. Refusals of a code or a device are
 * all `AccessDenied`; only their text tells them apart.
 */
const ofSts = ({ code = "", message, operation, region, roleArn, serial }: StsSymptom): StsFailure => {
  switch (codeName(code)) {
    case "AccessDenied":
      if (serial !== undefined && /invalid MFA one time pass code/i.test(message)) return StsFailure.MfaCodeRefused(serial)
      if (serial !== undefined && /unable to validate MFA code/i.test(message)) return StsFailure.MfaSerialRefused(serial)
      return StsFailure.StsDenied(operation, roleArn, message)
    case "RegionDisabled":
      return StsFailure.RegionDisabled(region)
    case "MalformedPolicyDocument":
      return StsFailure.PolicyRefused(message)
    case "PackedPolicyTooLarge":
      return StsFailure.PolicyTooLarge(message)
    case "InsufficientSessionLifetime":
      return StsFailure.LifetimeExceeded(message)
    case "InvalidSubjectCredentials":
      return StsFailure.SessionUnknown(region)
    default:
      return StsFailure.RequestRefused(operation, code, message)
  }
}
