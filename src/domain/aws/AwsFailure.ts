import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable, unquotedHint } from "../base/Printable.ts"

const { network, sts, usage } = ExitCode

/** The services of AWS that are asked. */
export type AwsService = "STS" | "IAM"

/** AWS's own words are shown up to this many characters: room for the two ARNs of a denial. */
export const awsText = 400

/** A span of time in milliseconds as people say it, rounded to its largest unit. */
const span = (milliseconds: number): string => {
  const units = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"], [1000, "second"]] as const
  const [size, name] = units.find(([size]) => milliseconds >= size) ?? units[3]
  const count = Math.round(milliseconds / size)
  return `${count} ${name}${count === 1 ? "" : "s"}`
}

/** How the clocks differ: AWS's time less ours in milliseconds; undefined where AWS did not say its time. */
const skewText = (skew: number | undefined): string =>
  skew === undefined
    ? "the clock of this machine is too far from AWS's"
    : `the clock of this machine is ${span(Math.abs(skew))} ${skew > 0 ? "behind" : "ahead of"} AWS's`

/**
 * What all failures of AWS have. `answerUnknown`: the request may have arrived, and its answer was lost or is of no use:
 * an MFA code in it counts as spent. `passing`: it may go away by itself, so that the same request is worth another try.
 */
export const unlessSaid = { answerUnknown: false, passing: false }

/** What any service may say, and what may lie between us and it. */
export const AwsFailure = failures({
  Throttled: (host: string) => [
    sts,
    `${printable(host)} is throttling requests of this account`,
    "wait a minute, then try again",
    { passing: true }
  ],
  /**
   * A gateway's error page, without a code of the service's own, does not say what became of the request. IAM's own code
   * does not promise either that nothing was done.
   */
  AwsUnavailable: (service: AwsService, host: string, status: number, code: string | undefined) => [
    network,
    `${printable(host)} is out of order (HTTP ${status}${code === undefined ? "" : ` ${printable(code, 60)}`})`,
    "try again in a minute; https://health.aws.amazon.com/health/status shows outages",
    { passing: true, answerUnknown: service === "IAM" || code === undefined }
  ],
  /** There was no answer, or none came through. */
  AwsUnreachable: (message: string, hint: string, of: { readonly answerUnknown: boolean; readonly passing: boolean }) => [
    network,
    message,
    hint,
    of
  ],
  /** Something answers that is not the service, or only half of what it said came through: what was asked may be done. */
  AwsAnswerUnreadable: (service: AwsService, host: string, reason: string) => [
    network,
    `the answer of ${printable(host)} is not one of ${service}: ${printable(reason, awsText)}`,
    "check the endpoint, and whether a proxy or a sign-in page of the network answers instead of AWS",
    { answerUnknown: true }
  ],
  SignatureRefused: () => [
    sts,
    "the secret access key does not belong to the access key ID",
    "copy both into the 1Password item again; AWS shows a secret once only, so make a new key if it is lost"
  ],
  /**
   * `skew` is AWS's time less ours, in milliseconds; undefined when AWS did not say its time. Refused for its time a
   * request has done nothing; `answered` where there is a session, which is over by our clock.
   */
  ClockSkewed: (skew: number | undefined, answered = false) => [
    sts,
    skewText(skew),
    "set the clock, then try again (in WSL: `sudo hwclock -s`)",
    { skew, answerUnknown: answered }
  ],
  SessionExpired: (service: AwsService) => [
    sts,
    "the session has expired for AWS",
    `get a new one${service === "STS" ? " with --refresh" : ""}, and check the clock of this machine`
  ],
  CaBundleUnreadable: (path: string, reason: string) => [
    usage,
    `cannot use the certificate authorities in ${printable(path)}: ${printable(reason)}`,
    unquotedHint(path) ?? "point AWS_CA_BUNDLE, or ca_bundle in the profile, at a readable PEM file"
  ],
  /** `variable` is the environment variable that holds the address, which itself may hold a password. */
  ProxyUnusable: (variable: string) => [
    usage,
    `${variable} does not hold the address of an HTTP proxy`,
    "write it as http://host:port, or put the host of the endpoint into NO_PROXY"
  ]
}, unlessSaid)

export type AwsFailure<Tag extends keyof typeof AwsFailure = keyof typeof AwsFailure> = FailureOf<typeof AwsFailure, Tag>
