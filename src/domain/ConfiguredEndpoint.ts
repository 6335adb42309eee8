import type { AwsConfig, Profile } from "./AwsConfig.ts"
import type { ConfigLineUnreadable } from "./ConfigFailure.ts"
import { type Environment, variable } from "./Environment.ts"
import { Failure } from "./Failure.ts"
import { SettingInvalid } from "./UsageFailure.ts"

/** Where AWS's own settings are. */
export interface AwsSources {
  readonly profile: Profile | undefined
  readonly config: AwsConfig
  readonly environment: Environment
}

/** An endpoint of the user's own for a service (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
export const configuredEndpoint = (
  service: "sts" | "iam",
  sources: AwsSources
): string | undefined | ConfigLineUnreadable | SettingInvalid => {
  const { config, environment, profile } = sources
  if (ignoresEndpoints(sources)) return undefined
  for (const name of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, "AWS_ENDPOINT_URL"]) {
    const set = variable(environment, name)
    if (set !== undefined) return checkedUrl(name, set)
  }
  const section = filled(profile?.values.get("services"))
  if (section !== undefined) {
    const services = config.services(section)
    if (services instanceof Failure) return services
    if (services === undefined) return new SettingInvalid("services", section, `the name of a [services ${section}] section`)
    const ofService = filled(services.values.get(`${service}.endpoint_url`))
    if (ofService !== undefined) return checkedUrl(`endpoint_url in [services ${section}]`, ofService)
  }
  const general = filled(profile?.values.get("endpoint_url"))
  return general === undefined ? undefined : checkedUrl("endpoint_url", general)
}

const checkedUrl = (source: string, text: string): string | SettingInvalid => {
  const host = text.startsWith("https://") ? text[8] : text.startsWith("http://") ? text[7] : undefined
  const isUrl = host !== undefined && host !== "/" && host.trim() !== "" && URL.canParse(text)
  return isUrl ? text : new SettingInvalid(source, text, "an http or https URL")
}

const filled = (text: string | undefined): string | undefined => text === "" ? undefined : text

const truth = (first: string | undefined, second: string | undefined): boolean =>
  (filled(first) ?? second)?.toLowerCase() === "true"

/** Whether endpoints of the user's own are to be passed over. */
export const ignoresEndpoints = ({ environment, profile }: AwsSources): boolean =>
  truth(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"], profile?.values.get("ignore_configured_endpoint_urls"))

/** Whether AWS's endpoints for FIPS 140 are asked for. */
export const wantsFips = ({ environment, profile }: AwsSources): boolean =>
  truth(environment["AWS_USE_FIPS_ENDPOINT"], profile?.values.get("use_fips_endpoint"))

/** Whether AWS's endpoints for IPv4 and IPv6 are asked for. */
export const wantsDualStack = ({ environment, profile }: AwsSources): boolean =>
  truth(environment["AWS_USE_DUALSTACK_ENDPOINT"], profile?.values.get("use_dualstack_endpoint"))

/** A PEM file of certificate authorities to trust instead of the system's. */
export const caBundleOf = ({ environment, profile }: AwsSources): string | undefined =>
  variable(environment, "AWS_CA_BUNDLE") ?? filled(profile?.values.get("ca_bundle"))
