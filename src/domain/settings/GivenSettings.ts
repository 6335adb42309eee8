import type { Profile } from "../aws-config/AwsConfig.ts"
import { Failure } from "../base/Failure.ts"
import type { SettingFailure } from "../base/SettingFailure.ts"
import { type FlagName, flagSpecs } from "./Flags.ts"
import { type ItemAddress, itemAddress } from "../onepassword/ItemAddress.ts"
import { usualFields } from "../onepassword/OpItem.ts"
import { defaultRank, type Found, lookUp, type LookUpInput, programPath } from "./Settings.ts"

/** What somebody has said, by a flag, in the environment, or in the profile: each setting as it counts, and no default. */
export type GivenSettings = { readonly [Name in FlagName]?: Found }

/** Looks up all settings as every command does. */
export const givenSettings = (input: LookUpInput, profile?: Profile): GivenSettings =>
  Object.fromEntries(
    (Object.keys(flagSpecs) as ReadonlyArray<FlagName>).flatMap((name) => {
      const found = lookUp(input, profile, name)
      return found === undefined || found.rank === defaultRank ? [] : [[name, found]]
    })
  )

/** The value of a setting, where a flag of this call gives it. */
export const byFlag = (given: GivenSettings, name: FlagName): string | undefined =>
  given[name]?.rank === 0 ? given[name].value : undefined

/** Where in 1Password something is or is to be, as far as it was said. */
export interface OnePasswordPlace {
  readonly cliPath: string
  readonly account?: string
  readonly address: Omit<ItemAddress, "account">
  readonly fields: { readonly accessKeyIdField: string; readonly secretAccessKeyField: string }
}

/** The program that stands for `op`, from wherever it is named. */
export const opProgramOf = (given: GivenSettings): string | SettingFailure<"SettingInvalid"> =>
  given["op-cli-path"] === undefined ? flagSpecs["op-cli-path"].default! : programPath(given["op-cli-path"])

/** The same settings that a call makes a session from, where not all of them have to be known yet. */
export const onePasswordPlace = (
  given: GivenSettings
): OnePasswordPlace | SettingFailure<"SettingInvalid" | "SettingsDisagree"> => {
  const cliPath = opProgramOf(given)
  if (cliPath instanceof Failure) return cliPath
  const found = itemAddress(given["op-vault"], given["op-item"], given["op-account"])
  if (found instanceof Failure) return found
  const { account, ...address } = found
  return {
    cliPath,
    ...account === undefined ? undefined : { account },
    address,
    fields: {
      accessKeyIdField: given["op-access-key-id-field"]?.value ?? usualFields.accessKeyIdField,
      secretAccessKeyField: given["op-secret-access-key-field"]?.value ?? usualFields.secretAccessKeyField
    }
  }
}
