import type { AwsConfig, Profile } from "../domain/aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../domain/aws-config/ConfigFailure.ts"
import { splitCredentialProcess } from "../domain/aws-config/CredentialProcessLine.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { dividedFlags } from "../domain/settings/CanonicalLine.ts"
import { flagsOfLine, isOurs } from "../domain/settings/ProfileChoice.ts"
import { type AwsVaultLine, awsVaultLine, exportedProfile, opLine } from "./OtherLines.ts"

/** What a profile is before it is set up. */
export type PresentProfile =
  /** There is none of this name. */
  | { readonly kind: "new"; readonly name: string }
  /** It gets no credentials from anywhere. */
  | { readonly kind: "open"; readonly name: string; readonly profile: Profile }
  /** This program's, or the Go program's, with the flags of its line. */
  | { readonly kind: "ours"; readonly name: string; readonly profile: Profile; readonly flags: FlagValues }
  | { readonly kind: "aws-vault"; readonly name: string; readonly profile: Profile; readonly line: AwsVaultLine }
  /** Its line has aws-vault assume the role of another profile, whose key is in the profile `base`. */
  | {
    readonly kind: "aws-vault-role"
    readonly name: string
    readonly profile: Profile
    readonly line: AwsVaultLine
    readonly base: string
  }
  /** Its line asks `op` for a key, by itself or in a script, or prints the credentials of another profile. */
  | { readonly kind: "op"; readonly name: string; readonly profile: Profile; readonly said: ReadonlyMap<string, string> }
  /** It has a key in plaintext, and nothing else. */
  | { readonly kind: "plaintext"; readonly name: string; readonly profile: Profile }
  /** It gets credentials by another program. */
  | { readonly kind: "process"; readonly name: string; readonly profile: Profile; readonly program: string }
  /** It gets credentials in a way that has nothing to do with a key in 1Password: it is left alone. */
  | { readonly kind: "foreign"; readonly name: string; readonly profile: Profile; readonly because: string }

/** Those that can be set up. */
export type OpenProfile = Exclude<PresentProfile, { readonly kind: "foreign" }>

export const presentProfile = (config: AwsConfig, name: string): PresentProfile | ConfigFailure<"ConfigLineUnreadable"> => {
  const profile = config.profile(name)
  if (profile instanceof Failure) return profile
  if (profile === undefined) return { kind: "new", name }
  const because = foreign(profile)
  if (because !== undefined) return { kind: "foreign", name, profile, because }
  if (isOurs(profile)) {
    const flags = flagsOfLine(profile) ?? {}
    return flags.profile === undefined || flags.profile === name
      ? { kind: "ours", name, profile, flags }
      : { kind: "foreign", name, profile, because: `runs this program for profile ${flags.profile}` }
  }
  const line = profile.values.get("credential_process")
  if (line !== undefined) {
    const words = splitCredentialProcess(line) ?? [line]
    const asked = opLine(line) ?? exported(config, name, words)
    if (asked instanceof Failure) return asked
    if (typeof asked === "string") return { kind: "foreign", name, profile, because: asked }
    if (asked !== undefined) return { kind: "op", name, profile, said: asked }
    const vault = awsVaultLine(words)
    if (vault === undefined) return { kind: "process", name, profile, program: words[0] ?? line }
    const base = baseOf(config, vault.named)
    return base === vault.named || base === name
      ? { kind: "aws-vault", name, profile, line: vault }
      : { kind: "aws-vault-role", name, profile, line: vault, base }
  }
  return { kind: hasPlaintextKey(profile) ? "plaintext" : "open", name, profile }
}

/**
 * What a line of `aws configure export-credentials` takes over from the profile that it names, or why it has nothing to do
 * with a key of its own.
 */
const exported = (
  config: AwsConfig,
  name: string,
  words: ReadonlyArray<string>
): ReadonlyMap<string, string> | string | undefined | ConfigFailure<"ConfigLineUnreadable"> => {
  const named = exportedProfile(words)
  if (named === undefined) return undefined
  const source = named === name ? undefined : config.profile(named)
  if (source instanceof Failure) return source
  const because = source && (foreign(source) ?? (source.values.has("login_session") ? "signs in by `aws login`" : undefined))
  if (because !== undefined) return `prints the credentials of profile ${named}, which ${because}`
  return new Map([...source?.values ?? []].filter(([key]) => key === "region" || key === "mfa_serial" || key === "mfa_process"))
}

/** Whether a profile has a key that AWS's clients use before anything that a program prints. */
export const hasPlaintextKey = ({ values }: Profile): boolean => values.has("aws_secret_access_key")

/** Why a profile has nothing to do with a key of its own, completing "it …". */
const foreign = ({ values }: Profile): string | undefined => {
  const source = values.get("source_profile")
  return [...values.keys()].some((key) => key.startsWith("sso_"))
    ? "signs in by IAM Identity Center (SSO)"
    : values.has("login_session")
    ? "signs in with `aws login` (login_session), which the AWS CLI, boto3 and Go take before any credential_process"
    : values.has("role_arn") && source !== undefined
    ? `is a role over profile ${source}`
    : values.has("role_arn")
    ? "is a role"
    : values.has("web_identity_token_file")
    ? "signs in by a web identity"
    : undefined
}

/** As many as this program follows; whoever looks at all profiles follows each of their chains. */
const mostRoles = 50

/** The profile that has the key, below all roles: the one that is named, where it is no role. */
const baseOf = (config: AwsConfig, named: string): string => {
  const seen = new Set<string>()
  for (let name = named;;) {
    const profile = config.profile(name)
    const source = profile === undefined || profile instanceof Failure || !profile.values.has("role_arn")
      ? undefined
      : profile.values.get("source_profile")
    if (source === undefined || seen.has(source) || seen.size === mostRoles) return name
    seen.add(name)
    name = source
  }
}

/** The keys that aws-vault has kept for these profiles and that no other one needs, by its names for them. */
export const idleAwsVaultKeys = (config: AwsConfig, profiles: ReadonlyArray<string>): ReadonlyArray<string> => {
  const keyOf = (name: string): string | undefined => {
    const present = presentProfile(config, name)
    return present instanceof Failure || present.kind !== "aws-vault" && present.kind !== "aws-vault-role"
      ? undefined
      : baseOf(config, present.line.named)
  }
  const idle = new Set(profiles)
  const needed = new Set(config.profileNames().filter((name) => !idle.has(name)).map(keyOf))
  return [...new Set(profiles.map(keyOf))].filter((key): key is string => key !== undefined && !needed.has(key))
}

/**
 * The profiles with a role over this one that name an MFA device: the session of a key in 1Password has MFA already,
 * and clients would ask for a second code, or fail.
 */
export const rolesWithDevice = (config: AwsConfig, name: string): ReadonlyArray<Profile> =>
  config.profileNames().flatMap((other) => {
    const profile = config.profile(other)
    return other === name || profile === undefined || profile instanceof Failure ||
        profile.values.get("source_profile") !== name || !profile.values.has("role_arn") ||
        !profile.values.has("mfa_serial")
      ? []
      : [profile]
  })

/** What a person is told of a profile when they choose one. */
export const profileDetail = (present: PresentProfile): string => {
  switch (present.kind) {
    case "new":
      return "new"
    case "open":
      return "without credentials"
    case "ours":
      return "set up already"
    case "aws-vault":
    case "aws-vault-role":
      return "aws-vault, to be replaced"
    case "op":
      return "a line of its own with `op` or `aws`, to be replaced"
    case "plaintext":
      return "a key in plaintext"
    case "process":
      return "another program's"
    case "foreign":
      return present.because
  }
}

const order: ReadonlyArray<PresentProfile["kind"]> = ["ours", "aws-vault", "aws-vault-role", "op", "plaintext", "open", "process"]

/** The profiles that can be set up, those first that wait for it most; and those that are left alone. */
export const offeredProfiles = (
  config: AwsConfig,
  inUse: string | undefined
): { readonly open: ReadonlyArray<OpenProfile>; readonly foreign: ReadonlyArray<PresentProfile & { kind: "foreign" }> } => {
  const all = config.profileNames().flatMap((name) => {
    const present = presentProfile(config, name)
    return present instanceof Failure ? [] : [present]
  })
  const rank = ({ kind, name }: PresentProfile): number => name === inUse ? -1 : order.indexOf(kind)
  return {
    open: all.filter((one) => one.kind !== "foreign").toSorted((one, other) => rank(one) - rank(other)),
    foreign: all.filter((one) => one.kind === "foreign")
  }
}

/** The flags of the line that a profile has: those that its keys can say, and those that only a line can. */
export const lineFlags = (present: PresentProfile): ReturnType<typeof dividedFlags> =>
  present.kind === "ours" ? dividedFlags(present.flags) : { moved: [], stay: [] }

/** What the profile says already, of whatever form: its keys, the flags of its line before them. */
export const presentSettings = (config: AwsConfig, present: PresentProfile): ReadonlyMap<string, string> => {
  if (present.kind === "new") return new Map()
  const own = present.profile.values
  if (present.kind === "ours") return new Map([...own, ...lineFlags(present).moved])
  if (present.kind === "op") return new Map([...present.said, ...own])
  if (present.kind !== "aws-vault") return own
  const other = present.line.named === present.name ? undefined : config.profile(present.line.named)
  const inherited = other === undefined || other instanceof Failure ? [] : [...other.values]
  return new Map([
    ...inherited.filter(([key]) => key === "region" || key === "mfa_serial" || key === "mfa_process"),
    ...own,
    ...present.line.duration === undefined ? [] : [["op_duration", present.line.duration] as const]
  ])
}
