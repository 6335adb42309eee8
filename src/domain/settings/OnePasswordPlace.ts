import type { Profile } from "../aws-config/AwsConfig.ts"
import { Failure } from "../base/Failure.ts"
import type { SettingFailure } from "../base/SettingFailure.ts"
import type { FlagName } from "./Flags.ts"
import { type ItemAddress, itemAddress } from "../onepassword/ItemAddress.ts"
import { lookUp, type LookUpInput, lookUpSaid, programPath } from "./Settings.ts"

/** Where in 1Password something is or is to be, as far as it was said. */
export interface OnePasswordPlace {
  readonly cliPath: string
  readonly account?: string
  readonly address: Omit<ItemAddress, "account">
  readonly fields: { readonly accessKeyIdField: string; readonly secretAccessKeyField: string }
}

/** The program that stands for `op`, from wherever it is named. */
export const opProgramOf = (input: LookUpInput, profile?: Profile): string | SettingFailure<"SettingInvalid"> =>
  programPath(lookUp(input, profile, "op-cli-path")!)

/** The same settings that a call makes a session from, where not all of them have to be known yet. */
export const onePasswordPlace = (
  input: LookUpInput, profile?: Profile
): OnePasswordPlace | SettingFailure<"SettingInvalid" | "SettingsDisagree"> => {
  const said = (name: FlagName) => lookUpSaid(input, profile, name)
  const cliPath = opProgramOf(input, profile)
  if (cliPath instanceof Failure) return cliPath
  const found = itemAddress(said("op-vault"), said("op-item"), said("op-account"))
  if (found instanceof Failure) return found
  const { account, ...address } = found
  return {
    cliPath,
    ...account === undefined ? undefined : { account },
    address,
    fields: {
      accessKeyIdField: lookUp(input, profile, "op-access-key-id-field")!.value,
      secretAccessKeyField: lookUp(input, profile, "op-secret-access-key-field")!.value
    }
  }
}
