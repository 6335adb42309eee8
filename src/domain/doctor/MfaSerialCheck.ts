import { type Examined, fine, type Finding, type Severity } from "../Finding.ts"
import { deviceTrouble } from "../MfaDevice.ts"
import { printable } from "../Printable.ts"
import { isRegionOf, partitionOfArn, partitionOfRegion } from "../Region.ts"

export interface MfaSerialFacts {
  readonly profile: string
  /** Undefined where the item is to say it. */
  readonly serial: string | undefined
  /** Where a code comes from; `none` goes without. */
  readonly mfa: string
  /** The regions that environment and profile name. */
  readonly regions: ReadonlyArray<string>
}

/** Whether the configured device is one that gives codes (IAM User Guide, "Enable MFA devices for users"). */
export const checkMfaSerial = ({ mfa, profile, regions, serial }: MfaSerialFacts): Examined => {
  const name = printable(profile)
  if (mfa === "none") return fine(`${name}: no MFA, as --mfa none or op_mfa says`)
  if (serial === undefined) return fine(`${name}: no mfa_serial here, so the item must have it (--online looks)`)
  const finding = (severity: Severity, what: string, why: string, mend: string): Examined => ({
    fine: [],
    findings: [{ check: "mfa-serial", severity, what: `${name}: mfa_serial ${what}`, why, mend } satisfies Finding]
  })
  const trouble = deviceTrouble(serial)
  if (trouble !== undefined) {
    const { instead, mend, what, why } = trouble
    return finding("error", printable(what, 400), why, instead === undefined ? mend : `${mend}\nmfa_serial = ${printable(instead)}`)
  }
  const partition = partitionOfArn(serial)
  const region = regions[0]
  return partition !== undefined && region !== undefined && !isRegionOf(region, partition)
    ? finding(
      "warning",
      `belongs to ${partition}, and the region ${region} to ${partitionOfRegion(region)}`,
      `sessions are made in ${partition}, and clients that go to ${region} with one are refused`,
      "correct the profile's region; AWS_REGION and AWS_DEFAULT_REGION go before it where they are set"
    )
    : fine(`${name}: MFA device ${printable(serial)}`)
}
