import type { AwsConfig } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { type ConfiguredSts, configuredSts, stsTarget } from "../aws/StsTarget.ts"
import type { Environment } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { parseGoDuration } from "../base/GoDuration.ts"
import type { SettingFailure } from "../base/SettingFailure.ts"
import type { Seconds } from "../base/Time.ts"
import { flagSpecs, type RoleFlag } from "./Flags.ts"
import { type ProfileNames, RoleFailure } from "./RoleFailure.ts"
import type { Given, RoleStep } from "./RolePath.ts"
import type { Settings } from "./Settings.ts"

/** One role of a chain, checked as far as it can be before anybody is asked. */
export interface RoleHop {
  /** The profile whose role it is. */
  readonly profile: string
  readonly roleArn: string
  readonly sessionName: string
  readonly duration: Seconds
  readonly externalId?: string
  readonly sourceIdentity?: string
  readonly tags: ReadonlyArray<SessionTag>
  /** The keys of those tags that later roles inherit. */
  readonly transitiveTagKeys: ReadonlyArray<string>
  /** Of managed policies that it is narrowed by. */
  readonly policyArns?: ReadonlyArray<string>
  readonly sts: ConfiguredSts
}

export interface RoleHopInput {
  readonly step: RoleStep
  /** The whole chain, for errors. */
  readonly names: ProfileNames
  /** Of the session at the bottom. */
  readonly settings: Settings
  readonly environment: Environment
  readonly config: AwsConfig
}

export type RoleHopFailure =
  | ConfigFailure<"ConfigLineUnreadable">
  | SettingFailure<"NoRegion" | "SettingInvalid">
  | RoleFailure<"RoleSettingInvalid">

const shortest = 15 * 60
const longest = 12 * 3600

// STS AssumeRole: the lengths and characters of its members (botocore/data/sts/2011-06-15/service-2.json).
const arnShape = /^arn:aws[a-z-]*:iam::\d{12}:role\/[!-~]+$/
const nameShape = /^[\w+=,.@-]{2,64}$/
const externalIdShape = /^[\w+=,.@:/-]{2,1224}$/

/** Reads what flags and keys say of a role: AWS's own keys, and aws-vault's where AWS has none. */
export const roleHop = (input: RoleHopInput): RoleHop | RoleHopFailure => {
  const { config, environment, names, settings, step } = input
  const ofKey = (key: string): Given | undefined => {
    const value = step.keys.get(key)
    return value === undefined ? undefined : { value, source: `${key} in profile "${step.profile}"` }
  }
  const found = (name: RoleFlag): Given | undefined => step.given[name] ?? ofKey(flagSpecs[name].profileKey!)
  const invalid = (given: Given, expected: string) => RoleFailure.RoleSettingInvalid(names, given.source, given.value, expected)

  const arn = found("role-arn")!
  if (arn.value.length < 20 || arn.value.length > 2048 || !arnShape.test(arn.value)) {
    return invalid(arn, "the ARN of a role, arn:aws:iam::<account>:role/<name>")
  }
  const asked = found("role-duration")
  const duration = parseGoDuration((asked?.value ?? flagSpecs["role-duration"].default)!)
  if (asked !== undefined && (duration === undefined || duration < shortest || duration > longest)) {
    return invalid(asked, "a duration from 15m to 12h, such as 1h30m or 5400")
  }
  const externalId = found("external-id")
  if (externalId !== undefined && !externalIdShape.test(externalId.value)) {
    return invalid(externalId, "an external id of 2 to 1224 letters, digits and _+=,.@:/-")
  }
  const sessionName = found("role-session-name")
  if (sessionName !== undefined && !nameShape.test(sessionName.value)) {
    return invalid(sessionName, "a session name of 2 to 64 letters, digits and _+=,.@-")
  }
  const sourceIdentity = ofKey("source_identity")
  if (sourceIdentity !== undefined && !nameShape.test(sourceIdentity.value)) {
    return invalid(sourceIdentity, "a source identity of 2 to 64 letters, digits and _+=,.@-")
  }
  const tagged = ofKey("session_tags")
  const tags = tagged === undefined ? [] : parseSessionTags(tagged.value)
  if (tags === undefined) return invalid(tagged!, "key=value pairs with commas between them, 50 at most, each key once")
  const transitive = ofKey("transitive_session_tags")
  const transitiveTagKeys = transitive === undefined ? [] : parseTransitiveKeys(transitive.value, tags)
  if (transitiveTagKeys === undefined) {
    return invalid(transitive!, "keys of session_tags with commas between them, each once")
  }
  const profile = config.profile(step.profile)
  if (profile instanceof Failure) return profile
  const ofProfile = configuredSts({ profile, config, environment })
  if (ofProfile instanceof Failure) return ofProfile
  // A role's profile often leaves the region to the profile that it is assumed from.
  const sts = { ...ofProfile, regions: [...ofProfile.regions, ...settings.sts.regions] }
  const target = stsTarget(sts, arn.value, undefined)
  if (target instanceof Failure) return target
  return {
    profile: step.profile,
    roleArn: arn.value,
    sessionName: sessionName?.value ?? usualSessionName(settings),
    duration: duration!,
    ...(externalId === undefined ? undefined : { externalId: externalId.value }),
    ...(sourceIdentity === undefined ? undefined : { sourceIdentity: sourceIdentity.value }),
    tags,
    transitiveTagKeys,
    sts
  }
}

/**
 * The session's name in CloudTrail where nobody gave one: the MFA device's, which is mostly the user's name, else the
 * base profile's. It is always the same for the same settings, because it is part of what makes a session.
 */
const usualSessionName = ({ mfaSerial, profile }: Settings): string => {
  const device = mfaSerial?.startsWith("arn:") ? mfaSerial.split("/").at(-1)! : ""
  const name = (device === "" ? profile : device).replace(/[^\w+=,.@-]/g, "-").slice(0, 64)
  return name.length < 2 ? `profile-${name}` : name
}

export type SessionTag = readonly [key: string, value: string]

// STS AssumeRole, `Tags` and `TransitiveTagKeys` (botocore/data/sts/2011-06-15/service-2.json).
const mostTags = 50
const keyShape = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const valueShape = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/**
 * Reads `session_tags` as aws-vault does: pairs `key=value` with commas between them, the value beginning after the
 * first `=`. AWS does not tell keys apart by case. Undefined when AWS would refuse them.
 */
export const parseSessionTags = (text: string): ReadonlyArray<SessionTag> | undefined => {
  const tags = parts(text).map((pair): SessionTag => {
    const equals = pair.indexOf("=")
    return equals < 0 ? ["", ""] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
  })
  const sound = tags.length <= mostTags && tags.every(([key, value]) => keyShape.test(key) && valueShape.test(value))
  return sound && distinct(tags.map(([key]) => key)) ? tags : undefined
}

/** Reads `transitive_session_tags`, keys with commas between them. Undefined when one is no key of these tags. */
export const parseTransitiveKeys = (
  text: string,
  tags: ReadonlyArray<SessionTag>
): ReadonlyArray<string> | undefined => {
  const keys = parts(text)
  return keys.every((key) => tags.some(([known]) => sameTagKey(key, known))) && distinct(keys) ? keys : undefined
}

/** Whether AWS takes two keys for the same. */
export const sameTagKey = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const parts = (text: string): ReadonlyArray<string> =>
  text.split(",").map((part) => part.trim()).filter((part) => part !== "")

const distinct = (keys: ReadonlyArray<string>): boolean =>
  new Set(keys.map((key) => key.toLowerCase())).size === keys.length
