import type { AwsConfig, Profile } from "./AwsConfig.ts"
import type { ConfigLineUnreadable } from "./ConfigFailure.ts"
import { caBundleOf, configuredEndpoint, wantsFips } from "./ConfiguredEndpoint.ts"
import type { Environment } from "./Environment.ts"
import { Failure } from "./Failure.ts"
import type { IamTarget } from "./IamTarget.ts"
import type { Partition } from "./Region.ts"
import type { SettingInvalid } from "./UsageFailure.ts"

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
): IamTarget | ConfigLineUnreadable | SettingInvalid => {
  const sources = { config, environment, profile }
  const endpoint = configuredEndpoint("iam", sources)
  if (endpoint instanceof Failure) return endpoint
  const caBundle = caBundleOf(sources)
  return {
    partition,
    ...(endpoint === undefined ? undefined : { endpoint }),
    fips: wantsFips(sources),
    ...(caBundle === undefined ? undefined : { caBundle })
  }
}
