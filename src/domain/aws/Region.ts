import { consistsOf } from "../base/Printable.ts"

/**
 * A group of regions that share accounts, ARNs and endpoints, by the name that ARNs have for it: `aws`, `aws-cn`. It
 * may be one that AWS has opened since.
 */
export type Partition = string

const prefixes: ReadonlyArray<readonly [prefix: string, partition: Partition]> = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-iso-", "aws-iso"],
  ["eusc-", "aws-eusc"]
]

const defaults: Readonly<Record<Partition, string>> = {
  "aws": "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-iso": "us-iso-east-1",
  "aws-iso-b": "us-isob-east-1",
  "aws-iso-e": "eu-isoe-west-1",
  "aws-iso-f": "us-isof-south-1",
  "aws-eusc": "eusc-de-east-1"
}

/** The partition that a region belongs to, by its name, as botocore's `partitions.json` has it. */
export const partitionOfRegion = (region: string): Partition => {
  for (const [prefix, partition] of prefixes) {
    if (region.startsWith(prefix)) return partition
  }
  return "aws"
}

/** The partition that an ARN names; undefined for a hardware serial and anything else that is no ARN. */
export const partitionOfArn = (arn: string): Partition | undefined => {
  const name = arn.startsWith("arn:") ? arn.slice(4, arn.indexOf(":", 4)) : ""
  return name === "" ? undefined : name
}

/**
 * The account that an ARN of IAM or STS names, twelve digits; undefined for a hardware device's serial and anything else
 * that does not say one.
 */
export const accountOfArn = (arn: string): string | undefined => {
  const account = arn.startsWith("arn:") ? arn.split(":")[4] ?? "" : ""
  return account.length === 12 && consistsOf(account, "0123456789") ? account : undefined
}

/** Where to find STS in a partition when nobody named a region; undefined for a partition that is not known here. */
export const defaultRegion = (partition: Partition): string | undefined =>
  Object.hasOwn(defaults, partition) ? defaults[partition] : undefined

/** How the regions of `aws` are called, also those to come (botocore's `partitions.json`, `regionRegex`). */
const ofAws = /^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/

/** Whether a region may belong to a partition. Of one that is not known here it may, unless it is a known one's. */
export const isRegionOf = (region: string, partition: Partition): boolean => {
  const own = partitionOfRegion(region)
  return own === partition || defaultRegion(partition) === undefined && own === "aws" && !ofAws.test(region)
}

/**
 * The regions of `aws` that every account has from the start. Any other has to be enabled by the account first, those
 * to come included (AWS Account Management, "Enable or disable AWS Regions": all that opened after 20 March 2019).
 */
const onByDefault: ReadonlySet<string> = new Set([
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2"
])

/** Whether an account has this region only once it has been enabled there. */
export const isOffByDefault = (region: string): boolean =>
  partitionOfRegion(region) === "aws" && !onByDefault.has(region)
