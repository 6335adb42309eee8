import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { serialComplaint } from "../domain/aws/MfaDevice.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { Look } from "../domain/base/TerminalText.ts"
import { SettingFailure } from "../domain/base/SettingFailure.ts"
import type { RunningProgram } from "../domain/host/RunningProgram.ts"
import type { FlagName, FlagValues } from "../domain/settings/Flags.ts"
import { type GivenSettings, givenSettings, onePasswordPlace } from "../domain/settings/GivenSettings.ts"
import { resolveSettings, type SettingsFailure } from "../domain/settings/Settings.ts"
import type { OpenProfile } from "./PresentProfile.ts"
import { regionComplaint } from "./ProfileDraft.ts"

export interface SetupRequest {
  readonly profile: string | undefined
  readonly region: string | undefined
  /** Those of `SetupFlag`. */
  readonly flags: FlagValues
  /** Only the section is wanted, and nothing written. */
  readonly print: boolean
  readonly environment: Environment
  readonly running: RunningProgram
  /** Where the person is, for what 1Password's plugin keeps for directories. */
  readonly directory: string
  readonly look: Pick<Look, "color" | "unicode">
}

/** The flags that say something about the profile to be. */
export const setupFlags = [
  "op-vault",
  "op-item",
  "op-account",
  "op-access-key-id-field",
  "op-secret-access-key-field",
  "op-otp-field",
  "op-mfa-serial-field",
  "op-cli-path",
  "mfa",
  "mfa-serial",
  "mfa-process",
  "duration"
] as const satisfies ReadonlyArray<FlagName>

/** The profile that gets the key, and one that only runs this program for another, where that was chosen. */
export interface ChosenProfile {
  readonly target: Exclude<OpenProfile, { readonly kind: "aws-vault-role" }>
  /** Its line is to be for the profile `named`, whose role aws-vault has assumed until now. */
  readonly borrower?: { readonly present: OpenProfile; readonly named: string }
}

/** A profile that is to be set up, and all that is known of it before its key has been looked for. */
export interface ProfileToBe extends ChosenProfile {
  readonly request: SetupRequest
  readonly config: AwsConfig
  /** What starts this program. */
  readonly words: ReadonlyArray<string>
  /** What the profile says already, in its keys or in its line. */
  readonly said: ReadonlyMap<string, string>
  /** The settings among that: no more than proposals for where the key is. */
  readonly there: GivenSettings
  /** What flags and the environment say now. */
  readonly now: GivenSettings
  /** What counts of both. */
  readonly given: GivenSettings
}

/** Whether a key is looked for: a profile that is set up already has one, and whoever borrows from it needs no other. */
export const needsKey = ({ borrower, target }: ChosenProfile): boolean => borrower === undefined || target.kind !== "ours"

/** What is wrong with what was given, as far as that shows before anybody is asked: no profile could be made of it. */
export const requestFailure = ({ environment, flags, region }: SetupRequest, config: AwsConfig): SettingsFailure | undefined => {
  if (region !== undefined && regionComplaint(region) !== undefined) {
    return SettingFailure.SettingInvalid("--region", region, "a region such as eu-central-1")
  }
  const serial = flags["mfa-serial"]
  if (serial !== undefined && serialComplaint(serial) !== undefined) {
    return SettingFailure.SettingInvalid("--mfa-serial", serial, "an MFA device's ARN or a hardware serial")
  }
  const place = onePasswordPlace(givenSettings({ flags, environment, profile: "" }))
  if (place instanceof Failure) return place
  // All the rest, as any call would read it: which item it is may still have to be found out.
  const item = { "op-vault": "any", "op-item": "any" }
  const settings = resolveSettings({ profile: "", flags: { ...flags, ...item }, environment, config })
  return settings instanceof Failure ? settings : undefined
}
