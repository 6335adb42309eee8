import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { formatDuration } from "../base/GoDuration.ts"
import { namesCacheDirectory } from "./CacheDirectory.ts"
import { roleFlags } from "./Flags.ts"
import { givenSettings } from "./GivenSettings.ts"
import type { RoleChain } from "./RoleChain.ts"
import type { Settings, SettingsInput } from "./Settings.ts"

/** What a command says may be a secret: people write `oathtool` with the seed behind it. */
const withheld: ReadonlySet<string> = new Set(["mfa-process"])

/** Told elsewhere: the profile on its own, a role with the chain. */
const elsewhere: ReadonlySet<string> = new Set(["profile", ...roleFlags])

/** Every setting that somebody made, with its value and the place it was written in. */
const made = (input: SettingsInput): ReadonlyArray<string> => {
  const profile = input.config.profile(input.profile)
  if (profile instanceof Failure) return []
  return Object.entries(givenSettings(input, profile)).flatMap(([name, { source, value }]) =>
    elsewhere.has(name) ? [] : [`${name} is ${withheld.has(name) ? "set" : JSON.stringify(value)} (${source})`]
  )
}

const regionSources = ["AWS_REGION", "AWS_DEFAULT_REGION"]
const endpointSources = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]

const firstOf = (environment: Environment, names: ReadonlyArray<string>): string | undefined =>
  names.find((name) => variable(environment, name) !== undefined)

/** An endpoint without what else a URL may hold. */
const originOf = (endpoint: string): string => URL.canParse(endpoint) ? new URL(endpoint).origin : "unreadable"

const aboutSts = ({ profileRegion, sts }: Settings, environment: Environment): ReadonlyArray<string> => {
  const named = regionSources.flatMap((name) => {
    const region = variable(environment, name)
    return region === undefined ? [] : [`${region} (${name})`]
  })
  const regions = profileRegion === undefined ? named : [...named, `${profileRegion} (the profile)`]
  return [
    `STS regions to choose from: ${regions.length === 0 ? "none, so the item's or the partition's own" : regions.join(", ")}`,
    ...(sts.endpoint === undefined
      ? []
      : [`STS endpoint: ${originOf(sts.endpoint)} (${firstOf(environment, endpointSources) ?? "the AWS config"})`]),
    ...(sts.fips ? ["a FIPS endpoint is asked for"] : []),
    ...(sts.dualStack ? ["a dual-stack endpoint is asked for"] : []),
    ...(sts.caBundle === undefined
      ? []
      : [`certificate authorities: ${sts.caBundle} (${firstOf(environment, ["AWS_CA_BUNDLE"]) ?? "ca_bundle"})`])
  ]
}

/** How the settings of a chain came to be, line by line, for the debug log. Nothing in it is secret. */
export const settingsExplained = (input: SettingsInput, { hops, settings }: RoleChain): ReadonlyArray<string> => {
  const { cache, cacheDirectory } = settings
  return [
    ...made(input),
    "everything else is as it is by default",
    ...aboutSts(settings, input.environment),
    cache === "none" || cacheDirectory === undefined
      ? "sessions are not kept"
      : `sessions are kept in ${cache === "keyring" ? "the keychain" : cacheDirectory}${
        cache === "file" && namesCacheDirectory(input.environment) ? ", or in a folder of ours there" : ""
      }`,
    ...hops.map(({ duration, profile, roleArn }) =>
      `then the role ${roleArn} of profile "${profile}" for ${formatDuration(duration)}`)
  ]
}
