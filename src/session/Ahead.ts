import * as Effect from "effect/Effect"
import { deviceTrouble } from "../domain/aws/MfaDevice.ts"
import { type StsTarget, stsTarget } from "../domain/aws/StsTarget.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { refuseInVain } from "./mfa/MfaTokens.ts"
import { Sts } from "../services/aws/Sts.ts"

/**
 * Fails where settings, environment and files alone say that there will be no session, so that nobody has to approve
 * or type anything for nothing. What only the item can tell comes when it has been read.
 */
export const refuseAhead = Effect.fnUntraced(function*(settings: Settings) {
  if (settings.mfaSerial !== undefined) {
    yield* refuseDevice(`the MFA device of profile "${printable(settings.profile)}"`, settings.mfaSerial)
  }
  yield* refuseInVain(settings)
  const target = stsTarget(settings.sts, settings.mfaSerial, undefined)
  // Where only the item may say the region, what proxies and certificates are good for shows with it.
  if (!(target instanceof Failure)) yield* refuseWay(target)
})

/** Fails where no codes of this device are to be had. */
export const refuseDevice = (whose: string, serial: string) => {
  const trouble = deviceTrouble(serial)
  return trouble === undefined ? Effect.void : Effect.fail(UsageFailure.MfaDeviceUnusable(whose, serial, trouble))
}

/** Fails where there is no way to this STS as configured. */
export const refuseWay = (target: StsTarget) => Effect.flatMap(Sts, (sts) => sts.check(target))
