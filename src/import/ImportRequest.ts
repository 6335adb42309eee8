import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { serialComplaint } from "../domain/aws/MfaDevice.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { Look } from "../domain/base/TerminalText.ts"
import { SettingFailure } from "../domain/base/SettingFailure.ts"
import type { RunningProgram } from "../domain/host/RunningProgram.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { type GivenSettings, givenSettings, type OnePasswordPlace, onePasswordPlace } from "../domain/settings/GivenSettings.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { addressIn } from "../setup/SetupItem.ts"

/** Where the key is that somebody wants to import, as far as was said. */
export type KeySource =
  | { readonly kind: "any" }
  | { readonly kind: "profile"; readonly profile: string }
  | { readonly kind: "environment" }
  | { readonly kind: "typed" }

/** What was said on the command line. */
export interface ImportRequest {
  readonly environment: Environment
  readonly workingDirectory: string
  readonly source: KeySource
  /** Where in 1Password, and what a profile is to say that is set up for the key. */
  readonly flags: FlagValues
  /** The region of such a profile. */
  readonly region: string | undefined
  /** The title of a new item, where somebody wants another one than usual. */
  readonly title: string | undefined
  /** The device that a new item is to name, where somebody said so. */
  readonly mfaSerial: string | undefined
  /** The key that an item holds may be replaced. */
  readonly replace: boolean
  /** The plaintext is to be removed, and nobody needs to be asked. */
  readonly remove: boolean
  /** The profiles that have the key are to be set up, and nobody needs to be asked. */
  readonly setup: boolean
  /** What a profile's line is to run. */
  readonly running: RunningProgram
  /** How what is different is shown. */
  readonly look: Pick<Look, "color" | "unicode">
}

/** Where a key goes, and what the profile says that it has been in until now: its item is a choice among others. */
export interface ImportPlace extends OnePasswordPlace {
  readonly there: GivenSettings
}

/** Whether an item is named. A title on the command line is about a new one, whatever item the environment names for all calls. */
const namesItem = ({ title }: Pick<ImportRequest, "title">, now: GivenSettings): boolean =>
  now["op-item"] !== undefined && (title === undefined || now["op-item"].rank === 0)

/** Where in 1Password the key of a profile goes, or one that is in no profile: as far as flags, environment and profile say so. */
export const importPlace = (
  { environment, flags, title }: ImportRequest, config: AwsConfig, profile: string | undefined
): ImportPlace | SettingFailure<"SettingInvalid" | "SettingsDisagree"> => {
  const name = profile ?? ""
  const read = profile === undefined ? undefined : config.profile(profile)
  const there = read instanceof Failure ? {} : givenSettings({ flags: {}, environment: {}, profile: name }, read)
  const now = givenSettings({ flags, environment, profile: name })
  const { "op-item": _, ...beside } = there
  const place = onePasswordPlace({ ...beside, ...now })
  if (place instanceof Failure) return place
  const usual = addressIn(there)
  const { account = usual.account, address: { item, vault = usual.vault }, ...rest } = place
  return {
    ...rest,
    ...account === undefined ? undefined : { account },
    address: {
      ...vault === undefined ? undefined : { vault },
      ...item === undefined || !namesItem({ title }, now) ? undefined : { item }
    },
    there
  }
}

/** What was said makes sense for a new item only. */
export const isForNew = ({ mfaSerial, title }: ImportRequest): boolean => title !== undefined || mfaSerial !== undefined

/** What is wrong with a command line, whatever there is to import. */
export const importTrouble = (
  request: ImportRequest
): SettingFailure<"SettingInvalid"> | UsageFailure<"BadUsage"> | undefined => {
  const { environment, flags, mfaSerial, title } = request
  const isNamed = namesItem(request, givenSettings({ flags, environment, profile: "" }))
  if (title !== undefined && (title === "" || isNamed)) return UsageFailure.BadUsage("--title is for a new item, and names one")
  if (mfaSerial !== undefined && isNamed) {
    return UsageFailure.BadUsage("--mfa-serial is for a new item; in one that is there it is a field \"mfa serial\"")
  }
  if (mfaSerial !== undefined && serialComplaint(mfaSerial) !== undefined) {
    return SettingFailure.SettingInvalid("--mfa-serial", mfaSerial, "an MFA device: arn:aws:iam::<account>:mfa/<user>, or a hardware serial")
  }
  return !isNamed && (flags["op-access-key-id-field"] ?? flags["op-secret-access-key-field"]) !== undefined
    ? UsageFailure.BadUsage("the names of fields are for an item that is there: name it with --op-item")
    : undefined
}
