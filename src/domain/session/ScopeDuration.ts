import type { Narrowing } from "../settings/Narrowing.ts"
import type { Seconds } from "../base/Time.ts"

/** For the way to AWS, and for what two clocks differ by unnoticed (seconds). */
const slack = 5

/**
 * `DurationSeconds` of a narrower session whose parent has so long left (milliseconds, by AWS's clock). A longer one is
 * cut to it: with a policy by not saying any, as AWS then takes what is left; without one, something must be said.
 */
export const scopeDuration = ({ duration, policy }: Pick<Narrowing, "duration" | "policy">, left: number): Seconds | undefined => {
  const most = Math.floor(left / 1000) - slack
  if (duration === undefined || duration <= most) return duration
  return policy === undefined ? Math.max(1, most) : undefined
}
