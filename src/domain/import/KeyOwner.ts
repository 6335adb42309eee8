/** Whose key it is, as STS says. */
export interface KeyOwner {
  /** Twelve digits. */
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** The account itself owns the key, and no policy limits what it may do. */
export const isRoot = ({ arn }: KeyOwner): boolean => arn.endsWith(":root")

/** The user's own name, without the path before it. */
export const userName = (owner: KeyOwner): string =>
  isRoot(owner) ? "root" : owner.arn.slice(owner.arn.lastIndexOf(":") + 1).split("/").at(-1) ?? ""

/** What the item is called, unless somebody says otherwise. */
export const usualTitle = (owner: KeyOwner): string => `AWS ${owner.account} ${userName(owner)}`

/** Whether two answers speak of the same user. */
export const sameOwner = (one: KeyOwner, other: KeyOwner): boolean =>
  one.account === other.account && one.userId === other.userId

/** The account that an MFA device belongs to; undefined for a hardware serial. */
export const accountOfSerial = (serial: string): string | undefined => /^arn:[\w-]+:iam::(\d{12}):/.exec(serial)?.[1]
