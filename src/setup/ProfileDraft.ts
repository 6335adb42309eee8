import { flagSpecs } from "../domain/settings/Flags.ts"
import { parseAwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { editProfile } from "../domain/aws-config/AwsConfigEdit.ts"
import { type ConfigText, findHeaders, sectionsNamed } from "../domain/aws-config/AwsConfigSections.ts"
import type { ConfigFailure } from "../domain/aws-config/ConfigFailure.ts"
import { configLines, sectionsByProfile, writtenAt } from "../domain/aws-config/ConfigLines.ts"
import { defaultRegion, partitionOfArn } from "../domain/aws/Region.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { PresentProfile } from "./PresentProfile.ts"
import { SetupFailure } from "./SetupFailure.ts"

/** All that the person chose, or was found. */
export interface ProfileChoices {
  /** Undefined where `item` is a reference, which names the vault too. */
  readonly vault: string | undefined
  readonly item: string
  /** Undefined where `op` does not choose among accounts. */
  readonly account: string | undefined
  /** Undefined where the usual name finds the field. */
  readonly accessKeyIdField: string | undefined
  readonly secretAccessKeyField: string | undefined
  /** A device; `"item"` where the item names it; `"none"` for no MFA at all. */
  readonly mfa: { readonly serial: string } | "item" | "none"
  readonly region: string | undefined
  /** Where 1Password's program is not found without a shell's PATH. */
  readonly cliPath: string | undefined
  readonly line: string
  /** Where codes come from, where somebody said so. */
  readonly codes: string | undefined
  /** What is wanted besides, whatever is there. */
  readonly given: ReadonlyArray<readonly [key: string, value: string]>
  /** What the profile's line, or the profile it named, says besides, where its keys do not. */
  readonly moved: ReadonlyArray<readonly [key: string, value: string]>
}

/** What has to be written in a profile, and what to be taken out. Nothing of it is there already. */
export interface ProfileChange {
  readonly set: ReadonlyArray<readonly [key: string, value: string]>
  readonly remove: ReadonlyArray<string>
}

/** The keys that are decided here, in the order in which a new profile has them. */
const decided = [
  "region",
  "mfa_serial",
  "op_account",
  "op_vault",
  "op_item",
  "op_access_key_id_field",
  "op_secret_access_key_field",
  "op_cli_path",
  "op_mfa",
  "credential_process"
] as const

type Decided = (typeof decided)[number]

/** What makes of a profile as it is one as it was chosen. Keys that are nothing to us stay as they are. */
export const profileEdit = (present: PresentProfile, choices: ProfileChoices): ProfileChange => {
  const there: ReadonlyMap<string, string> = present.kind === "new" ? new Map() : present.profile.values
  const wanted = wantedKeys(there, choices)
  const others = new Map([...choices.moved.filter(([key]) => !there.has(key)), ...choices.given])
  return {
    set: [
      ...decided.flatMap((key) => {
        const value = wanted[key]
        return value === undefined || value === there.get(key) ? [] : [[key, value] as const]
      }).filter(([key]) => key !== "credential_process"),
      ...[...others].filter(([key, value]) => !isDecided(key) && there.get(key) !== value),
      ...wanted.credential_process === there.get("credential_process")
        ? []
        : [["credential_process", choices.line] as const]
    ],
    remove: decided.filter((key) => wanted[key] === undefined && there.has(key))
  }
}

const isDecided = (key: string): boolean => decided.some((one) => one === key)

/** Undefined for a key that is not to be there. */
const wantedKeys = (
  there: ReadonlyMap<string, string>,
  choices: ProfileChoices
): { readonly [Key in Decided]: string | undefined } => {
  const codes = choices.codes ?? there.get("op_mfa")
  return {
    region: choices.region ?? there.get("region"),
    mfa_serial: choices.mfa === "item" ? undefined : choices.mfa === "none" ? there.get("mfa_serial") : choices.mfa.serial,
    op_account: choices.account,
    op_vault: choices.vault,
    op_item: choices.item,
    op_access_key_id_field: choices.accessKeyIdField,
    op_secret_access_key_field: choices.secretAccessKeyField,
    op_cli_path: choices.cliPath,
    op_mfa: choices.mfa === "none" ? "none" : codes === "none" ? undefined : codes,
    credential_process: choices.line
  }
}

/** What all clients read alike in `[profile …]` and leave as it is in a `credential_process` line. */
export const isProfileName = (name: string): boolean => /^[\w/.%@:+][\w/.%@:+-]{0,127}$/.test(name)

/** Why a profile cannot be called so, as a sentence for whoever has just typed it. */
export const profileNameComplaint = (name: string): string | undefined =>
  isProfileName(name)
    ? undefined
    : name.startsWith("-")
    ? "A name that begins with - is a flag to most programs."
    : name.length > 128
    ? "A name has 128 characters at most."
    : "Letters, digits and _ - / . % @ : + are what every AWS client reads alike."

/** Why this is no region, as a sentence for whoever has just typed it. */
export const regionComplaint = (region: string): string | undefined =>
  /^[a-z]{2,8}(?:-[a-z]+)+-\d+$/.test(region) ? undefined : "A region is written like eu-central-1."

/** The region to propose: the first that somebody has written, else that of the device's partition, where it is known. */
export const likelyRegion = (
  written: ReadonlyArray<string | undefined>,
  serial: string | undefined
): { readonly region: string | undefined; readonly written: boolean } => {
  const found = written.find((region) => region !== undefined && regionComplaint(region) === undefined)
  return found === undefined
    ? { region: defaultRegion(partitionOfArn(serial ?? "") ?? "aws"), written: false }
    : { region: found, written: true }
}

/** What becomes of one profile. */
export interface ChangedProfile extends ProfileChange {
  readonly profile: string
}

/** The config file with these profiles changed, one after the other. */
export const withProfiles = (
  { path, text }: ConfigText,
  changes: ReadonlyArray<ChangedProfile>
): string | ConfigFailure<"ConfigUneditable"> => {
  let after = text
  for (const { profile, remove, set } of changes) {
    if (set.length === 0 && remove.length === 0) continue
    const edited = editProfile(after, { file: "config", path, profile, set, remove })
    if (edited instanceof Failure) return edited
    after = edited
  }
  return after
}

/** The first key that the credentials file has its own idea of, which counts for most clients. */
export const shadowedKey = (
  files: { readonly config: ConfigText; readonly credentials: ConfigText },
  changes: ReadonlyArray<ChangedProfile>
): SetupFailure<"KeyShadowed"> | undefined => {
  const config = parseAwsConfig(files)
  for (const { profile, remove, set } of changes) {
    const read = config.profile(profile)
    const values: ReadonlyMap<string, string> = read === undefined || read instanceof Failure ? new Map() : read.values
    const key = set.find(([key, value]) => values.get(key) !== value)?.[0] ?? remove.find((key) => values.has(key))
    const place = key === undefined ? undefined : writtenAt(sectionsByProfile([configLines(files.credentials, true)]), profile, key)?.place
    if (key !== undefined && place !== undefined) return SetupFailure.KeyShadowed(profile, key, place)
  }
  return undefined
}

/** The profile's section as the file has it, with its header; empty where there is none. */
export const sectionText = (file: ConfigText, profile: string): string =>
  sectionsNamed(findHeaders(file, false), "profile", profile)
    .map(({ end, start }) => `${file.text.slice(start, end).trimEnd()}\n`)
    .join("\n")

/** The keys of profiles that nobody but this program reads. */
export const ownKeys: ReadonlySet<string> = new Set(
  Object.values(flagSpecs).flatMap(({ profileKey }) => profileKey?.startsWith("op_") === true ? [profileKey] : [])
)
