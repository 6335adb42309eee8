import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { AwsConfig } from "../../domain/aws-config/AwsConfig.ts"
import { configuredEndpoint, isLoopback } from "../../domain/aws/ConfiguredEndpoint.ts"
import { proxyFor } from "../../domain/aws/Proxy.ts"
import { type IamSources, iamTarget } from "../../domain/aws/IamTarget.ts"
import { codeDevices, deviceName } from "../../domain/aws/MfaDevice.ts"
import { partitionOfArn } from "../../domain/aws/Region.ts"
import { StsFailure } from "../../domain/aws/StsFailure.ts"
import { type StsTarget, stsTarget } from "../../domain/aws/StsTarget.ts"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { ExitCode, Failure } from "../../domain/base/Failure.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { type LongLivedKey, type OpItem, readLongLivedKey, readRegion, readSerial } from "../../domain/onepassword/OpItem.ts"
import type { Settings } from "../../domain/settings/Settings.ts"
import { type Examined, type Finding, findingOf, fine, fineUnless, type Severity, together } from "../Finding.ts"
import { Iam } from "../../services/aws/Iam.ts"
import { Sts } from "../../services/aws/Sts.ts"
import { Disk } from "../../services/host/Disk.ts"

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
    : [findingOf("sts", StsFailure.ProxyUnusable(found.unusable), "no request reaches AWS")]
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
    : [findingOf("sts", StsFailure.CaBundleUnreadable(caBundle, reason), "no connection to AWS can be trusted")]
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
          StsFailure.ClockSkewed(skew),
          "AWS refuses requests that are five minutes off, and codes long before that"
        )
      ]
    }
}

export interface IamFacts {
  readonly environment: Environment
  readonly config: AwsConfig
  /** Whose keys `rotate` would replace. */
  readonly profiles: ReadonlyArray<string>
}

/** The way to IAM as it is configured, without taking it. What cannot be read is found with the settings. */
export const checkIam = ({ config, environment, profiles }: IamFacts): Examined => {
  const ways = Map.groupBy(profiles, (name) => {
    const profile = config.profile(name)
    const endpoint = profile instanceof Failure ? undefined : configuredEndpoint("iam", { config, environment, profile })
    return typeof endpoint === "string" && isInTheClear(endpoint) ? endpoint : undefined
  })
  return fineUnless([...ways].flatMap(([endpoint, names]) => endpoint === undefined ? [] : [iamFinding(endpoint, names, environment)]))
}

const isInTheClear = (endpoint: string): boolean => {
  const { hostname, protocol } = new URL(endpoint)
  return protocol === "http:" && !isLoopback(hostname)
}

const iamFinding = (endpoint: string, names: ReadonlyArray<string>, environment: Environment): Finding => {
  const set = ["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL"].find((name) => variable(environment, name) === endpoint)
  return {
    check: "iam",
    severity: "error",
    what: `${set ?? "the profile"} sends ${names.map((name) => printable(name)).join(", ")} to ${printable(new URL(endpoint).origin)} for IAM, instead of AWS`,
    why: "a new key that `rotate` makes travels there in the clear",
    mend: set === undefined
      ? "delete endpoint_url, and services, from the profile, unless you mean it"
      : `unset it, unless you mean it\nunset ${set}`
  }
}

/** Long enough for a slow network, and a person is watching. */
const patience = "20 seconds"

interface Way {
  readonly target: StsTarget
  readonly profiles: ReadonlyArray<string>
}

/** Where only the item may say the region, there is no way to be looked at yet. */
const waysOf = (all: ReadonlyArray<Settings>): ReadonlyArray<Way> => {
  const each = all.flatMap(({ mfaSerial, profile, sts }) => {
    const target = stsTarget(sts, mfaSerial, undefined)
    return target instanceof Failure ? [] : [{ profile, target }]
  })
  return [...Map.groupBy(each, ({ target }) => wayTo(target)).values()].map((group) => ({
    target: group[0]!.target,
    profiles: group.map(({ profile }) => profile)
  }))
}

/** Where an endpoint is named, the region is only signed and leads nowhere else. */
const wayTo = ({ endpoint, region, ...rest }: StsTarget): string => JSON.stringify([endpoint ?? region, rest])

/** The ways to STS that these profiles take, as they are configured. */
export const examineSts = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>, environment: Environment) {
  const disk = yield* Disk
  return together(
    yield* Effect.forEach(
      waysOf(all),
      Effect.fnUntraced(function*({ profiles, target }) {
        const read = target.caBundle === undefined ? undefined : yield* disk.read(target.caBundle)
        const bundle = target.caBundle === undefined ? undefined : read ?? { reason: "there is no such file" }
        return checkSts({ environment, profiles, target, bundle })
      })
    )
  )
})

/** Whether STS answers on each of them, and what time it has. */
export const examineClock = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>) {
  return together(
    yield* Effect.forEach(
      waysOf(all),
      Effect.fnUntraced(function*({ profiles, target }) {
        const host = target.endpoint === undefined ? `STS in ${target.region}` : new URL(target.endpoint).host
        return checkClock({ profiles, host, answer: yield* timeAt(target, host) })
      })
    )
  )
})

/** The time as STS has it, beside ours in the middle of the question. */
const timeAt = Effect.fnUntraced(function*(target: StsTarget, host: string) {
  const before = yield* Clock.currentTimeMillis
  const theirs = yield* Effect.timeoutOrElse((yield* Sts).serverTime(target), {
    duration: patience,
    orElse: () =>
      Effect.fail(
        StsFailure.AwsUnreachable(
          `${host} did not answer`,
          "check the network connection and the proxy (HTTPS_PROXY, NO_PROXY)",
          { answerUnknown: false, passing: true }
        )
      )
  })
  return { theirs, ours: (before + (yield* Clock.currentTimeMillis)) / 2 }
}, Effect.match({ onSuccess: (answer) => answer, onFailure: (failure) => failure }))

/**
 * Whether AWS knows the key of an item: it answers this to every key that works, and takes no code for it. Which MFA
 * devices its user has is told as well, where AWS lets the key see that.
 */
export const examineKey = Effect.fnUntraced(function*(settings: Settings, item: OpItem, sources: Omit<IamSources, "partition">) {
  const key = readLongLivedKey(item, settings)
  const serial = settings.mfaSerial ?? orNone(readSerial(item, settings.mfaSerialField))
  const target = stsTarget(settings.sts, serial, orNone(readRegion(item)))
  // What is wrong with the item has been told.
  if (key instanceof Failure || target instanceof Failure) return fine()
  const asked = yield* (yield* Sts).callerIdentity(key, target).pipe(
    Effect.timeoutOption(patience),
    Effect.result
  )
  // A clock that is off, and a network that leads nowhere, are told where STS is asked for the time.
  if (Result.isFailure(asked) && (asked.failure._tag === "ClockSkewed" || asked.failure.exitCode === ExitCode.network)) {
    return fine()
  }
  if (Result.isFailure(asked)) {
    return { fine: [], findings: [findingOf("sts", asked.failure, `the key in ${printable(settings.item)} makes no session so`)] }
  }
  // That STS does not answer is told with the time that it does not say.
  if (Option.isNone(asked.success)) return fine()
  const { arn } = asked.success.value
  return together([
    fine(`AWS knows the key in ${printable(settings.item)}: ${printable(arn)}`),
    ...settings.mfa === "none" ? [] : [yield* examineDevices(key, arn, sources)]
  ])
})

/** Which MFA devices the user of a key has. Many a policy keeps that to itself, which is no harm. */
const examineDevices = Effect.fnUntraced(function*(key: LongLivedKey, arn: string, sources: Omit<IamSources, "partition">) {
  const target = iamTarget({ ...sources, partition: partitionOfArn(arn) ?? "aws" })
  if (target instanceof Failure) return fine()
  return yield* (yield* Iam).mfaDevices({ credentials: key, target }).pipe(
    Effect.timeoutOption(patience),
    Effect.map(Option.match({
      onNone: () => fine(),
      onSome: (devices) => checkDevices(arn, devices.map(({ serial }) => serial))
    })),
    Effect.orElseSucceed(() => fine())
  )
})

/** Whether one of a user's MFA devices gives codes. */
const checkDevices = (arn: string, serials: ReadonlyArray<string>): Examined => {
  const user = printable(arn.slice(arn.lastIndexOf(":") + 1))
  if (serials.length === 0) return fine()
  return codeDevices(serials).length > 0
    ? fine(`MFA devices of ${user}: ${serials.map((serial) => printable(deviceName(serial))).join(", ")}`)
    : {
      fine: [],
      findings: [{
        check: "mfa-serial",
        severity: "error",
        what: `AWS knows security keys or passkeys of ${user} only`,
        why: "those give no codes, and STS takes codes",
        mend: "add an authenticator app to the user in the AWS console, and put its ARN into mfa_serial; or use `aws login`"
      }]
    }
}

const orNone = (value: string | undefined | Failure): string | undefined => value instanceof Failure ? undefined : value
