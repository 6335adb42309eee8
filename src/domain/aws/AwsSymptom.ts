import { AwsFailure, type AwsService } from "./AwsFailure.ts"
import { printable } from "../base/Printable.ts"
import type { EpochMillis } from "../base/Time.ts"

/** What is known of a call of AWS that failed, from the SDK, the connection and the answer's header. */
export interface AwsSymptom {
  /** The endpoint's host, with its port where that is not the scheme's own. */
  readonly host: string
  /** The proxy's host and port, without its credentials. */
  readonly proxy?: string
  /** The proxy was given a user. */
  readonly proxyAuthorized?: boolean
  /** How far the request came: to the proxy, to the endpoint, to have been sent, to have been answered. */
  readonly phase: "proxy" | "connect" | "sent" | "answered"
  /** AWS's error code once answered (undefined where the answer has none), the system's or OpenSSL's before. */
  readonly code: string | undefined
  readonly message: string
  /** The HTTP status: of AWS, or of a proxy that would not connect. */
  readonly status?: number
  /** The answer's `Date` header. */
  readonly dateHeader?: string
  /** When the answer came, by the clock of this machine. */
  readonly now: EpochMillis
  /** Milliseconds that the signature's time was ahead of the clock of this machine, to make up for its skew. */
  readonly clockOffset?: number
}

/** From this distance on AWS refuses a signature (Signature Version 4: five minutes; STS itself allows fifteen). */
const tolerance = 5 * 60_000

/** AWS's time less ours in milliseconds, to the second that a `Date` header gives; undefined without a readable one. */
export const skewOf = (dateHeader: string | undefined, now: EpochMillis): number | undefined => {
  const theirs = Date.parse(dateHeader ?? "")
  return Number.isNaN(theirs) ? undefined : theirs - now
}

/**
 * An error code without the `Exception` at its end, which AWS's models have in a shape's name and its answers may leave
 * out.
 */
export const codeName = (code: string): string => code.replace(/Exception$/, "")

/**
 * What any service of AWS may come to, by the error codes that all of them share (AWS STS and IAM API References, "Common
 * Errors"). A key that AWS does not know means something else to each, and undefined is for what only the service itself
 * says. `region` is the one that its endpoint is chosen by, if it is.
 */
export const commonFailure = (
  service: AwsService, symptom: AwsSymptom, region?: string
): AwsFailure | "key unknown" | undefined => {
  const { code, host, message, phase, status = 0 } = symptom
  const name = codeName(code ?? "")
  if (phase !== "answered" || isFromProxy(symptom)) return connectionFailure(symptom, region)
  if (status === 429 || throttling.has(name)) return AwsFailure.Throttled(host)
  if (status >= 500) return AwsFailure.AwsUnavailable(service, host, status, code)
  if (code === undefined || status < 400) {
    return AwsFailure.AwsAnswerUnreadable(service, host, status >= 300 ? `HTTP ${status}` : message)
  }
  switch (name) {
    case "InvalidClientTokenId":
    case "UnrecognizedClient":
      return "key unknown"
    case "RequestExpired":
    case "RequestInTheFuture":
    case "RequestTimeTooSkewed":
      return AwsFailure.ClockSkewed(skewOf(symptom.dateHeader, symptom.now))
    case "SignatureDoesNotMatch":
    case "InvalidSignature": {
      const skew = skewOf(symptom.dateHeader, symptom.now)
      const saysSo = /^Signature (?:expired|not yet current)/i.test(message)
      const isOff = skew !== undefined && Math.abs(skew - (symptom.clockOffset ?? 0)) >= tolerance
      return saysSo || isOff ? AwsFailure.ClockSkewed(skew) : AwsFailure.SignatureRefused()
    }
    case "ExpiredToken":
      return AwsFailure.SessionExpired(service)
    default:
      return undefined
  }
}

const throttling = new Set([
  "RequestLimitExceeded",
  "RequestThrottled",
  "SlowDown",
  "Throttled",
  "Throttling",
  "TooManyRequests"
])

/**
 * Whether it is the proxy that answered instead of AWS: one that forwards plain HTTP asks for a user and a password in
 * the place of the answer (RFC 9110, "407 Proxy Authentication Required").
 */
const isFromProxy = ({ phase, proxy, status }: AwsSymptom): boolean =>
  phase === "proxy" || phase === "answered" && status === 407 && proxy !== undefined

/** What went wrong before there was an answer. */
const connectionFailure = (symptom: AwsSymptom, region: string | undefined): AwsFailure<"AwsUnreachable"> => {
  const { code = "", host, phase, proxy, status } = symptom
  if (isFromProxy(symptom)) {
    const gateway = status !== undefined && status >= 500
    return AwsFailure.AwsUnreachable(
      status === undefined
        ? `cannot reach the proxy ${printable(proxy ?? "")}: ${reasonOf(symptom)}`
        : `the proxy ${printable(proxy ?? "")} does not connect to ${printable(host)}: HTTP ${status}`,
      status === 407
        ? symptom.proxyAuthorized === true
          ? "the proxy does not take the user and password of HTTPS_PROXY: check them, with @ : / and % in them written as %40 %3A %2F %25; " +
            "one that wants NTLM or Kerberos needs a local proxy that speaks it (px, cntlm)"
          : "put the proxy's user and password into HTTPS_PROXY: http://user:password@host:port"
        : "check HTTPS_PROXY; a host that needs no proxy goes into NO_PROXY",
      { answerUnknown: false, passing: gateway || passing.has(code) }
    )
  }
  const through = proxy === undefined ? "" : ` through the proxy ${printable(proxy)}`
  if (phase === "sent" && code === "ETIMEDOUT") {
    return AwsFailure.AwsUnreachable(
      `${printable(host)}${through} took the request and did not answer in time`,
      "check the network and the proxy (HTTPS_PROXY), then try again",
      // It has been waited for long enough.
      { answerUnknown: true, passing: false }
    )
  }
  if (phase === "sent") {
    return AwsFailure.AwsUnreachable(
      `the connection to ${printable(host)}${through} was lost before the answer came: ${reasonOf(symptom)}`,
      "check the network, then try again",
      { answerUnknown: true, passing: true }
    )
  }
  return AwsFailure.AwsUnreachable(
    `cannot reach ${printable(host)}${through}: ${reasonOf(symptom)}`,
    isDistrust(code)
      ? "if the network inspects TLS, add its certificate authority to this system's, or point AWS_CA_BUNDLE at a PEM file with it; check the clock of this machine too"
      : `check the network${region === undefined ? "" : `, the region (${printable(region)})`} and the endpoint_url if there is one; behind a proxy, set HTTPS_PROXY`,
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

const reasonOf = ({ code = "", message }: AwsSymptom): string =>
  reasons[code] ??
    (isDistrust(code)
      ? `its certificate is not trusted (${printable(code, 60)})`
      : /^ERR_(?:SSL|TLS)_/.test(code)
      ? `the TLS handshake failed (${printable(code, 60)})`
      : printable(message))

/** Node's names for what OpenSSL finds wrong with a certificate (Node.js, "TLS: X509 certificate error codes"). */
export const isDistrust = (code: string): boolean =>
  /^CERT_|^ERR_TLS_CERT_|^UNABLE_TO_|SELF_SIGNED_CERT|^INVALID_(?:CA|PURPOSE)$|^HOSTNAME_MISMATCH$/.test(code)
