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

/** What an answer means that any service of AWS may give. */
export type CommonRefusal =
  | { readonly kind: "throttled" }
  | { readonly kind: "out of order"; readonly status: number; readonly code: string | undefined }
  | { readonly kind: "no answer of AWS's"; readonly reason: string }
  | { readonly kind: "key unknown" }
  | { readonly kind: "skewed"; readonly skew: number | undefined }
  | { readonly kind: "signature" }
  | { readonly kind: "expired" }

/**
 * The meaning of an answer by the error codes that all services share (AWS STS and IAM API References, "Common
 * Errors"). Undefined for those of a service's own.
 */
export const commonRefusal = (symptom: AwsSymptom): CommonRefusal | undefined => {
  const { code, message, status = 0 } = symptom
  if (status === 429 || code !== undefined && throttling.has(code)) return { kind: "throttled" }
  if (status >= 500) return { kind: "out of order", status, code }
  if (code === undefined || status < 400) {
    return { kind: "no answer of AWS's", reason: status >= 300 ? `HTTP ${status}` : message }
  }
  switch (code) {
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
      return { kind: "key unknown" }
    case "RequestExpired":
    case "RequestInTheFuture":
    case "RequestTimeTooSkewed":
      return { kind: "skewed", skew: skewOf(symptom.dateHeader, symptom.now) }
    case "SignatureDoesNotMatch":
    case "InvalidSignatureException": {
      const skew = skewOf(symptom.dateHeader, symptom.now)
      const saysSo = /^Signature (?:expired|not yet current)/i.test(message)
      const isOff = skew !== undefined && Math.abs(skew - (symptom.clockOffset ?? 0)) >= tolerance
      return saysSo || isOff ? { kind: "skewed", skew } : { kind: "signature" }
    }
    case "ExpiredToken":
    case "ExpiredTokenException":
      return { kind: "expired" }
    default:
      return undefined
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

/**
 * The same, where it is the proxy that answered instead of AWS: one that forwards plain HTTP asks for a user and a
 * password in the place of the answer (RFC 9110, "407 Proxy Authentication Required").
 */
export const seenFromProxy = <S extends AwsSymptom>(symptom: S): S =>
  symptom.phase === "answered" && symptom.status === 407 && symptom.proxy !== undefined
    ? { ...symptom, phase: "proxy" }
    : symptom

/** What a connection that failed comes to. */
export interface ConnectionTrouble {
  readonly message: string
  readonly hint: string
  /** The request may have reached AWS. */
  readonly answerUnknown: boolean
  /** A moment may mend it. */
  readonly passing: boolean
}

/** What went wrong before there was an answer. `region` is the one that the endpoint is chosen by, if it is. */
export const connectionTrouble = (symptom: AwsSymptom, region?: string): ConnectionTrouble => {
  const { code = "", host, phase, proxy, status } = symptom
  if (phase === "proxy") {
    const gateway = status !== undefined && status >= 500
    return {
      message: status === undefined
        ? `cannot reach the proxy ${printable(proxy ?? "")}: ${reasonOf(symptom)}`
        : `the proxy ${printable(proxy ?? "")} does not connect to ${printable(host)}: HTTP ${status}`,
      hint: status === 407
        ? symptom.proxyAuthorized === true
          ? "the proxy does not take the user and password of HTTPS_PROXY: check them, with @ : / and % in them written as %40 %3A %2F %25; " +
            "one that wants NTLM or Kerberos needs a local proxy that speaks it (px, cntlm)"
          : "put the proxy's user and password into HTTPS_PROXY: http://user:password@host:port"
        : "check HTTPS_PROXY; a host that needs no proxy goes into NO_PROXY",
      answerUnknown: false,
      passing: gateway || passing.has(code)
    }
  }
  const through = proxy === undefined ? "" : ` through the proxy ${printable(proxy)}`
  if (phase === "sent" && code === "ETIMEDOUT") {
    return {
      message: `${printable(host)}${through} took the request and did not answer in time`,
      hint: "check the network and the proxy (HTTPS_PROXY), then try again",
      answerUnknown: true,
      // It has been waited for long enough.
      passing: false
    }
  }
  if (phase === "sent") {
    return {
      message: `the connection to ${printable(host)}${through} was lost before the answer came: ${reasonOf(symptom)}`,
      hint: "check the network, then try again",
      answerUnknown: true,
      passing: true
    }
  }
  return {
    message: `cannot reach ${printable(host)}${through}: ${reasonOf(symptom)}`,
    hint: isDistrust(code)
      ? "if the network inspects TLS, add its certificate authority to this system's, or point AWS_CA_BUNDLE at a PEM file with it; check the clock of this machine too"
      : `check the network${region === undefined ? "" : `, the region (${printable(region)})`} and the endpoint_url if there is one; behind a proxy, set HTTPS_PROXY`,
    answerUnknown: false,
    passing: passing.has(code)
  }
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

/** A span of time in milliseconds as people say it, rounded to its largest unit. */
const span = (milliseconds: number): string => {
  const units = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"], [1000, "second"]] as const
  const [size, name] = units.find(([size]) => milliseconds >= size) ?? units[3]
  const count = Math.round(milliseconds / size)
  return `${count} ${name}${count === 1 ? "" : "s"}`
}

/** How the clocks differ: AWS's time less ours in milliseconds; undefined where AWS did not say its time. */
export const skewText = (skew: number | undefined): string =>
  skew === undefined
    ? "the clock of this machine is too far from AWS's"
    : `the clock of this machine is ${span(Math.abs(skew))} ${skew > 0 ? "behind" : "ahead of"} AWS's`
