import * as Effect from "effect/Effect"
import type { AwsConfig, Profile } from "../../domain/aws-config/AwsConfig.ts"
import { profileHeader } from "../../domain/aws-config/AwsConfigSections.ts"
import { type SectionsByProfile, writtenAt } from "../../domain/aws-config/ConfigLines.ts"
import { argumentsOfOurs, splitCredentialProcess } from "../../domain/aws-config/CredentialProcessLine.ts"
import { deviceTrouble } from "../../domain/aws/MfaDevice.ts"
import { isRegionOf, partitionOfArn, partitionOfRegion } from "../../domain/aws/Region.ts"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { Failure } from "../../domain/base/Failure.ts"
import { printable } from "../../domain/base/Printable.ts"
import { parseCommandLine } from "../../domain/settings/CommandLine.ts"
import type { OurProfile } from "../../domain/settings/OurProfiles.ts"
import { canonicalLine } from "../../domain/settings/CanonicalLine.ts"
import { argumentsOfLine, isOurs } from "../../domain/settings/ProfileChoice.ts"
import { type Examined, type Finding, findingOf, fine, type Severity, together } from "../Finding.ts"
import { examinePolicy } from "./Policy.ts"
import { checkProcessLine } from "./ProcessLine.ts"
import { checkProgram, lookUp, programFacts } from "./Program.ts"
import type { Disk } from "../../services/host/Disk.ts"

export interface ProfileSubject {
  readonly config: AwsConfig
  readonly sections: SectionsByProfile
  readonly lines: LinesOfOurs
  readonly environment: Environment
}

/** What the files say of one profile of ours. */
export const examineProfile = Effect.fnUntraced(
  function*({ borrowed, chain, name }: OurProfile, subject: ProfileSubject) {
    const profile = subject.config.profile(name)
    const settled = chain instanceof Failure
      ? {
        fine: [],
        findings: [findingOf("settings", chain, `nothing gets credentials through profile ${printable(name)}`)]
      }
      : borrowed
      ? { fine: [`${printable(name)}: a role over ${printable(chain.settings.profile)}`], findings: [] }
      : checkMfaSerial({
        profile: name,
        serial: chain.settings.mfaSerial,
        mfa: chain.settings.mfa,
        regions: chain.settings.sts.regions
      })
    if (profile === undefined || profile instanceof Failure) return settled
    const line = yield* examineLine(profile, subject)
    const sources = checkSource({ profile, overOurs: !(chain instanceof Failure) && chain.hops.length > 0 })
    const policy = chain instanceof Failure ? [] : [yield* examinePolicy(profile, chain)]
    return together([settled, ...policy, { fine: [], findings: [...sources, ...line] }])
  }
)

/** How its `credential_process` line is written, and what it runs. */
const examineLine = Effect.fnUntraced(function*(
  profile: Profile,
  { config, environment, lines, sections }: ProfileSubject
): Effect.fn.Return<ReadonlyArray<Finding>, never, Disk> {
  const value = profile.values.get("credential_process")
  const written = writtenAt(sections, profile.name, "credential_process")
  if (value === undefined || written === undefined) {
    const installed = yield* lookUp("op-aws-credential-process", environment)
    const words = [installed.onDesktop ?? installed.here ?? "/usr/local/bin/op-aws-credential-process"]
    return isOurs(profile)
      ? checkMissingLine(profile, canonicalLine({ profile: profile.name, words, home: undefined, pathOf: () => undefined }))
      : []
  }
  const words = splitCredentialProcess(value)
  const ours = words === undefined ? undefined : argumentsOfOurs(words)
  // A line that runs another program is nothing that we could rewrite.
  if (words !== undefined && ours === undefined) return []
  const located = yield* lookUp(words?.[0] ?? "", environment)
  const rewrite = (of: ReadonlyArray<string> | undefined, program?: ReadonlyArray<string>): string =>
    canonicalLine({
      profile: profile.name,
      words: of,
      home: variable(environment, "HOME"),
      program,
      pathOf: (name) => name === located.name ? located.onDesktop ?? located.here : undefined
    })
  const { place } = written
  const spelling = checkProcessLine({
    profile: profile.name,
    place,
    written: written.value,
    rewritten: (of) => rewrite(of)
  })
  const missing = checkMissingProfile({ config, lines, profile, place, rewritten: rewrite(words) })
  // What only a shell makes a path of has been told, and so has a path that is another one in each directory.
  if (words === undefined || ours === undefined || /^(?:[^/]+\/|[~$])/.test(words[0]!)) return [...spelling, ...missing]
  const facts = yield* programFacts({
    profile: profile.name,
    place,
    words,
    programWords: words.length - ours.length,
    rewritten: (program) => rewrite(words, program)
  }, environment)
  return [...spelling, ...missing, ...checkProgram(facts)]
})

export interface MfaSerialFacts {
  readonly profile: string
  /** Undefined where the item is to say it. */
  readonly serial: string | undefined
  /** Where a code comes from; `none` goes without. */
  readonly mfa: string
  /** The regions that environment and profile name. */
  readonly regions: ReadonlyArray<string>
}

/** Whether the configured device is one that gives codes (IAM User Guide, "Enable MFA devices for users"). */
export const checkMfaSerial = ({ mfa, profile, regions, serial }: MfaSerialFacts): Examined => {
  const name = printable(profile)
  if (mfa === "none") return fine(`${name}: no MFA, as --mfa none or op_mfa says`)
  if (serial === undefined) return fine(`${name}: no mfa_serial here, so the item must have it (--online looks)`)
  const finding = (severity: Severity, what: string, why: string, mend: string): Examined => ({
    fine: [],
    findings: [{ check: "mfa-serial", severity, what: `${name}: mfa_serial ${what}`, why, mend } satisfies Finding]
  })
  const trouble = deviceTrouble(serial)
  if (trouble !== undefined) {
    const { instead, mend, what, why } = trouble
    return finding("error", printable(what, 400), why, instead === undefined ? mend : `${mend}\nmfa_serial = ${printable(instead)}`)
  }
  const partition = partitionOfArn(serial)
  const region = regions[0]
  return partition !== undefined && region !== undefined && !isRegionOf(region, partition)
    ? finding(
      "warning",
      `belongs to ${partition}, and the region ${region} to ${partitionOfRegion(region)}`,
      `sessions are made in ${partition}, and clients that go to ${region} with one are refused`,
      "correct the profile's region; AWS_REGION and AWS_DEFAULT_REGION go before it where they are set"
    )
    : fine(`${name}: MFA device ${printable(serial)}`)
}

export interface SourceFacts {
  readonly profile: Profile
  /** Whether the roles of the profile rest on a key in 1Password. */
  readonly overOurs: boolean
}

/**
 * Keys that stand in one profile and that clients weigh differently, as seen with botocore 1.43, aws-sdk-go-v2, the
 * JavaScript SDK v3, the Java SDK v2 and aws-config of Rust.
 */
export const checkSource = (facts: SourceFacts): ReadonlyArray<Finding> => [
  ...roleAndProcess(facts),
  ...roleDevice(facts),
  ...leftOverSso(facts),
  ...leftOverLogin(facts)
]

const finding = (profile: Profile, what: string, why: string, mend: string): Finding => ({
  check: "source",
  severity: "error",
  what: `${profileHeader(profile.name)} ${what}`,
  why,
  mend
})

const roleAndProcess = ({ profile }: SourceFacts): ReadonlyArray<Finding> => {
  const { name, values } = profile
  const line = values.get("credential_process")
  const role = values.get("role_arn")
  if (line === undefined || role === undefined) return []
  const source = values.get("source_profile")
  const base = `${name}-base`
  const split = [
    "keep the key and the role in profiles of their own",
    profileHeader(base),
    `credential_process = ${printable(line.replace(/(--profile[ =])\S+/, `$1${base}`), 1000)}`,
    "# and region, mfa_serial and the op_… keys",
    profileHeader(name),
    `role_arn = ${printable(role)}`,
    `source_profile = ${printable(base)}`
  ].join("\n")
  const what = "has a role_arn and a credential_process"
  if (source === undefined) {
    return [finding(
      profile,
      what,
      "the AWS CLI, boto3 and Rust refuse it, JavaScript and Java never assume the role, Go alone does both",
      split
    )]
  }
  if (source === name) {
    return [finding(
      profile,
      `${what}, and is its own source_profile`,
      "the AWS CLI, boto3, Go and Java refuse it, and JavaScript never assumes the role",
      split
    )]
  }
  return [finding(
    profile,
    what,
    `clients assume the role with the credentials of ${printable(source)} and never run the process`,
    `delete from ${profileHeader(name)} the line that begins\ncredential_process =`
  )]
}

/** In a role's own profile, `mfa_serial` makes the client ask for a code itself. */
const roleDevice = ({ overOurs, profile }: SourceFacts): ReadonlyArray<Finding> =>
  !overOurs || !profile.values.has("mfa_serial") || !profile.values.has("role_arn") ||
    !profile.values.has("source_profile")
    ? []
    : [finding(
      profile,
      "has an mfa_serial beside its role_arn",
      "the session it is assumed with has MFA already: the AWS CLI and boto3 ask for a second code, Go and JavaScript fail",
      `move mfa_serial into ${profileHeader(profile.values.get("source_profile")!)}, unless it is there`
    )]

const leftOverSso = ({ profile }: SourceFacts): ReadonlyArray<Finding> => {
  const sso = [...profile.values.keys()].filter((key) => key.startsWith("sso_"))
  return sso.length === 0 || !profile.values.has("credential_process") ? [] : [finding(
    profile,
    `has ${sso.join(", ")} beside its credential_process`,
    "Go, Java and Rust take it for a profile of IAM Identity Center and refuse it, and the AWS CLI and boto3 sign in there instead where they can",
    `delete ${sso.join(", ")} from the profile`
  )]
}

/** Provider chains of botocore 1.44, aws-sdk-go-v2's config 1.33 and the JavaScript SDK's ini provider 3.973. */
const leftOverLogin = ({ profile }: SourceFacts): ReadonlyArray<Finding> =>
  !profile.values.has("login_session") || !profile.values.has("credential_process") ? [] : [finding(
    profile,
    "has a login_session beside its credential_process",
    "the AWS CLI, boto3 and Go take the session of `aws login` and never run the process, JavaScript runs the process",
    "delete login_session from the profile, or keep `aws login` in a profile of its own"
  )]

/** A profile that names an item and that no client knows how to get credentials for. */
export const checkMissingLine = ({ name, values }: Profile, rewritten: string): ReadonlyArray<Finding> =>
  values.has("credential_process") || values.has("role_arn") ? [] : [{
    check: "process-line",
    severity: "warning",
    what: `${profileHeader(name)} names an item in 1Password and has no credential_process`,
    why: "AWS's clients do not know where its credentials come from: it works with `exec`, `env` and `login` alone",
    mend: rewritten
  }]

/** The profiles whose line runs this program with the same words, by those words. */
export type LinesOfOurs = ReadonlyMap<string, ReadonlyArray<string>>

export const linesOfOurs = (config: AwsConfig): LinesOfOurs => {
  const found = new Map<string, Array<string>>()
  for (const name of config.profileNames()) {
    const profile = config.profile(name)
    const words = profile === undefined || profile instanceof Failure ? undefined : argumentsOfLine(profile)
    if (words === undefined) continue
    const line = words.join("\0")
    const same = found.get(line)
    if (same === undefined) found.set(line, [name])
    else same.push(name)
  }
  return found
}

/**
 * A `credential_process` line without `--profile`, which means a profile only where no `[default]` with an `mfa_serial`
 * goes before it and no other profile has the same line: no client tells the program which profile it is run for.
 */
export const checkMissingProfile = (
  { config, lines, place, profile, rewritten }: {
    readonly config: AwsConfig
    readonly lines: LinesOfOurs
    readonly profile: Profile
    readonly place: string
    readonly rewritten: string
  }
): ReadonlyArray<Finding> => {
  const words = argumentsOfLine(profile)
  const flags = words === undefined ? undefined : parseCommandLine(words)
  if (words === undefined || flags === undefined || flags.profile !== undefined || profile.name === "default") return []
  const usual = config.profile("default")
  const taken = usual !== undefined && !(usual instanceof Failure) && usual.values.has("mfa_serial")
  // As many as are named, and one in case that this profile is among them.
  const others = (lines.get(words.join("\0")) ?? []).slice(0, 4).filter((name) => name !== profile.name)
  if (!taken && others.length === 0) return []
  return [{
    check: "process-line",
    severity: "error",
    what: `${place}: the credential_process line of ${profileHeader(profile.name)} does not say --profile`,
    why: taken
      ? "[default] has an mfa_serial, so that the line stands for that profile, with its device, region and cache"
      : `it stands in ${printable(others.slice(0, 3).join(", "), 200)} as well, and no client says which one it is for`,
    mend: rewritten
  }]
}
