import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { Failure } from "../base/Failure.ts"
import { parseCommandLine } from "./CommandLine.ts"
import { type FlagValues, type RoleFlag, roleFlags } from "./Flags.ts"
import { argumentsOfLine, isOurs } from "./ProfileChoice.ts"
import { type ProfileNames, RoleFailure } from "./RoleFailure.ts"

/**
 * Who asks for a profile. `"client"`: the root command, which AWS's clients run to get what the profile's role, if it
 * has one, is then assumed with. `"person"`: a sub-command, for which a profile is all that a client makes of it.
 */
export type Asker = "client" | "person"

/** A setting as it was written, and where, in words for an error. */
export interface Given {
  readonly value: string
  readonly source: string
}

/** One role of a chain, not looked at yet. */
export interface RoleStep {
  /** Whose role it is, and whose keys say how to reach STS. */
  readonly profile: string
  /** The keys that speak of this role. */
  readonly keys: ReadonlyMap<string, string>
  /** What flags say of it; they go before the keys. */
  readonly given: { readonly [Name in RoleFlag]?: Given }
}

/** The way from a profile to the key in 1Password. */
export interface RolePath {
  /** From the profile asked for to the one whose keys name the item. */
  readonly names: ProfileNames
  /** What `credential_process` lines on the way say about the session; flags and environment go before it. */
  readonly line: FlagValues
  /** The roles, to be assumed in this order. */
  readonly steps: ReadonlyArray<RoleStep>
}

export type RolePathFailure =
  | ConfigFailure<"ConfigLineUnreadable">
  | RoleFailure<"ProcessLineUnusable" | "RoleChainTooDeep" | "RoleLoop" | "RoleMissing" | "RoleProfileMissing" | "RoleSourceForeign">

export interface RolePathInput {
  readonly profile: string
  readonly asker: Asker
  /** What was written on our own command line. */
  readonly flags: FlagValues
  readonly config: AwsConfig
}

/** From one profile to the next, and in roles to be assumed. */
const mostHops = 50

/** The next profile on the way. What follows it goes no deeper than this allows. */
const onTo = (names: ProfileNames, next: string): ProfileNames | RoleFailure<"RoleLoop" | "RoleChainTooDeep"> => {
  const further = [...names, next]
  if (names.includes(next)) return RoleFailure.RoleLoop(further)
  return names.length > mostHops ? RoleFailure.RoleChainTooDeep(further, mostHops) : further
}

/** Follows `source_profile`, and `--profile` in the `credential_process` lines that run us, to the base profile. */
export const rolePath = ({ asker, config, flags, profile }: RolePathInput): RolePath | RolePathFailure => {
  const found = asker === "client"
    ? commanded(config, [profile], flags, "")
    : reachedBy(config, [profile], flags)
  return found instanceof Failure || found.steps.length <= mostHops ? found : RoleFailure.RoleChainTooDeep(found.names, mostHops)
}

/** What a profile stands for, with what a person's flags say of its last role. */
const reachedBy = (config: AwsConfig, names: ProfileNames, flags: FlagValues): RolePath | RolePathFailure => {
  const found = reached(config, names, flags["role-arn"] === undefined)
  return found instanceof Failure ? found : withRoleFlags(found, names, config.profile(names[0]!), flags, "")
}

/**
 * What a command line of ours prints for the last of `names`. A line that names the item itself is for that item's
 * session, as in the Go program, whose users have no other. `place` says where the flags were written.
 */
const commanded = (
  config: AwsConfig,
  names: ProfileNames,
  flags: FlagValues,
  place: string
): RolePath | RolePathFailure => {
  const profile = config.profile(names.at(-1)!)
  if (profile instanceof Failure) return profile
  if (profile === undefined && names.length > 1) return RoleFailure.RoleProfileMissing(names, config.configPath)
  const printed = flags["op-item"] === undefined && profile !== undefined && isRoleToUs(profile)
    ? throughSource(config, names, profile)
    : session(names, flags["role-arn"] === undefined ? {} : lineOf(names, profile))
  return printed instanceof Failure ? printed : withRoleFlags(printed, names, profile, flags, place)
}

const session = (
  names: ProfileNames, line: FlagValues | RoleFailure<"ProcessLineUnusable">
): RolePath | RoleFailure<"ProcessLineUnusable"> =>
  line instanceof Failure ? line : { names, line, steps: [] }

/**
 * Whether the root command assumes this profile's role. One over the profile's own `credential_process` the client
 * assumes itself: Go where there is a `role_arn` alone, Rust where `source_profile` names the profile itself.
 */
const isRoleToUs = ({ name, values }: Profile): boolean => {
  const source = values.get("source_profile")
  return values.has("role_arn") && source !== undefined && (source !== name || !values.has("credential_process"))
}

/**
 * What the last of `names` stands for where another profile or a person names it: what its own line prints, or its
 * keys say, and then its role, whoever would assume that. Without `lineRole` a role in its line is passed over.
 */
const reached = (config: AwsConfig, names: ProfileNames, lineRole = true): RolePath | RolePathFailure => {
  const name = names.at(-1)!
  const profile = config.profile(name)
  if (profile instanceof Failure) return profile
  if (profile === undefined) {
    return names.length > 1 ? RoleFailure.RoleProfileMissing(names, config.configPath) : session(names, {})
  }
  const isRole = profile.values.has("role_arn")
  const source = profile.values.get("source_profile")
  if (isRole && source !== undefined && source !== name) return throughSource(config, names, profile)
  if (!isOurs(profile)) {
    if (isRole && source === name) return ownSourceUnusable(names, profile)
    const foreign = foreignSource(profile)
    if (names.length > 1 || isRole && foreign !== undefined) return RoleFailure.RoleSourceForeign(names, foreign)
  }
  const line = lineOf(names, profile)
  if (line instanceof Failure) return line
  const said = lineRole ? line : withoutRole(line)
  const printed = printedBy(config, names, profile, said)
  if (printed instanceof Failure || !isRole) return printed
  return { ...printed, steps: [...printed.steps, stepOf(profile)] }
}

/** What a profile's own line prints: for the profile that it names, else for this one. */
const printedBy = (
  config: AwsConfig,
  names: ProfileNames,
  profile: Profile,
  line: FlagValues
): RolePath | RolePathFailure => {
  const place = ` in profile "${profile.name}"`
  const named = line.profile
  if (named === undefined || named === profile.name) {
    return withRoleFlags({ names, line, steps: [] }, names, profile, line, place)
  }
  const further = onTo(names, named)
  if (further instanceof Failure) return further
  const printed = commanded(config, further, line, place)
  return printed instanceof Failure ? printed : { ...printed, line: { ...printed.line, ...line } }
}

/** A role that `source_profile` leads on from. Another source beside that one is an error for AWS's clients too. */
const throughSource = (config: AwsConfig, names: ProfileNames, profile: Profile): RolePath | RolePathFailure => {
  const source = profile.values.get("source_profile")!
  const rival = rivalSource(profile)
  if (rival !== undefined) return RoleFailure.RoleSourceForeign(names, rival)
  const further = source === profile.name ? names : onTo(names, source)
  if (further instanceof Failure) return further
  const before = further !== names
    ? reached(config, further)
    : isOurs(profile)
    ? session(names, {})
    : ownSourceUnusable(names, profile)
  return before instanceof Failure ? before : { ...before, steps: [...before.steps, stepOf(profile)] }
}

/** A role that is to be assumed with the profile's own credentials, which we do not have. */
const ownSourceUnusable = (names: ProfileNames, profile: Profile): RoleFailure<"RoleLoop" | "RoleSourceForeign"> => {
  const foreign = foreignSource(profile)
  return foreign === undefined ? RoleFailure.RoleLoop([...names, profile.name]) : RoleFailure.RoleSourceForeign(names, foreign)
}

const stepOf = (profile: Profile): RoleStep => ({ profile: profile.name, keys: profile.values, given: {} })

/**
 * With `--role-arn`, one role more on top, which the profile's keys speak of unless it has a role of its own; without,
 * the last role changed as the other flags say.
 */
const withRoleFlags = (
  path: RolePath,
  names: ProfileNames,
  profile: Profile | Failure | undefined,
  flags: FlagValues,
  place: string
): RolePath | RoleFailure<"RoleMissing"> => {
  const given: { [Name in RoleFlag]?: Given } = {}
  for (const name of roleFlags) {
    const value = flags[name]
    if (value !== undefined) given[name] = { value, source: `--${name}${place}` }
  }
  if (Object.keys(given).length === 0) return path
  const last = path.steps.at(-1)
  if (given["role-arn"] === undefined) {
    return last === undefined
      ? RoleFailure.RoleMissing(path.names, Object.values(given).map(({ source }) => source))
      : { ...path, steps: [...path.steps.slice(0, -1), { ...last, given: { ...last.given, ...given } }] }
  }
  const hasOwn = profile === undefined || profile instanceof Failure || profile.values.has("role_arn")
  return { ...path, steps: [...path.steps, { profile: names.at(-1)!, keys: hasOwn ? noKeys : profile.values, given }] }
}

const noKeys: ReadonlyMap<string, string> = new Map()

/** The flags in the profile's own `credential_process`; none when it runs another program, or nothing. */
const lineOf = (names: ProfileNames, profile: Profile | undefined): FlagValues | RoleFailure<"ProcessLineUnusable"> => {
  const words = profile === undefined ? undefined : argumentsOfLine(profile)
  return words === undefined ? {} : parseCommandLine(words) ?? RoleFailure.ProcessLineUnusable(names)
}

const withoutRole = (line: FlagValues): FlagValues =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !roleFlags.some((ofRole) => ofRole === name)))

/** Where a role gets its caller's credentials from instead of `source_profile`. */
const rivalSource = ({ values }: Profile): string | undefined =>
  values.has("credential_source")
    ? "from where this machine runs (credential_source)"
    : values.has("web_identity_token_file")
    ? "from a web identity (web_identity_token_file)"
    : undefined

const foreignSource = (profile: Profile): string | undefined => {
  const { values } = profile
  const sso = [...values.keys()].find((key) => key.startsWith("sso_"))
  return rivalSource(profile) ??
    (values.has("login_session")
      ? "from a sign-in with `aws login` (login_session)"
      : sso !== undefined
      ? `from IAM Identity Center (${sso})`
      : values.has("credential_process")
      ? "from another program (credential_process)"
      : values.has("aws_access_key_id")
      ? "from a key in AWS's own files (aws_access_key_id)"
      : undefined)
}
