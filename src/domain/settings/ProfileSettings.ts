import type { AwsConfig } from "../aws-config/AwsConfig.ts"
import type { Environment } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import type { FlagValues } from "./Flags.ts"
import { isOurs } from "./ProfileChoice.ts"
import { RoleFailure } from "./RoleFailure.ts"
import { type Asker, type Given, type RolePath, type RolePathFailure } from "./RolePath.ts"
import { resolveSettings, type Settings, type SettingsFailure } from "./Settings.ts"

export interface ProfileSettingsInput {
  readonly profile: string
  readonly asker: Asker
  /** What was written on our own command line. */
  readonly flags: FlagValues
  readonly environment: Environment
  readonly config: AwsConfig
}

export type ProfileSettingsFailure = RolePathFailure | RoleFailure<"RoleWithoutSource"> | SettingsFailure

/**
 * The settings of the session that a profile rests on: its own, or that of the profile at the end of its roles. What
 * the `credential_process` line there says counts after flags and environment and before the profile's keys. What only
 * the first role says of MFA is meant for its caller, so it is used.
 */
export const settingsAtEnd = (
  path: RolePath, input: ProfileSettingsInput
): Settings | SettingsFailure | RoleFailure<"RoleWithoutSource"> => {
  const roleSerial = ofFirstRole(path, "mfa_serial")
  const roleProcess = ofFirstRole(path, "mfa_process")
  const name = path.names.at(-1)!
  const settings = resolveSettings({
    profile: name,
    flags: input.flags,
    lineFlags: path.line,
    environment: input.environment,
    config: input.config,
    ...(roleSerial === undefined ? undefined : { roleSerial }),
    ...(roleProcess === undefined ? undefined : { roleProcess })
  })
  const profile = settings instanceof Failure && settings._tag === "SettingMissing" ? input.config.profile(name) : undefined
  return profile === undefined || profile instanceof Failure || !profile.values.has("role_arn") ||
      profile.values.has("source_profile") || isOurs(profile)
    ? settings
    : RoleFailure.RoleWithoutSource(path.names)
}

const ofFirstRole = ({ steps: [first] }: RolePath, key: string): Given | undefined => {
  const value = first?.keys.get(key)
  return value === undefined ? undefined : { value, source: `${key} in profile "${first!.profile}"` }
}
