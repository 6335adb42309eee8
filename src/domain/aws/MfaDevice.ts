import { printable } from "../base/Printable.ts"

/** Why something is no MFA device whose codes STS takes. */
export interface DeviceTrouble {
  /** Completes "the MFA device …": what it is instead. */
  readonly what: string
  readonly why: string
  /** What to do about it. */
  readonly mend: string
  /** The serial to write instead, where that can be told. */
  readonly instead?: string
}

const digits = /^\d{12}$/
const name = /^[\w+=,.@/-]+$/
const usual = "arn:aws:iam::<account>:mfa/<device>"
const copied = "copy the ARN from the user's security credentials in the AWS console"

/**
 * What is wrong with the serial of an MFA device, as far as its form shows; undefined where it may be one that gives
 * codes (IAM User Guide, "AWS Multi-factor authentication in IAM" and "IAM ARNs": a virtual device is `mfa/…`, one for
 * text messages `sms-mfa/…`, a security key or passkey `u2f/…`, and a hardware token has a serial of its own). Every
 * session looks at it, so that a usual one is done with quickly.
 */
export const deviceTrouble = (serial: string): DeviceTrouble | undefined => {
  if (!serial.startsWith("arn:")) {
    return /^[A-Za-z0-9]+$/.test(serial) ? undefined : {
      what: `is "${serial}", neither an ARN nor the serial of a hardware device`,
      why: "AWS refuses every code for it",
      mend: copied,
      instead: usual
    }
  }
  const [, partition = "", service, , account = "", ...rest] = serial.split(":")
  const resource = rest.join(":")
  const slash = resource.indexOf("/")
  const kind = resource.slice(0, Math.max(slash, 0))
  if (kind === "u2f") {
    return {
      what: "is a security key or a passkey",
      why: "those sign in to the AWS console only: STS takes codes, and such a device has none",
      mend: "add an authenticator app as a second MFA device of the user, and put its ARN into mfa_serial; or use `aws login`",
      instead: usual
    }
  }
  const isOfIam = service === "iam" && digits.test(account) && partition.startsWith("aws")
  if (isOfIam && (kind === "mfa" || kind === "sms-mfa") && name.test(resource.slice(slash + 1))) return undefined
  if (isOfIam && kind === "user") {
    return {
      what: `is ${serial}, which is no MFA device`,
      why: "it is the ARN of the user",
      mend: "name the device, which mostly is called like the user",
      instead: `arn:${partition}:iam::${account}:mfa/${resource.slice(resource.lastIndexOf("/") + 1)}`
    }
  }
  return {
    what: `is ${serial}, which is no MFA device`,
    why: "the ARN of a device has twelve digits, `:mfa/` and a name in it",
    mend: copied,
    instead: usual
  }
}

/** Why this is no MFA device whose codes STS takes, as a sentence for whoever has just typed it. */
export const serialComplaint = (serial: string): string | undefined => {
  const trouble = deviceTrouble(serial)
  if (trouble !== undefined) return `That ${printable(trouble.what, 400)}; ${trouble.why}.`
  return /^[\w+=/:,.@-]{9,256}$/.test(serial) ? undefined : "A serial has 9 to 256 letters, digits and + = / : , . @ -."
}

/** Those of a user's devices that give codes; security keys and passkeys only sign in to the console. */
export const codeDevices = (serials: ReadonlyArray<string>): ReadonlyArray<string> =>
  serials.filter((serial) => serialComplaint(serial) === undefined)

/** What people call a device: the end of its ARN, or all of a hardware serial. */
export const deviceName = (serial: string): string => serial.startsWith("arn:") ? serial.replace(/^.*\//, "") : serial
