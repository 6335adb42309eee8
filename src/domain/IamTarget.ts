import type { Partition } from "./Region.ts"

/** Where IAM is: one place for each partition. */
export interface IamTarget {
  readonly partition: Partition
  /** An endpoint that the user configured instead of AWS's own. */
  readonly endpoint?: string
  readonly fips: boolean
  /** A PEM file of certificate authorities to trust instead of the system's. */
  readonly caBundle?: string
}
