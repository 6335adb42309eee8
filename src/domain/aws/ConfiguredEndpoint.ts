import type { AwsConfig, Profile } from "../aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../aws-config/ConfigFailure.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { consistsOf } from "../base/Printable.ts"
import { SettingFailure } from "../base/SettingFailure.ts"

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
): string | undefined | ConfigFailure<"ConfigLineUnreadable"> | SettingFailure<"SettingInvalid"> => {
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
    if (services === undefined) {
      return SettingFailure.SettingInvalid("services", section, `the name of a [services ${section}] section`)
    }
    const ofService = filled(services.values.get(`${service}.endpoint_url`))
    if (ofService !== undefined) return checkedUrl(`endpoint_url in [services ${section}]`, ofService)
  }
  const general = filled(profile?.values.get("endpoint_url"))
  return general === undefined ? undefined : checkedUrl("endpoint_url", general)
}

const checkedUrl = (source: string, text: string): string | SettingFailure<"SettingInvalid"> => {
  const rest = text.startsWith("https://") ? text.slice(8) : text.startsWith("http://") ? text.slice(7) : undefined
  return rest !== undefined && (isPlainAfterScheme(rest) || isOtherUrl(rest, text))
    ? text
    : SettingFailure.SettingInvalid(source, text, "an http or https URL")
}

const isOtherUrl = (rest: string, text: string): boolean => rest[0] !== "/" && rest.trimStart() === rest && URL.canParse(text)

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

const digits = "0123456789"
const ofNames = "abcdefghijklmnopqrstuvwxyz0123456789-"

/**
 * Whether what follows the scheme of a URL begins with a host in plain lower-case letters or an IPv4 address, perhaps
 * with a port, so that every URL parser takes it. `URL` itself, which the launcher's engine does not have and which
 * costs the others more than all of this, is for the rest.
 */
export const isPlainAfterScheme = (text: string): boolean => {
  const slash = text.indexOf("/")
  const authority = slash === -1 ? text : text.slice(0, slash)
  const colon = authority.indexOf(":")
  const host = colon === -1 ? authority : authority.slice(0, colon)
  return (isName(host) || isAddress(host)) && (colon === -1 || isNumber(authority.slice(colon + 1), 65_535))
}

/** A last part that begins with a letter keeps a name from being an address; `xn--` may be wrong in itself. */
const isName = (host: string): boolean => {
  const labels = host.split(".")
  for (const label of labels) if (label === "" || label.startsWith("xn--") || !consistsOf(label, ofNames)) return false
  return labels.at(-1)!.charCodeAt(0) >= 0x61
}

const isAddress = (host: string): boolean => {
  const parts = host.split(".")
  for (const part of parts) if (!isNumber(part, 255)) return false
  return parts.length === 4
}

/** Without a zero in front, which would make it octal. */
const isNumber = (text: string, largest: number): boolean =>
  text !== "" && text.length <= 5 && consistsOf(text, digits) && (text === "0" || text[0] !== "0") && Number(text) <= largest

/**
 * Whether a host, as `URL` writes it, is this machine itself: 127.0.0.0/8, ::1 or localhost. What is sent there in the
 * clear leaves no machine.
 */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)
