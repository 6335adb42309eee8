import { given } from "../base/Given.ts"
import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import type { Environment } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import type { SettingFailure } from "../base/SettingFailure.ts"
import { caBundleOf, configuredEndpoint, wantsFips } from "./ConfiguredEndpoint.ts"
import type { Partition } from "./Region.ts"

/** What decides where IAM is. The partition is that of the user's ARN. */
export interface IamSources {
  readonly profile?: Profile | undefined
  readonly config: AwsConfig
  readonly environment: Environment
  readonly partition: Partition
}

/** Where to call IAM, by AWS's own settings in AWS's own order. */
export const iamTarget = (
  { config, environment, partition, profile }: IamSources
): IamTarget | ConfigFailure<"ConfigLineUnreadable"> | SettingFailure<"SettingInvalid"> => {
  const sources = { config, environment, profile }
  const endpoint = configuredEndpoint("iam", sources)
  if (endpoint instanceof Failure) return endpoint
  const caBundle = caBundleOf(sources)
  return {
    partition,
    ...given({ endpoint }),
    fips: wantsFips(sources),
    ...given({ caBundle })
  }
}

/** Where IAM is: one place for each partition. */
export interface IamTarget {
  readonly partition: Partition
  /** An endpoint that the user configured instead of AWS's own. */
  readonly endpoint?: string
  readonly fips: boolean
  /** A PEM file of certificate authorities to trust instead of the system's. */
  readonly caBundle?: string
}
