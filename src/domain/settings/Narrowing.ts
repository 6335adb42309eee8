import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { parseGoDuration } from "../base/GoDuration.ts"
import type { Seconds } from "../base/Time.ts"
import { type FoundPolicy, packedPolicy } from "../policy/PackedPolicy.ts"
import { type FlagName, flagSpecs, type FlagValues } from "./Flags.ts"
import { NarrowingFailure } from "./NarrowingFailure.ts"
import { flagsOfLine } from "./ProfileChoice.ts"
import type { Asker, RolePath } from "./RolePath.ts"

/** What makes a session narrower than the one that it is made from. */
export interface Narrowing {
  /** Undefined where only the life is shorter. */
  readonly policy?: FoundPolicy
  /** Undefined for what the parent has left. */
  readonly duration?: Seconds
  /** Whose session it is, for CloudTrail. */
  readonly description: string
}

/** What narrows something, as far as it can be shown. */
export interface Scope {
  readonly policyFile?: string
  /** How long it lasts by itself, where that is said. */
  readonly duration?: Seconds
}

export const scopeOf = ({ duration, policy }: Pick<Narrowing, "duration" | "policy">): Scope => ({
  ...(policy === undefined ? undefined : { policyFile: policy.file }),
  ...(duration === undefined ? undefined : { duration })
})

export type NarrowingSettingFailure = ConfigFailure<"PolicyUnreadable"> | NarrowingFailure

export interface NarrowingInput {
  readonly path: RolePath
  readonly profile: string
  readonly asker: Asker
  readonly flags: FlagValues
  readonly environment: Environment
  readonly config: AwsConfig
}

/** A setting as it was written, and where, in words for an error. */
export interface Said {
  readonly value: string
  readonly source: string
  /** The profile that says it, by its place on the way; -1 for flag and environment. */
  readonly at: number
}

/** What narrows the end of a chain: the session itself, or its last role. */
export interface Wanted {
  readonly policy: Said | undefined
  readonly duration: Said | undefined
  /** Of managed policies, which the last role is assumed with. */
  readonly arns: Said | undefined
}

/** The flags that narrow. */
const narrowingFlags = ["policy", "scope-duration", "policy-arn"] as const satisfies ReadonlyArray<FlagName>

type NarrowingFlag = (typeof narrowingFlags)[number]

/** What a profile's own line says. Most say nothing of the kind, and are not read here. */
const saidInLine = (profile: Profile, name: NarrowingFlag): string | undefined =>
  profile.values.get("credential_process")?.includes(`--${name}`) === true ? flagsOfLine(profile)?.[name] : undefined

/** What a profile's key says. */
const saidInKey = (profile: Profile, name: NarrowingFlag): string | undefined => profile.values.get(flagSpecs[name].profileKey!)

/** Whether a profile's own keys, or the flags in its own line, narrow what it stands for. */
export const isNarrowed = (profile: Profile | undefined): boolean =>
  profile !== undefined && narrowingFlags.some((name) => saidInKey(profile, name) !== undefined || saidInLine(profile, name) !== undefined)

/** Finds what narrows, or why that cannot be meant. Undefined where nothing does. */
export const wantedNarrowing = (input: NarrowingInput): Wanted | NarrowingSettingFailure | undefined => {
  const [policy, duration, arns] = narrowingFlags.map((name) => said(input, name))
  const first = policy ?? duration ?? arns
  if (first === undefined) return undefined
  for (const each of [policy, duration, arns]) if (each instanceof Failure) return each
  // A role that the client puts on top by itself, with what we print for it.
  const own = input.asker === "client" ? input.config.profile(input.profile) : undefined
  return own === undefined || own instanceof Failure || !own.values.has("role_arn") ||
      input.path.steps.some((step) => step.profile === input.profile)
    ? { policy, duration, arns } as Wanted
    : NarrowingFailure.RoleOverNarrowed(input.profile, (first as Said).source)
}

/** Flag, environment, then from the profile asked for to the base profile each one's own line and its key. */
const said = (
  { asker, config, environment, flags, path: { names, steps } }: NarrowingInput,
  name: NarrowingFlag
): Said | NarrowingFailure<"NarrowedBelowRole" | "NarrowingsDisagree"> | undefined => {
  const { profileKey, variable: named } = flagSpecs[name]
  const set = named && variable(environment, named)
  let found: Said | undefined = flags[name] !== undefined
    ? { value: flags[name], source: `--${name}`, at: -1 }
    : set === undefined
    ? undefined
    : { value: set, source: named!, at: -1 }
  let byKey = false
  for (let at = 0; at < names.length; at++) {
    const profile = config.profile(names[at]!)
    if (profile === undefined || profile instanceof Failure) continue
    // The line is what started us, where a client asks: its flags are our own.
    const inLine = at > 0 || asker === "person" || flags["role-arn"] !== undefined ? saidInLine(profile, name) : undefined
    const value = inLine ?? saidInKey(profile, name)
    if (value === undefined) continue
    // Security: a role that is assumed with a narrower session is as wide as ever.
    const role = steps.find((step) => names.indexOf(step.profile) < at)
    if (role !== undefined) return NarrowingFailure.NarrowedBelowRole(role.profile, profile.name, profileKey!)
    const source = `${inLine === undefined ? profileKey : `--${name}`} in profile "${profile.name}"`
    // A client never reads the key of a profile whose line leads on to another one.
    if (byKey && found!.value !== value) return NarrowingFailure.NarrowingsDisagree(found!.source, source)
    byKey ||= found === undefined && inLine === undefined
    found ??= { value, source, at }
  }
  return found
}

/** The shortest that is worth a call (seconds), and the longest that STS gives (GetScopedCredentials, `DurationSeconds`). */
const shortest = 60
const longest = 36 * 3600

/** A policy with more blanks than this is none (characters). */
const longestFile = 64 * 1024

/**
 * The narrowing that was wanted, over a session or role that lasts so long when it is made. What can be wrong with it in
 * itself is for `narrowingTrouble` to say: nothing that is wrong was ever kept.
 */
export const narrowingOf = (
  { duration, policy }: Wanted,
  { config, environment, profile }: NarrowingInput,
  parent: { readonly duration: Seconds; readonly isRole: boolean }
): Narrowing | NarrowingSettingFailure | undefined => {
  if (policy === undefined && duration === undefined) return undefined
  const seconds = duration === undefined ? undefined : parseGoDuration(duration.value)
  if (duration !== undefined) {
    if (seconds === undefined || seconds < shortest || seconds > longest) return NarrowingFailure.NarrowingInvalid(duration, "duration")
    if (seconds > parent.duration) return NarrowingFailure.ScopeTooLong(duration.source, seconds, parent)
  }
  const found = policy === undefined ? undefined : policyOf(policy, environment, config)
  if (found instanceof Failure) return found
  return {
    ...(found === undefined ? undefined : { policy: found }),
    ...(seconds === undefined ? undefined : { duration: seconds }),
    description: descriptionOf(profile, variable(environment, "AI_AGENT"))
  }
}

const policyOf = (said: Said, environment: Environment, config: AwsConfig): FoundPolicy | NarrowingSettingFailure => {
  if (said.value === "") return NarrowingFailure.NarrowingInvalid(said, "policy")
  const home = variable(environment, "HOME")
  const file = said.value.startsWith("~/") && home !== undefined ? `${home}${said.value.slice(1)}` : said.value
  // Of all places only our own command line knows the directory that it was written in.
  if (!file.startsWith("/") && (said.at >= 0 || !said.source.startsWith("--"))) return NarrowingFailure.PolicyPathRelative(said.value, said.source)
  const written = config.policy(file, said.source)
  if (written instanceof Failure) return written
  return { file: said.value, path: file, written, packed: written.length > longestFile ? written : packedPolicy(written) }
}

/** The managed policies that the last role is assumed with. */
export const policyArnsOf = (
  said: Said,
  hasRole: boolean,
  profile: string
): ReadonlyArray<string> | NarrowingFailure<"PolicyArnsWithoutRole"> =>
  hasRole ? said.value.split(",").map((arn) => arn.trim()) : NarrowingFailure.PolicyArnsWithoutRole(said.source, profile)

/**
 * `ScopedSessionDescription`: 2 to 256 of these characters (botocore 1.44.8, `scopedSessionDescriptionType`). The agent
 * is named as it names itself; nothing is decided by that.
 */
const descriptionOf = (profile: string, agent: string | undefined): string => {
  let description = ""
  for (const character of `op-aws-credential-process ${profile}${agent === undefined ? "" : ` for ${agent}`}`) {
    const code = character.codePointAt(0)!
    description += code >= 0x20 && code <= 0x7e || code >= 0xa1 && code <= 0xff ? character : "?"
  }
  return description.slice(0, 256)
}
