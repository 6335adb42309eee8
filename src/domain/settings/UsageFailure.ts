import { absentProfile, misplacedProfile, unknownProfile } from "./AbsentProfile.ts"
import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import { profileHeader } from "../aws-config/AwsConfigSections.ts"
import type { DeviceTrouble } from "../aws/MfaDevice.ts"
import type { Environment } from "../base/Environment.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { usage } = ExitCode

export const UsageFailure = failures({
  UnknownProfile: (profile: string, config: AwsConfig) => {
    const { hint, message } = misplacedProfile(config, profile) ??
      unknownProfile(profile, config.configPath, config.profileNames())
    return [usage, message, hint]
  },
  /** The same `credential_process` line stands in several profiles, so that it does not say which one is meant. */
  AmbiguousProfile: (profiles: ReadonlyArray<string>) => [
    usage,
    `this credential_process line stands in several profiles: ${printable(profiles.join(", "), 300)}`,
    `add \`--profile ${printable(profiles[0] ?? "<name>")}\` to the line of ${profileHeader(profiles[0] ?? "<name>")}, and likewise in the others`
  ],
  /** `profile` is undefined where no file has it. */
  SettingMissing: (
    what: string,
    flag: string,
    variable: string,
    profileKey: string,
    asked: { readonly profile: string; readonly config: AwsConfig; readonly environment: Environment },
    profile: Profile | undefined
  ) => {
    const { config, environment, profile: name } = asked
    const { hint, message } = absentProfile(config, environment, name, profile !== undefined) ?? {
      message: `no ${what} is set for profile "${printable(name)}"`,
      hint: `\`op-aws-credential-process setup\` asks for it and writes it; or add ${profileKey} = … to the profile, pass --${flag}, or set ${variable}`
    }
    return [usage, message, hint]
  },
  /** No MFA device is known, which shows only when the item has been read. */
  NoMfaSerial: (profile: string) => [
    usage,
    `no MFA device is known for profile "${printable(profile)}"`,
    "add mfa_serial = arn:aws:iam::<account>:mfa/<user> to the profile, or a field \"mfa serial\" to the item; --mfa none goes without"
  ],
  /** A device that gives no codes, or none at all. `whose` is "the MFA device of profile …". */
  MfaDeviceUnusable: (whose: string, serial: string, { instead, mend, what, why }: DeviceTrouble) => {
    const told = what.includes(serial) ? what : `${what} (${serial})`
    return [
      usage,
      `${printable(whose, 200)} ${printable(told, 400)}: ${why}`,
      `${printable(mend)}${instead === undefined ? "" : `: mfa_serial = ${printable(instead, 300)}`}`
    ]
  },
  /** The profile's own region is not where its MFA device is. `source` says where that one was written. */
  RegionInOtherPartition: (profile: string, region: string, source: string, partition: string) => [
    usage,
    `region in profile "${printable(profile, 60)}" is ${printable(region)}, and ${printable(source, 120)} is of ${printable(partition, 60)}`,
    "AWS's partitions share no accounts: correct the region, or the ARN"
  ],
  /** A command line that cannot be understood. `meant` is what was probably meant, where there is such a thing. */
  BadUsage: (what: string, meant?: string) => {
    const shown = "`op-aws-credential-process --help` shows what there is"
    return [usage, printable(what, 300), meant === undefined ? shown : `did you mean ${printable(meant, 200)}? ${shown}`]
  },
  /** The npm package was started by a Node that it was not made for; the standalone executable brings its own runtime. */
  NodeTooOld: (version: string) => [
    usage,
    `Node ${version} is too old for op-aws-credential-process`,
    "use Node 22.19 or newer, or the standalone executable"
  ]
})

export type UsageFailure<Tag extends keyof typeof UsageFailure = keyof typeof UsageFailure> = FailureOf<typeof UsageFailure, Tag>
