import type { AwsConfig } from "../AwsConfig.ts"
import type { Environment } from "../Environment.ts"
import { Failure } from "../Failure.ts"
import type { FlagValues } from "../Flags.ts"
import { onePasswordPlace } from "../OnePasswordPlace.ts"
import { resolveSettings, type SettingsFailure } from "../Settings.ts"
import { SettingInvalid } from "../UsageFailure.ts"
import { serialComplaint } from "./MfaDevices.ts"
import { regionComplaint } from "./RegionName.ts"

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
    return new SettingInvalid("--region", region, "a region such as eu-central-1")
  }
  const serial = flags["mfa-serial"]
  if (serial !== undefined && serialComplaint(serial) !== undefined) {
    return new SettingInvalid("--mfa-serial", serial, "an MFA device's ARN or a hardware serial")
  }
  const place = onePasswordPlace({ flags, environment, profile: "" })
  if (place instanceof Failure) return place
  // All the rest, as any call would read it: which item it is may still have to be found out.
  const item = { "op-vault": "any", "op-item": "any" }
  const settings = resolveSettings({ profile: "", flags: { ...flags, ...item }, environment, config })
  return settings instanceof Failure ? settings : undefined
}
