import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { Failure } from "../base/Failure.ts"
import { consistsOf } from "../base/Printable.ts"
import { SettingFailure } from "../base/SettingFailure.ts"
import { type AwsSources, caBundleOf, configuredEndpoint, wantsDualStack, wantsFips } from "./ConfiguredEndpoint.ts"
import { defaultRegion, isRegionOf, partitionOfArn } from "./Region.ts"

/** What the environment and the profile say about STS; which region it will be depends on the device as well. */
export interface ConfiguredSts {
  /** Environment first, then the profile. */
  readonly regions: ReadonlyArray<string>
  readonly endpoint?: string
  readonly fips: boolean
  readonly dualStack: boolean
  readonly caBundle?: string
}

const isRegion = (text: string): boolean =>
  text.length >= 2 && text.length <= 40 && consistsOf(text, "abcdefghijklmnopqrstuvwxyz0123456789-")

/**
 * Reads AWS's own settings for STS in AWS's own order (AWS SDKs and Tools Reference Guide: "AWS Region",
 * "Service-specific endpoints", "Dual-stack and FIPS endpoints").
 */
export const configuredSts = (
  input: AwsSources
): ConfiguredSts | ConfigFailure<"ConfigLineUnreadable"> | SettingFailure<"SettingInvalid"> => {
  const { environment, profile } = input
  const regions: Array<string> = []
  for (const region of [environment["AWS_REGION"], environment["AWS_DEFAULT_REGION"], profile?.values.get("region")]) {
    if (region === undefined || region === "") continue
    if (!isRegion(region)) return SettingFailure.SettingInvalid("the AWS region", region, "a region such as eu-west-1")
    regions.push(region)
  }
  const endpoint = configuredEndpoint("sts", input)
  if (endpoint instanceof Failure) return endpoint
  const caBundle = caBundleOf(input)
  return {
    regions,
    ...(endpoint === undefined ? undefined : { endpoint }),
    fips: wantsFips(input),
    dualStack: wantsDualStack(input),
    ...(caBundle === undefined ? undefined : { caBundle })
  }
}

/**
 * Where to call STS. The device's partition decides: a region of another one, left over in the environment for
 * something else, is passed over. Then the item's own region, then the default of the partition, where it is known.
 */
export const stsTarget = (
  sts: ConfiguredSts,
  serial: string | undefined,
  itemRegion: string | undefined
): StsTarget | SettingFailure<"NoRegion"> => {
  const partition = serial === undefined ? undefined : partitionOfArn(serial)
  const candidates = itemRegion === undefined ? sts.regions : [...sts.regions, itemRegion]
  const region = candidates.find((region) => partition === undefined || isRegionOf(region, partition)) ??
    defaultRegion(partition ?? "aws")
  if (region === undefined) return SettingFailure.NoRegion(partition ?? "aws")
  return {
    region,
    ...(sts.endpoint === undefined ? undefined : { endpoint: sts.endpoint }),
    fips: sts.fips,
    dualStack: sts.dualStack,
    ...(sts.caBundle === undefined ? undefined : { caBundle: sts.caBundle })
  }
}

/** Where STS is for a profile: always a region's own endpoint, because tokens of the global one fail in opt-in regions. */
export interface StsTarget {
  readonly region: string
  /** An endpoint that the user configured instead of AWS's own. */
  readonly endpoint?: string
  readonly fips: boolean
  readonly dualStack: boolean
  /** A PEM file of certificate authorities to trust instead of the system's. */
  readonly caBundle?: string
}
