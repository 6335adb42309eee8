import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { serialComplaint } from "../domain/aws/MfaDevice.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { Look } from "../domain/base/TerminalText.ts"
import { SettingFailure } from "../domain/base/SettingFailure.ts"
import type { RunningProgram } from "../domain/host/RunningProgram.ts"
import type { FlagName, FlagValues } from "../domain/settings/Flags.ts"
import { onePasswordPlace } from "../domain/settings/OnePasswordPlace.ts"
import { resolveSettings, type SettingsFailure } from "../domain/settings/Settings.ts"
import { regionComplaint } from "./ProfileDraft.ts"

export interface SetupRequest {
  readonly profile: string | undefined
  readonly region: string | undefined
  /** Those of `SetupFlag`. */
  readonly flags: FlagValues
  /** Every question has been answered: by flags, or by there being one answer only. */
  readonly yes: boolean
  /** A part of `import`: where it names the profile, the key in it is about to be taken out and stands in nobody's way. */
  readonly importing?: boolean
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

/** What somebody has given for a profile that is to be, and where. */
export interface GivenSettings {
  readonly flags: FlagValues
  readonly region: string | undefined
  readonly environment: Environment
  readonly config: AwsConfig
}

/** What is wrong with it, as far as that shows before anybody is asked: no profile could be made of it. */
export const givenSettingsFailure = ({ config, environment, flags, region }: GivenSettings): SettingsFailure | undefined => {
  if (region !== undefined && regionComplaint(region) !== undefined) {
    return SettingFailure.SettingInvalid("--region", region, "a region such as eu-central-1")
  }
  const serial = flags["mfa-serial"]
  if (serial !== undefined && serialComplaint(serial) !== undefined) {
    return SettingFailure.SettingInvalid("--mfa-serial", serial, "an MFA device's ARN or a hardware serial")
  }
  const place = onePasswordPlace({ flags, environment, profile: "" })
  if (place instanceof Failure) return place
  // All the rest, as any call would read it: which item it is may still have to be found out.
  const item = { "op-vault": "any", "op-item": "any" }
  const settings = resolveSettings({ profile: "", flags: { ...flags, ...item }, environment, config })
  return settings instanceof Failure ? settings : undefined
}
