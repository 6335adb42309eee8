import { type Examined, fine, type Finding, type Severity } from "../Finding.ts"
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

const device = /^arn:aws[a-z-]*:iam::(\d{12}):(?:mfa|sms-mfa)\/[\w+=,.@/-]+$/

const form = "mfa_serial = arn:aws:iam::<account>:mfa/<device>"

const copied = `copy the ARN from the user's security credentials in the AWS console\n${form}`

/** Whether the configured device is one that gives codes (IAM User Guide, "Enable MFA devices for users"). */
export const checkMfaSerial = ({ mfa, profile, regions, serial }: MfaSerialFacts): Examined => {
  const name = printable(profile)
  if (mfa === "none") return fine(`${name}: no MFA, as --mfa none or op_mfa says`)
  if (serial === undefined) return fine(`${name}: no mfa_serial here, so the item must have it (--online looks)`)
  const finding = (severity: Severity, what: string, why: string, mend: string): Examined => ({
    fine: [],
    findings: [{ check: "mfa-serial", severity, what: `${name}: mfa_serial ${what}`, why, mend } satisfies Finding]
  })
  if (!serial.startsWith("arn:")) {
    return /^[A-Za-z0-9]+$/.test(serial) ? fine(`${name}: MFA device ${serial}`) : finding(
      "error",
      `is "${printable(serial)}", neither an ARN nor the serial of a hardware device`,
      "AWS refuses every code for it",
      copied
    )
  }
  if (/:u2f\//.test(serial)) {
    return finding(
      "error",
      "is a security key or a passkey",
      "those sign in to the AWS console only: STS takes codes, and such a device has none",
      `add an authenticator app as a second MFA device of the user, and put its ARN here\n${form}`
    )
  }
  if (!device.test(serial)) {
    const user = /^(arn:aws[a-z-]*:iam::\d{12}):user\/(?:.*\/)?([\w+=,.@-]+)$/.exec(serial)
    return finding(
      "error",
      `is ${printable(serial)}, which is no MFA device`,
      user === null ? "the ARN of a device has twelve digits and `:mfa/` in it" : "it is the ARN of the user",
      user === null
        ? copied
        : `name the device, which mostly is called like the user\nmfa_serial = ${user[1]}:mfa/${user[2]}`
    )
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
    : fine(`${name}: MFA device ${serial}`)
}
