import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import { parseCommandLine } from "./CommandLine.ts"
import type { PolicyUnreadable } from "../aws-config/ConfigFailure.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { type FlagName, flagSpecs, type FlagValues } from "./Flags.ts"
import { parseGoDuration } from "../base/GoDuration.ts"
import {
  NarrowedBelowRole,
  NarrowingInvalid,
  NarrowingsDisagree,
  PolicyArnsWithoutRole,
  PolicyPathRelative,
  RoleOverNarrowed,
  ScopeTooLong
} from "./NarrowingFailure.ts"
import { type FoundPolicy, packedPolicy } from "../policy/PackedPolicy.ts"
import { argumentsOfLine } from "./ProfileChoice.ts"
import type { Asker, RolePath } from "./RolePath.ts"
import type { Seconds } from "../base/Time.ts"

/** What makes a session narrower than the one that it is made from. */
export interface Narrowing {
  /** Undefined where only the life is shorter. */
  readonly policy?: FoundPolicy
  /** Undefined for what the parent has left. */
  readonly duration?: Seconds
  /** Whose session it is, for CloudTrail. */
  readonly description: string
}

export type NarrowingSettingFailure =
  | NarrowedBelowRole
  | NarrowingInvalid
  | NarrowingsDisagree
  | PolicyArnsWithoutRole
  | PolicyPathRelative
  | PolicyUnreadable
  | RoleOverNarrowed
  | ScopeTooLong

export interface NarrowingInput {
  readonly path: RolePath
  readonly profile: string
  readonly asker: Asker
  readonly flags: FlagValues
  readonly environment: Environment
  readonly config: AwsConfig
}

/** What narrows the end of a chain: the session itself, or its last role. */
export interface Wanted {
  readonly policy: Said | undefined
  readonly duration: Said | undefined
  /** Of managed policies, which the last role is assumed with. */
  readonly arns: Said | undefined
}

/** A setting as it was written, and where, in words for an error. */
export interface Said {
  readonly value: string
  readonly source: string
  /** The profile that says it, by its place on the way; -1 for flag and environment. */
  readonly at: number
  readonly rank: "flag" | "variable" | "line" | "key"
}

/** The flags that narrow. */
const narrowingFlags = ["policy", "scope-duration", "policy-arn"] as const satisfies ReadonlyArray<FlagName>

type NarrowingFlag = (typeof narrowingFlags)[number]

/** Whether a profile's own keys, or the flags in its own line, narrow what it stands for. */
export const isNarrowed = (profile: Profile | undefined): boolean =>
  profile !== undefined && narrowingFlags.some((name) => inKey(profile, name) !== undefined || inLine(profile)?.[name] !== undefined)

const inKey = (profile: Profile, name: NarrowingFlag): string | undefined => profile.values.get(flagSpecs[name].profileKey!)

/** The flags in a profile's own line, where one of them narrows: others are read elsewhere. */
const inLine = (profile: Profile): FlagValues | undefined => {
  const line = profile.values.get("credential_process")
  if (line === undefined || !line.includes("--policy") && !line.includes("--scope")) return undefined
  const words = argumentsOfLine(profile)
  return words === undefined ? undefined : parseCommandLine(words)
}

/** Finds what narrows, or why that cannot be meant. Undefined where nothing does. */
export const wantedNarrowing = (input: NarrowingInput): Wanted | NarrowingSettingFailure | undefined => {
  const policy = said(input, "policy")
  if (policy instanceof Failure) return policy
  const duration = said(input, "scope-duration")
  if (duration instanceof Failure) return duration
  const arns = said(input, "policy-arn")
  if (arns instanceof Failure) return arns
  const first = policy ?? duration ?? arns
  if (first === undefined) return undefined
  return misplaced(input, first) ?? { policy, duration, arns }
}

/** Flag, environment, then from the profile asked for to the base profile each one's own line and its key. */
const said = (input: NarrowingInput, name: NarrowingFlag): Said | NarrowingsDisagree | NarrowedBelowRole | undefined => {
  const found = everySaid(input, name)
  const [first] = found
  if (first === undefined) return undefined
  const { names, steps } = input.path
  // Security: a role that is assumed with a narrower session is as wide as ever.
  const highest = steps.reduce((least, { profile }) => Math.min(least, names.indexOf(profile)), names.length)
  const below = found.find(({ at }) => at > highest)
  if (below !== undefined) return new NarrowedBelowRole(names[highest]!, names[below.at]!, flagSpecs[name].profileKey!)
  // A client never reads the key of a profile whose line leads on to another one.
  const other = first.rank === "key" ? found.find(({ at, value }) => at > first.at && value !== first.value) : undefined
  return other === undefined ? first : new NarrowingsDisagree(first.source, other.source)
}

const everySaid = (input: NarrowingInput, name: NarrowingFlag): ReadonlyArray<Said> => {
  const { asker, config, environment, flags, path: { names } } = input
  const { profileKey, variable: named } = flagSpecs[name]
  const found: Array<Said> = []
  const flag = flags[name]
  if (flag !== undefined) found.push({ value: flag, source: `--${name}`, at: -1, rank: "flag" })
  const set = named === undefined ? undefined : variable(environment, named)
  if (set !== undefined) found.push({ value: set, source: named!, at: -1, rank: "variable" })
  names.forEach((profileName, at) => {
    const profile = config.profile(profileName)
    if (profile === undefined || profile instanceof Failure) return
    const key = inKey(profile, name)
    // The line is what started us, where a client asks: its flags are our own.
    const line = at === 0 && asker === "client" && flags["role-arn"] === undefined ? undefined : inLine(profile)?.[name]
    if (line !== undefined) found.push({ value: line, source: `--${name} in profile "${profileName}"`, at, rank: "line" })
    if (key !== undefined) found.push({ value: key, source: `${profileKey} in profile "${profileName}"`, at, rank: "key" })
  })
  return found
}

/** A role that the client puts on top by itself, with what we print for it. */
const misplaced = ({ asker, config, path: { steps }, profile }: NarrowingInput, first: Said): RoleOverNarrowed | undefined => {
  const own = asker === "client" ? config.profile(profile) : undefined
  if (own === undefined || own instanceof Failure || !own.values.has("role_arn")) return undefined
  return steps.some((step) => step.profile === profile) ? undefined : new RoleOverNarrowed(profile, first.source)
}

// STS AssumeRole: `PolicyArns` (botocore 1.44.8), and the ARNs of managed policies, AWS's own among them.
const mostArns = 10
const policyArnShape = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[!-~]+$/

/** The managed policies that the last role is assumed with. */
export const policyArnsOf = (
  { source, value }: Said,
  hasRole: boolean,
  profile: string
): ReadonlyArray<string> | NarrowingInvalid | PolicyArnsWithoutRole => {
  if (!hasRole) return new PolicyArnsWithoutRole(source, profile)
  const arns = value.split(",").map((arn) => arn.trim()).filter((arn) => arn !== "")
  if (arns.length === 0) return new NarrowingInvalid(source, "", "the ARN of a managed policy")
  if (arns.length > mostArns) return new NarrowingInvalid(source, value, `${mostArns} ARNs of managed policies at most`)
  const odd = arns.find((arn) => arn.length < 20 || arn.length > 2048 || !policyArnShape.test(arn))
  return odd === undefined ? arns : new NarrowingInvalid(source, odd, "the ARN of a managed policy, arn:aws:iam::aws:policy/ReadOnlyAccess")
}

/** The shortest that is worth a call (seconds), and the longest that STS gives (GetScopedCredentials, `DurationSeconds`). */
const shortest = 60
const longest = 36 * 3600

/** A policy with more blanks than this is none (characters). */
const longestFile = 64 * 1024

/** The narrowing that was wanted, over a session or role that lasts so long when it is made. */
export const narrowingOf = (
  { duration, policy }: Wanted,
  { config, environment, profile }: NarrowingInput,
  parent: { readonly duration: Seconds; readonly setting: string }
): Narrowing | NarrowingSettingFailure | undefined => {
  if (policy === undefined && duration === undefined) return undefined
  const seconds = duration === undefined ? undefined : parseGoDuration(duration.value)
  if (duration !== undefined) {
    if (seconds === undefined || seconds < shortest || seconds > longest) {
      return new NarrowingInvalid(duration.source, duration.value, "a duration from 1m to 36h, such as 15m or 900")
    }
    if (seconds > parent.duration) return new ScopeTooLong(duration.source, seconds, parent.duration, parent.setting)
  }
  const read = policy === undefined ? undefined : policyOf(policy, environment, config)
  if (read instanceof Failure) return read
  return {
    ...(read === undefined ? undefined : { policy: read }),
    ...(seconds === undefined ? undefined : { duration: seconds }),
    description: descriptionOf(profile, variable(environment, "AI_AGENT"))
  }
}

const policyOf = (said: Said, environment: Environment, config: AwsConfig): FoundPolicy | NarrowingSettingFailure => {
  if (said.value.trim() === "") return new NarrowingInvalid(said.source, "", "the path of a policy")
  const home = variable(environment, "HOME")
  const file = said.value.startsWith("~/") && home !== undefined ? `${home}${said.value.slice(1)}` : said.value
  // Of all places only our own command line knows the directory that it was written in.
  if (!file.startsWith("/") && said.rank !== "flag") return new PolicyPathRelative(said.value, said.source)
  const written = config.policy(file, said.source)
  if (written instanceof Failure) return written
  return { file: said.value, written, packed: written.length > longestFile ? written : packedPolicy(written) }
}

/**
 * `ScopedSessionDescription`: 2 to 256 of these characters (botocore 1.44.8, `scopedSessionDescriptionType`). The agent
 * is named as it names itself; nothing is decided by that.
 */
const descriptionOf = (profile: string, agent: string | undefined): string => {
  let description = ""
  for (const character of `op-aws-credential-process ${profile}${agent === undefined ? "" : ` for ${agent}`}`.slice(0, 256)) {
    const taken = character >= " " && character <= "~" || character >= "\xa1" && character <= "\xff"
    description += taken ? character : "?"
  }
  return description
}
