import { printable } from "./Printable.ts"
import * as Sts from "./StsFailure.ts"
import type { EpochMillis } from "./Time.ts"

/** What is known of a call that failed, from the SDK, the connection and the answer's header. */
export interface StsSymptom {
  readonly operation: Sts.StsOperation
  readonly region: string
  /** The endpoint's host, with its port where that is not the scheme's own. */
  readonly host: string
  /** The proxy's host and port, without its credentials. */
  readonly proxy?: string
  /** How far the request came: to the proxy, to the endpoint, to have been sent, to have been answered. */
  readonly phase: "proxy" | "connect" | "sent" | "answered"
  /** STS's error code once answered (undefined where the answer has none), the system's or OpenSSL's before. */
  readonly code: string | undefined
  readonly message: string
  /** The HTTP status: of STS, or of a proxy that would not connect. */
  readonly status?: number
  /** The answer's `Date` header. */
  readonly dateHeader?: string
  /** When the answer came, by the clock of this machine. */
  readonly now: EpochMillis
  /** Milliseconds that the signature's time was ahead of the clock of this machine, to make up for its skew. */
  readonly clockOffset?: number
  /** The device of the MFA code that was sent. */
  readonly serial?: string
  readonly roleArn?: string
  /** The request was signed with a session's key instead of a long-lived one. */
  readonly bySession?: boolean
}

/** From this distance on AWS refuses a signature (Signature Version 4: five minutes; STS itself allows fifteen). */
const tolerance = 5 * 60_000

/** AWS's time less ours in milliseconds, to the second that a `Date` header gives; undefined without a readable one. */
export const skewOf = (dateHeader: string | undefined, now: EpochMillis): number | undefined => {
  const theirs = Date.parse(dateHeader ?? "")
  return Number.isNaN(theirs) ? undefined : theirs - now
}

/** Names what went wrong. Pure: the same symptom is always the same failure. */
export const classifyStsFailure = (symptom: StsSymptom): Sts.StsFailure =>
  symptom.phase === "answered" ? ofAnswer(symptom) : ofConnection(symptom)

/**
 * Error codes: AWS STS API Reference, "Common Errors" and the errors of GetSessionToken and AssumeRole. Refusals of a
 * code or a device are all `AccessDenied`; only their text tells them apart.
 */
const ofAnswer = (symptom: StsSymptom): Sts.StsFailure => {
  const { code, host, message, operation, region, roleArn, serial, status = 0 } = symptom
  if (status === 429 || code !== undefined && throttling.has(code)) return new Sts.Throttled(host)
  if (status >= 500) return new Sts.StsUnavailable(host, status, code)
  if (code === undefined || status < 400) {
    return new Sts.StsAnswerUnreadable(host, status >= 300 ? `HTTP ${status}` : message)
  }
  switch (code) {
    case "AccessDenied":
    case "AccessDeniedException":
      if (serial !== undefined && /invalid MFA one time pass code/i.test(message)) return new Sts.MfaCodeRefused(serial)
      if (serial !== undefined && /unable to validate MFA code/i.test(message)) return new Sts.MfaSerialRefused(serial)
      return new Sts.StsDenied(operation, roleArn, message)
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
      return symptom.bySession === true ? new Sts.SessionUnknown(region) : new Sts.KeyUnknown(region)
    case "RequestExpired":
    case "RequestInTheFuture":
    case "RequestTimeTooSkewed":
      return new Sts.ClockSkewed(skewOf(symptom.dateHeader, symptom.now))
    case "SignatureDoesNotMatch":
    case "InvalidSignatureException": {
      const skew = skewOf(symptom.dateHeader, symptom.now)
      const saysSo = /^Signature (?:expired|not yet current)/i.test(message)
      const isOff = skew !== undefined && Math.abs(skew - (symptom.clockOffset ?? 0)) >= tolerance
      return saysSo || isOff ? new Sts.ClockSkewed(skew) : new Sts.SignatureRefused()
    }
    case "ExpiredToken":
    case "ExpiredTokenException":
      return new Sts.SessionExpired()
    case "RegionDisabled":
    case "RegionDisabledException":
      return new Sts.RegionDisabled(region)
    default:
      return new Sts.RequestRefused(operation, code, message)
  }
}

const throttling = new Set([
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException"
])

const ofConnection = (symptom: StsSymptom): Sts.StsUnreachable => {
  const { code = "", host, phase, proxy, region, status } = symptom
  if (phase === "proxy") {
    const gateway = status !== undefined && status >= 500
    return new Sts.StsUnreachable(
      status === undefined
        ? `cannot reach the proxy ${printable(proxy ?? "")}: ${reasonOf(symptom)}`
        : `the proxy ${printable(proxy ?? "")} does not connect to ${printable(host)}: HTTP ${status}`,
      status === 407
        ? "put the proxy's user and password into HTTPS_PROXY: http://user:password@host:port"
        : "check HTTPS_PROXY; a host that needs no proxy goes into NO_PROXY",
      { answerUnknown: false, passing: gateway || passing.has(code) }
    )
  }
  const through = proxy === undefined ? "" : ` through the proxy ${printable(proxy)}`
  if (phase === "sent") {
    return new Sts.StsUnreachable(
      `the connection to ${printable(host)}${through} was lost before the answer came: ${reasonOf(symptom)}`,
      "check the network, then try again",
      { answerUnknown: true, passing: true }
    )
  }
  return new Sts.StsUnreachable(
    `cannot reach ${printable(host)}${through}: ${reasonOf(symptom)}`,
    isDistrust(code)
      ? "if the network inspects TLS, add its certificate authority to this system's, or point AWS_CA_BUNDLE at a PEM file with it; check the clock of this machine too"
      : `check the network, the region (${printable(region)}) and the endpoint_url if there is one; behind a proxy, set HTTPS_PROXY`,
    { answerUnknown: false, passing: passing.has(code) }
  )
}

/**
 * What a moment can mend. A name that does not exist and a certificate that nobody trusts it cannot, and in the time
 * that makes ETIMEDOUT the system has tried several times.
 */
const passing = new Set(["EAI_AGAIN", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EPIPE"])

const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  EAI_AGAIN: "its name cannot be resolved for now",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
  ENOTFOUND: "its name cannot be resolved",
  EPIPE: "the connection was closed",
  EPROTO: "the TLS handshake failed",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  ETIMEDOUT: "it does not answer"
}

const reasonOf = ({ code = "", message }: StsSymptom): string =>
  reasons[code] ??
    (isDistrust(code)
      ? `its certificate is not trusted (${printable(code, 60)})`
      : /^ERR_(?:SSL|TLS)_/.test(code)
      ? `the TLS handshake failed (${printable(code, 60)})`
      : printable(message))

/** Node's names for what OpenSSL finds wrong with a certificate (Node.js, "TLS: X509 certificate error codes"). */
export const isDistrust = (code: string): boolean =>
  /^CERT_|^ERR_TLS_CERT_|^UNABLE_TO_|SELF_SIGNED_CERT|^INVALID_(?:CA|PURPOSE)$|^HOSTNAME_MISMATCH$/.test(code)
