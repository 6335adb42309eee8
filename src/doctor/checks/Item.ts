import { deviceTrouble } from "../../domain/aws/MfaDevice.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import { type OpItem, readLongLivedKey, readOneTimePassword, readRegion, readSerial } from "../../domain/onepassword/OpItem.ts"
import type { Settings } from "../../domain/settings/Settings.ts"
import { UsageFailure } from "../../domain/settings/UsageFailure.ts"
import { type Examined, type Finding, findingOf, fine } from "../Finding.ts"

export interface ItemFacts {
  readonly settings: Settings
  readonly item: OpItem | OpFailure
}

/** Whether the item has all that a session takes. Says which fields there are, and never what they hold. */
export const checkItem = ({ item, settings }: ItemFacts): Examined => {
  const place = item instanceof Error ? undefined : item.place
  const name = `${printable(place?.itemTitle ?? settings.item)} in ${printable(place?.vaultName ?? settings.vault)}`
  if (item instanceof Error) {
    return {
      fine: [],
      findings: [findingOf("item", item, `profile ${printable(settings.profile)} takes its key from ${name}`)]
    }
  }
  const findings = [...keyFindings(item, settings), ...deviceFindings(item, settings), ...regionFindings(item)]
  return findings.length > 0 ? { fine: [], findings } : fine(`item ${name}: ${contents(item, settings)}`)
}

const contents = (item: OpItem, { mfa, mfaSerialField, otpField }: Settings): string => {
  const parts = ["the key"]
  if (typeof readSerial(item, mfaSerialField) === "string") parts.push("the MFA device")
  if (typeof readRegion(item) === "string") parts.push("a region")
  if (mfa !== "none" && readOneTimePassword(item, otpField) !== undefined) parts.push("a one-time password")
  return parts.join(", ")
}

const keyFindings = (item: OpItem, settings: Settings): ReadonlyArray<Finding> => {
  const key = readLongLivedKey(item, settings)
  return key instanceof Error ? [findingOf("item", key, "without the key there is no session")] : []
}

const deviceFindings = (item: OpItem, settings: Settings): ReadonlyArray<Finding> => {
  if (settings.mfa === "none") return []
  const why = "AWS takes a code together with its device only"
  const serial = readSerial(item, settings.mfaSerialField)
  if (serial instanceof Error) return [findingOf("item", serial, why)]
  if (serial === undefined && settings.mfaSerial === undefined) {
    return [findingOf("mfa-serial", UsageFailure.NoMfaSerial(settings.profile), why)]
  }
  return [...unusable(serial, settings), ...differing(serial, item.title ?? settings.item, settings), ...passwordFindings(item, settings)]
}

/** One that the settings do not name is the one that counts. */
const unusable = (serial: string | undefined, { mfaSerial }: Settings): ReadonlyArray<Finding> => {
  const trouble = serial === undefined || mfaSerial !== undefined ? undefined : deviceTrouble(serial)
  return trouble === undefined
    ? []
    : [findingOf(
      "mfa-serial",
      UsageFailure.MfaDeviceUnusable("the MFA device that the item names", serial!, trouble),
      "no session is made with it"
    )]
}

const differing = (serial: string | undefined, item: string, { mfaSerial, profile }: Settings): ReadonlyArray<Finding> =>
  serial === undefined || mfaSerial === undefined || serial === mfaSerial ? [] : [{
    check: "mfa-serial",
    severity: "warning",
    what: `profile ${printable(profile)} has mfa_serial ${printable(mfaSerial)}, and ${printable(item)} ${
      printable(serial)
    }`,
    why: "the profile's is used, with codes that may be the other's",
    mend: "delete the wrong one, or both if they are the same device under an old name"
  }]

const passwordFindings = (item: OpItem, { item: title, mfa, mfaProcess, otpField }: Settings): ReadonlyArray<Finding> => {
  if (mfa === "prompt" || mfa === "process" || mfa === "auto" && mfaProcess !== undefined) return []
  const password = readOneTimePassword(item, otpField)
  if (password instanceof Error) return [findingOf("item", password, "no code can be taken from the item")]
  return password !== undefined || mfa !== "otp" ? [] : [{
    check: "item",
    severity: "error",
    what: `the item ${printable(item.title ?? title)} has no one-time password`,
    why: "op_mfa or --mfa says that codes come from there alone",
    mend: "add a one-time password field to the item, or take `otp` away from op_mfa or --mfa"
  }]
}

const regionFindings = (item: OpItem): ReadonlyArray<Finding> => {
  const region = readRegion(item)
  return region instanceof Error
    ? [findingOf("item", region, "it decides where STS is asked, when the profile has none", "warning")]
    : []
}
