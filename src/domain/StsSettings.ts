import type { AwsConfig, Profile } from "./AwsConfig.ts"
import type { ConfigLineUnreadable } from "./ConfigFailure.ts"
import { consistsOf } from "./ConsistsOf.ts"
import { type Environment, variable } from "./Environment.ts"
import { Failure } from "./Failure.ts"
import { defaultRegion, partitionOfArn, partitionOfRegion } from "./Region.ts"
import type { StsTarget } from "./StsTarget.ts"
import { SettingInvalid } from "./UsageFailure.ts"

/** What the environment and the profile say about STS; which region it will be depends on the device as well. */
export interface ConfiguredSts {
  /** Environment first, then the profile. */
  readonly regions: ReadonlyArray<string>
  readonly endpoint?: string
  readonly fips: boolean
  readonly dualStack: boolean
  readonly caBundle?: string
}

interface Input {
  readonly profile: Profile | undefined
  readonly config: AwsConfig
  readonly environment: Environment
}

const isRegion = (text: string): boolean =>
  text.length >= 2 && text.length <= 40 && consistsOf(text, "abcdefghijklmnopqrstuvwxyz0123456789-")

/**
 * Reads AWS's own settings for STS in AWS's own order (AWS SDKs and Tools Reference Guide: "AWS Region",
 * "Service-specific endpoints", "Dual-stack and FIPS endpoints").
 */
export const configuredSts = (input: Input): ConfiguredSts | ConfigLineUnreadable | SettingInvalid => {
  const { environment, profile } = input
  const regions: Array<string> = []
  for (const region of [environment["AWS_REGION"], environment["AWS_DEFAULT_REGION"], profile?.values.get("region")]) {
    if (region === undefined || region === "") continue
    if (!isRegion(region)) return new SettingInvalid("the AWS region", region, "a region such as eu-west-1")
    regions.push(region)
  }
  const endpoint = endpointOf(input)
  if (endpoint instanceof Failure) return endpoint
  const fips = truth(environment["AWS_USE_FIPS_ENDPOINT"], profile?.values.get("use_fips_endpoint"))
  const dualStack = truth(environment["AWS_USE_DUALSTACK_ENDPOINT"], profile?.values.get("use_dualstack_endpoint"))
  const caBundle = variable(environment, "AWS_CA_BUNDLE") ?? filled(profile?.values.get("ca_bundle"))
  return {
    regions,
    ...(endpoint === undefined ? undefined : { endpoint }),
    fips,
    dualStack,
    ...(caBundle === undefined ? undefined : { caBundle })
  }
}

const endpointOf = ({ config, environment, profile }: Input): string | undefined | ConfigLineUnreadable | SettingInvalid => {
  const ignored = truth(
    environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    profile?.values.get("ignore_configured_endpoint_urls")
  )
  if (ignored) return undefined
  const name = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"].find((name) => variable(environment, name) !== undefined)
  if (name !== undefined) return checkedUrl(name, variable(environment, name)!)
  const section = filled(profile?.values.get("services"))
  if (section !== undefined) {
    const services = config.services(section)
    if (services instanceof Failure) return services
    if (services === undefined) return new SettingInvalid("services", section, `the name of a [services ${section}] section`)
    const ofSts = filled(services.values.get("sts.endpoint_url"))
    if (ofSts !== undefined) return checkedUrl(`endpoint_url in [services ${section}]`, ofSts)
  }
  const general = filled(profile?.values.get("endpoint_url"))
  return general === undefined ? undefined : checkedUrl("endpoint_url", general)
}

const checkedUrl = (source: string, text: string): string | SettingInvalid =>
  /^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text) ? text : new SettingInvalid(source, text, "an http or https URL")

const filled = (text: string | undefined): string | undefined => text === "" ? undefined : text

const truth = (first: string | undefined, second: string | undefined): boolean =>
  (filled(first) ?? second)?.toLowerCase() === "true"

/**
 * Where to call STS. The device's partition decides: a region of another one, left over in the environment for
 * something else, is passed over. Then the item's own region, then the default of the partition.
 */
export const stsTarget = (sts: ConfiguredSts, serial: string | undefined, itemRegion: string | undefined): StsTarget => {
  const partition = serial === undefined ? undefined : partitionOfArn(serial)
  const candidates = itemRegion === undefined ? sts.regions : [...sts.regions, itemRegion]
  const fitting = partition === undefined
    ? candidates
    : candidates.filter((region) => partitionOfRegion(region) === partition)
  return {
    region: fitting[0] ?? defaultRegion(partition ?? "aws"),
    ...(sts.endpoint === undefined ? undefined : { endpoint: sts.endpoint }),
    fips: sts.fips,
    dualStack: sts.dualStack,
    ...(sts.caBundle === undefined ? undefined : { caBundle: sts.caBundle })
  }
}
