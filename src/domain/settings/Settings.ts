import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { isRegionOf, partitionOfArn } from "../aws/Region.ts"
import { type ConfiguredSts, configuredSts } from "../aws/StsTarget.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { formatDuration, parseGoDuration } from "../base/GoDuration.ts"
import { consistsOf } from "../base/Printable.ts"
import { SettingFailure } from "../base/SettingFailure.ts"
import type { Seconds } from "../base/Time.ts"
import { cacheDirectory } from "./CacheDirectory.ts"
import { type FlagName, flagSpecs, type FlagValues } from "./Flags.ts"
import { isNarrowed } from "./Narrowing.ts"
import { wholeAddress } from "../onepassword/ItemAddress.ts"
import { UsageFailure } from "./UsageFailure.ts"

export type MfaSource = "auto" | "process" | "otp" | "prompt" | "none"
export type PromptPlace = "auto" | "tty" | "gui" | "none"
export type CacheKind = "file" | "keyring" | "none"
export type LogLevel = "error" | "warning" | "info" | "debug"

/** Everything that one session is made from, checked as far as it can be before anybody is asked. */
export interface Settings {
  readonly profile: string
  /** The name that its session is kept under, where that is not the profile's: see `keptName`. */
  readonly keptAs?: string
  readonly vault: string
  readonly item: string
  readonly account?: string
  readonly accessKeyIdField: string
  readonly secretAccessKeyField: string
  /** Undefined where the item's only one-time password, or the one with the usual label, is meant. */
  readonly otpField?: string
  readonly mfaSerialField: string
  readonly cliPath: string
  readonly duration: Seconds
  readonly mfa: MfaSource
  /** The configured device; undefined when the item may say it. */
  readonly mfaSerial?: string
  readonly mfaProcess?: string
  readonly prompt: PromptPlace
  /** For everything together; undefined where nobody minds how long it takes. */
  readonly timeout?: Seconds
  readonly cache: CacheKind
  /** Undefined when the environment names no place at all. */
  readonly cacheDirectory?: string
  readonly refresh: boolean
  readonly logLevel: LogLevel
  readonly sts: ConfiguredSts
  /** What the profile itself says, whatever the environment says for this one call. */
  readonly profileRegion?: string
}

export interface SettingsInput {
  readonly profile: string
  /** What was written on our own command line. */
  readonly flags: FlagValues
  /** The flags in the profile's own `credential_process` line, where that is not what started us. */
  readonly lineFlags?: FlagValues
  readonly environment: Environment
  readonly config: AwsConfig
  /** The device that the role over this profile names, and where: used when nothing else names one. */
  readonly roleSerial?: { readonly value: string; readonly source: string }
  /** The same of the command that prints its codes. */
  readonly roleProcess?: { readonly value: string; readonly source: string }
}

export type SettingsFailure =
  | ConfigFailure<"ConfigLineUnreadable">
  | UsageFailure<"RegionInOtherPartition" | "SettingMissing">
  | SettingFailure<"SettingInvalid" | "SettingsDisagree">

/** A setting as it was found. */
export interface Found {
  readonly value: string
  /** Where it was written, in words for an error. */
  readonly source: string
  /** The place's rank: 0 is the command line, `defaultRank` the default. */
  readonly rank: number
}

/** The rank of a value that nobody has set. */
export const defaultRank = 4

/**
 * What a `credential_process` line says of the one call that it makes, for a client that may have no terminal and little
 * patience: it is nothing to a call that a person makes.
 */
const ofTheCall: ReadonlyArray<FlagName> = ["mfa-prompt", "no-prompt", "timeout", "refresh", "log-level"]

/** What a setting is looked up in. */
export type LookUpInput = Pick<SettingsInput, "environment" | "flags" | "lineFlags" | "profile">

/** Looks a setting up: flag, environment, the profile's own `credential_process` line, the profile's key, default. */
export const lookUp = (input: LookUpInput, profile: Profile | undefined, name: FlagName): Found | undefined => {
  const spec = flagSpecs[name]
  const flag = input.flags[name]
  if (flag !== undefined) return { value: flag, source: `--${name}`, rank: 0 }
  const set = spec.variable === undefined ? undefined : variable(input.environment, spec.variable)
  if (set !== undefined) return { value: set, source: spec.variable!, rank: 1 }
  const inLine = ofTheCall.includes(name) ? undefined : input.lineFlags?.[name]
  if (inLine !== undefined) return { value: inLine, source: `--${name} in profile "${input.profile}"`, rank: 2 }
  const key = spec.profileKey === undefined ? undefined : profile?.values.get(spec.profileKey)
  if (key !== undefined && key !== "") return { value: key, source: `${spec.profileKey} in profile "${input.profile}"`, rank: 3 }
  return spec.default === undefined ? undefined : { value: spec.default, source: `the default of --${name}`, rank: defaultRank }
}

const shortestSession = 15 * 60
const longestSession = 36 * 3600
const longestTimeout = 24 * 3600

// contract: STS SerialNumber is 9-256 of these (botocore/data/sts/2011-06-15/service-2.json).
const serialCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=/:,.@-"

const isSerial = (text: string): boolean => text.length >= 9 && text.length <= 256 && consistsOf(text, serialCharacters)

/** Resolves and checks all settings of a profile that ends at an item in 1Password. */
export const resolveSettings = (input: SettingsInput): Settings | SettingsFailure => {
  const profile = input.config.profile(input.profile)
  if (profile instanceof Failure) return profile
  const found = (name: FlagName) => lookUp(input, profile, name)

  const place = itemPlace(found("op-vault"), found("op-item"), found("op-account"), input, profile)
  if (place instanceof Failure) return place
  const duration = length(found("duration")!, shortestSession, longestSession)
  if (duration instanceof Failure) return duration
  const timeout = timeLimit(found("timeout")!)
  if (timeout instanceof Failure) return timeout
  const mfa = choice<MfaSource>(found("mfa")!, "mfa")
  if (mfa instanceof Failure) return mfa
  const prompt = choice<PromptPlace>(found("mfa-prompt")!, "mfa-prompt")
  if (prompt instanceof Failure) return prompt
  const cache = choice<CacheKind>(found("cache")!, "cache")
  if (cache instanceof Failure) return cache
  const logLevel = choice<LogLevel>(found("log-level")!, "log-level")
  if (logLevel instanceof Failure) return logLevel
  const cliPath = programPath(found("op-cli-path")!)
  if (cliPath instanceof Failure) return cliPath
  const accessKeyIdField = notEmpty(found("op-access-key-id-field")!)
  if (accessKeyIdField instanceof Failure) return accessKeyIdField
  const secretAccessKeyField = notEmpty(found("op-secret-access-key-field")!)
  if (secretAccessKeyField instanceof Failure) return secretAccessKeyField
  const otp = found("op-otp-field")
  const otpField = otp === undefined ? undefined : notEmpty(otp)
  if (otpField instanceof Failure) return otpField
  const mfaSerialField = notEmpty(found("op-mfa-serial-field")!)
  if (mfaSerialField instanceof Failure) return mfaSerialField
  const serial = found("mfa-serial") ?? input.roleSerial
  if (serial !== undefined && !isSerial(serial.value)) {
    return SettingFailure.SettingInvalid(
      serial.source, serial.value, "an MFA device: arn:aws:iam::<account>:mfa/<user>, or a hardware serial"
    )
  }
  const sts = configuredSts({ profile, config: input.config, environment: input.environment })
  if (sts instanceof Failure) return sts

  const process = found("mfa-process") ?? input.roleProcess
  if (process !== undefined && process.value.trim() === "") {
    return SettingFailure.SettingInvalid(process.source, process.value, "a command that prints an MFA code")
  }
  const mfaProcess = process?.value
  const directory = cacheDirectory(input.environment)
  const profileRegion = profile?.values.get("region")
  const elsewhere = mfa === "none" || serial === undefined ? undefined : regionElsewhere(input.profile, profileRegion, serial)
  if (elsewhere !== undefined) return elsewhere
  return {
    profile: input.profile,
    ...(isNarrowed(profile) ? { keptAs: wholeName(input.profile) } : undefined),
    ...place,
    accessKeyIdField,
    secretAccessKeyField,
    ...(otpField === undefined ? undefined : { otpField }),
    mfaSerialField,
    cliPath,
    duration,
    mfa,
    ...(mfa === "none" || serial === undefined ? undefined : { mfaSerial: serial.value }),
    ...(mfaProcess === undefined ? undefined : { mfaProcess }),
    prompt: noPrompt(found("no-prompt")) ? "none" : prompt,
    timeout,
    cache,
    ...(directory === undefined ? undefined : { cacheDirectory: directory }),
    refresh: found("refresh") !== undefined,
    logLevel,
    sts,
    ...(profileRegion === undefined || profileRegion === "" ? undefined : { profileRegion })
  }
}

/**
 * Security: the session of a profile that is to be narrowed never rests under the profile's own name, where the Go
 * program would find it and hand it out whole. No profile is called like this: half a character is in no UTF-8 text.
 */
const ofNarrowed = "\ud800whole"

/** The name that the whole session of a narrowed profile is kept under. */
export const wholeName = (profile: string): string => `${profile}${ofNarrowed}`

/** The names that a profile's session may be kept under. */
export const keptNames = (profile: string): ReadonlyArray<string> => [profile, wholeName(profile)]

/** The profile that a session is kept for, by the name that it is kept under. */
export const profileOfKept = (name: string): string => name.endsWith(ofNarrowed) ? name.slice(0, -ofNarrowed.length) : name

/** The name that a session is kept under: the profile's, unless that is to be narrowed. */
export const keptName = ({ keptAs, profile }: Pick<Settings, "keptAs" | "profile">): string => keptAs ?? profile

/** Why a profile's own region cannot be where this device is. */
export const regionElsewhere = (
  profile: string,
  region: string | undefined,
  serial: { readonly value: string; readonly source: string }
): UsageFailure<"RegionInOtherPartition"> | undefined => {
  const partition = partitionOfArn(serial.value)
  return region === undefined || region === "" || partition === undefined || isRegionOf(region, partition)
    ? undefined
    : UsageFailure.RegionInOtherPartition(profile, region, serial.source, partition)
}

interface Place {
  readonly vault: string
  readonly item: string
  readonly account?: string
}

const itemPlace = (
  vault: Found | undefined,
  item: Found | undefined,
  account: Found | undefined,
  input: SettingsInput,
  profile: Profile | undefined
): Place | SettingsFailure => {
  if (item === undefined || item.value === "") {
    return UsageFailure.SettingMissing("1Password item", "op-item", "OP_AWS_ITEM", "op_item", input, profile)
  }
  const address = wholeAddress(item, { account, vault })
  if (address !== undefined) return address
  if (vault === undefined || vault.value === "") {
    return UsageFailure.SettingMissing("1Password vault", "op-vault", "OP_AWS_VAULT", "op_vault", input, profile)
  }
  return { vault: vault.value, item: item.value, ...(account === undefined ? undefined : { account: account.value }) }
}

const length = (found: Found, shortest: Seconds, longest: Seconds): Seconds | SettingFailure<"SettingInvalid"> => {
  const parsed = parseGoDuration(found.value)
  return parsed === undefined || parsed < shortest || parsed > longest
    ? SettingFailure.SettingInvalid(
      found.source,
      found.value,
      `a duration from ${formatDuration(shortest)} to ${formatDuration(longest)}, such as 1h30m or 5400`
    )
    : parsed
}

/** How long everything together may take. */
const timeLimit = (found: Found): Seconds | SettingFailure<"SettingInvalid"> => length(found, 1, longestTimeout)

/**
 * The same before a profile has been looked at, which has no say in it. Undefined where nobody minds: a `patient`
 * command has no limit by itself, and one that is no duration is complained of with all the other settings.
 */
export const timeLimitOf = (
  { environment, flags }: Pick<SettingsInput, "environment" | "flags">,
  patient: boolean
): Seconds | undefined => {
  const found = lookUp({ environment, flags, profile: "" }, undefined, "timeout")!
  const limit = patient && found.rank === defaultRank ? undefined : timeLimit(found)
  return limit instanceof Failure ? undefined : limit
}

const choice = <A extends string>(found: Found, name: FlagName): A | SettingFailure<"SettingInvalid"> => {
  const choices = flagSpecs[name].choices!
  return choices.includes(found.value)
    ? found.value as A
    : SettingFailure.SettingInvalid(found.source, found.value, `one of ${choices.join(", ")}`)
}

const notEmpty = (found: Found): string | SettingFailure<"SettingInvalid"> =>
  found.value.trim() === "" ? SettingFailure.SettingInvalid(found.source, found.value, "the name of a field") : found.value

/**
 * A program named by the environment or by a profile is absolute or a bare name for PATH: a relative path would mean
 * another program in every directory.
 */
export const programPath = (found: Found): string | SettingFailure<"SettingInvalid"> => {
  if (found.value === "") return SettingFailure.SettingInvalid(found.source, found.value, "the path of the 1Password CLI")
  return found.rank === 0 || !found.value.includes("/") || found.value.startsWith("/")
    ? found.value
    : SettingFailure.SettingInvalid(found.source, found.value, "an absolute path or a bare name")
}

const noPrompt = (found: Found | undefined): boolean =>
  found !== undefined && !["0", "false", "no", "off"].includes(found.value.toLowerCase())
