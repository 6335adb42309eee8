import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { parseCommandLine } from "./CommandLine.ts"
import type { FlagValues } from "./Flags.ts"
import { argumentsOfOurs, ourName, quotingMarks, splitCredentialProcess } from "../aws-config/CredentialProcessLine.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { UsageFailure } from "./UsageFailure.ts"

export interface ProfileChoiceInput {
  /** `--profile`, where it was given. */
  readonly named: string | undefined
  /** Our whole command line, to find the profile that it stands in. */
  readonly words: ReadonlyArray<string>
  readonly environment: Environment
  readonly config: AwsConfig
}

export type ProfileChoiceFailure = ConfigFailure<"ConfigLineUnreadable"> | UsageFailure<"AmbiguousProfile" | "UnknownProfile">

/**
 * Which profile a call without a sub-command is for: the one named; else `default` when that has an `mfa_serial`, as
 * in the Go program; else the one profile whose `credential_process` line is the one that started us; else
 * `AWS_PROFILE` when that profile is ours; else `default`, which flags and environment may complete.
 */
export const chooseProfile = (input: ProfileChoiceInput): string | ProfileChoiceFailure => {
  const { config, environment, named } = input
  if (named !== undefined) return known(config, named)
  const usual = config.profile("default")
  if (usual instanceof Failure) return usual
  if (usual?.values.get("mfa_serial")) return "default"
  const started = profilesOfLine(config, input.words)
  if (started.length === 1) return started[0]!
  const preferred = variable(environment, "AWS_PROFILE")
  if (preferred !== undefined && isOurs(config.profile(preferred))) return preferred
  return started.length > 1 ? UsageFailure.AmbiguousProfile(started) : "default"
}

/** Which profile a sub-command is for: the one named, else `AWS_PROFILE`, else `default`. */
export const chooseNamedProfile = (
  config: AwsConfig,
  environment: Environment,
  named: string | undefined
): string | ProfileChoiceFailure => known(config, named ?? variable(environment, "AWS_PROFILE") ?? "default")

/** A profile is ours when it names a vault or an item, or when its `credential_process` runs this program. */
export const isOurs = (profile: Profile | Failure | undefined): boolean =>
  profile !== undefined && !(profile instanceof Failure) &&
  (profile.values.has("op_vault") || profile.values.has("op_item") || argumentsOfLine(profile) !== undefined)

/** The words after our program's name in a profile's `credential_process`; undefined when it runs something else. */
export const argumentsOfLine = (profile: Profile): ReadonlyArray<string> | undefined => {
  const line = profile.values.get("credential_process")
  const words = line === undefined ? undefined : splitCredentialProcess(line)
  return words === undefined ? undefined : argumentsOfOurs(words)
}

/** The flags there; undefined where the line runs something else, or is none of ours. */
export const flagsOfLine = (profile: Profile): FlagValues | undefined => {
  const words = argumentsOfLine(profile)
  return words === undefined ? undefined : parseCommandLine(words)
}

/** A profile that no file has is an error only where there is a file: flags and environment may say everything. */
const known = (
  config: AwsConfig, name: string
): string | ConfigFailure<"ConfigLineUnreadable"> | UsageFailure<"UnknownProfile"> => {
  const profile = config.profile(name)
  if (profile instanceof Failure) return profile
  const names = profile === undefined ? config.profileNames() : []
  return names.length > 0 ? UsageFailure.UnknownProfile(name, config) : name
}

/**
 * The profiles whose line runs us with these words. A word stands in the line as it is, unless something is quoted
 * there, so that most profiles need not be read; a second look puts several in the order of the file.
 */
const profilesOfLine = (config: AwsConfig, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const startsUs = (name: string): boolean => {
    const profile = config.profile(name)
    if (profile === undefined || profile instanceof Failure) return false
    const ours = argumentsOfLine(profile)
    return ours !== undefined && ours.length === words.length && ours.every((word, index) => word === words[index])
  }
  const found = new Set<string>()
  for (const mentioned of [[ourName, ...words], ...quotingMarks.map((mark) => [mark])]) {
    for (const name of config.profileNamesMentioning(mentioned)) if (!found.has(name) && startsUs(name)) found.add(name)
  }
  return found.size < 2 ? [...found] : config.profileNames().filter((name) => found.has(name))
}
