import { consistsOf } from "./ConsistsOf.ts"

/**
 * The account that an ARN of IAM or STS names, twelve digits; undefined for a hardware device's serial and anything else
 * that does not say one.
 */
export const accountOfArn = (arn: string): string | undefined => {
  const account = arn.startsWith("arn:") ? arn.split(":")[4] ?? "" : ""
  return account.length === 12 && consistsOf(account, "0123456789") ? account : undefined
}
