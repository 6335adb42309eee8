import { codeAtStep, totpStep } from "../Totp.ts"
import { accessDenied } from "./StsError.ts"
import type { StsState, StsUser } from "./StsState.ts"

/**
 * Checks a serial and a code and spends the code: the current step and its two neighbours count, and a step whose code
 * was accepted is refused from then on. Returns the step. Throws StsError in the words of AWS.
 */
export const spendCode = (
  state: StsState,
  user: StsUser | undefined,
  serial: string | undefined,
  code: string | undefined,
  now: number
): number => {
  if (serial === undefined || code === undefined) {
    throw accessDenied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
  }
  const seed = user !== undefined && Object.hasOwn(user.mfa, serial) ? user.mfa[serial] : undefined
  if (seed === undefined) {
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid " +
        "and associated with this user."
    )
  }
  const spent = state.spentSteps[serial] ?? []
  const current = totpStep(seed, now)
  const step = [current, current - 1, current + 1].find((candidate) =>
    !spent.includes(candidate) && codeAtStep(seed, candidate) === code
  )
  if (step === undefined) {
    throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
  }
  state.spentSteps[serial] = [...spent, step]
  return step
}
