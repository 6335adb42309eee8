import type { PresentProfile } from "./PresentProfile.ts"

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
