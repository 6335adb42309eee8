import { type Environment, variable } from "../Environment.ts"
import { type Examined, fine, fineUnless, type Finding, findingOf, type Severity } from "../Finding.ts"
import { isLoopback } from "../Loopback.ts"
import { printable } from "../Printable.ts"
import { proxyFor } from "../Proxy.ts"
import { CaBundleUnreadable, ClockSkewed, ProxyUnusable, type StsFailure } from "../StsFailure.ts"
import type { StsTarget } from "../StsTarget.ts"
import type { EpochMillis } from "../Time.ts"

export interface StsFacts {
  readonly environment: Environment
  /** The profiles that go there. */
  readonly profiles: ReadonlyArray<string>
  readonly target: StsTarget
  /** Of the file with certificate authorities, where there is one: what it holds, or why it cannot be read. */
  readonly bundle: { readonly text: string } | { readonly reason: string } | undefined
}

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "sts",
  severity,
  what,
  why,
  mend
})

/** The way to STS as it is configured, without taking it. */
export const checkSts = (facts: StsFacts): Examined =>
  fineUnless(
    [...endpoint(facts), ...proxy(facts), ...bundle(facts)],
    `STS is asked in ${facts.target.region}${manner(facts.target)}`
  )

const manner = ({ dualStack, fips }: StsTarget): string => `${fips ? ", FIPS" : ""}${dualStack ? ", dual-stack" : ""}`

const endpoint = ({ environment, profiles, target }: StsFacts): ReadonlyArray<Finding> => {
  if (target.endpoint === undefined) return []
  const url = new URL(target.endpoint)
  if (/\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/.test(url.hostname) && url.protocol === "https:") return []
  const set = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"].find((name) =>
    variable(environment, name) === target.endpoint
  )
  const names = profiles.map((name) => printable(name)).join(", ")
  const clear = url.protocol === "http:" && !isLoopback(url.hostname)
  return [finding(
    clear ? "error" : "warning",
    `${set ?? "the profile"} sends ${names} to ${printable(url.origin)} for sessions, instead of AWS`,
    clear ? "codes and sessions travel there in the clear" : "its sessions are good there and nowhere else",
    set === undefined
      ? "delete endpoint_url, and services, from the profile, unless you mean it"
      : `unset it, unless you mean it\nunset ${set}`
  )]
}

/** Where requests go when AWS chooses the address; only scheme and host matter to a proxy's exceptions. */
const address = (target: StsTarget): URL => new URL(target.endpoint ?? `https://sts.${target.region}.amazonaws.com`)

const proxy = ({ environment, target }: StsFacts): ReadonlyArray<Finding> => {
  const found = proxyFor(address(target), environment)
  return found === undefined || !("unusable" in found)
    ? []
    : [findingOf("sts", new ProxyUnusable(found.unusable), "no request reaches AWS")]
}

const bundle = ({ bundle: found, target: { caBundle } }: StsFacts): ReadonlyArray<Finding> => {
  if (caBundle === undefined || found === undefined) return []
  const reason = "reason" in found
    ? found.reason
    : /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/.test(found.text)
    ? undefined
    : "there is no certificate in it"
  return reason === undefined
    ? []
    : [findingOf("sts", new CaBundleUnreadable(caBundle, reason), "no connection to AWS can be trusted")]
}

export interface ClockFacts {
  readonly profiles: ReadonlyArray<string>
  readonly host: string
  /** STS's own time, and ours in the middle of the question; or why STS was not reached. */
  readonly answer: { readonly theirs: EpochMillis; readonly ours: EpochMillis } | StsFailure
}

/** Codes are good for 30 seconds and their neighbours; signatures for 5 minutes. A minute is where trouble begins. */
const tolerance = 60_000

/** Whether STS answers, and what it says of our clock. */
export const checkClock = ({ answer, host, profiles }: ClockFacts): Examined => {
  const names = profiles.map((name) => printable(name)).join(", ")
  if (answer instanceof Error) {
    return { fine: [], findings: [findingOf("sts", answer, `no new session can be made for ${names}`)] }
  }
  const skew = answer.theirs - answer.ours
  return Math.abs(skew) < tolerance
    ? fine(`${host} answers, and its clock and ours agree`)
    : {
      fine: [],
      findings: [
        findingOf(
          "clock",
          new ClockSkewed(skew),
          "AWS refuses requests that are five minutes off, and codes long before that"
        )
      ]
    }
}
