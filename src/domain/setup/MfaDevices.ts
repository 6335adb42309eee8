import { deviceTrouble } from "../MfaDevice.ts"
import { printable } from "../Printable.ts"

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
