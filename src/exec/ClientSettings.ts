import { type AwsSources, caBundleOf, ignoresEndpoints, wantsDualStack, wantsFips } from "../domain/aws/ConfiguredEndpoint.ts"
import { variable } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"

/**
 * What a profile says for AWS's clients beside its credentials, as the variables that they read (AWS SDKs and Tools
 * Reference Guide): a program that is given a session in its environment has no profile to read it from. What the
 * environment says already counts before the profile, there as here, and is left alone.
 */
export const clientSettings = (sources: AwsSources): ReadonlyArray<readonly [name: string, value: string]> => {
  const { environment } = sources
  return [...pathSettings(sources), ...endpoints(sources)].filter(([name]) => variable(environment, name) === undefined)
}

const pathSettings = (sources: AwsSources): ReadonlyArray<readonly [name: string, value: string]> => {
  const caBundle = caBundleOf(sources)
  return [
    ...(wantsFips(sources) ? [["AWS_USE_FIPS_ENDPOINT", "true"]] as const : []),
    ...(wantsDualStack(sources) ? [["AWS_USE_DUALSTACK_ENDPOINT", "true"]] as const : []),
    ...(caBundle === undefined ? [] : [["AWS_CA_BUNDLE", caBundle]] as const)
  ]
}

const ofService = /^([a-z0-9_]+)\.endpoint_url$/

/** A service's own endpoint counts before that of all. */
const endpoints = (sources: AwsSources): ReadonlyArray<readonly [name: string, value: string]> => {
  const { config, profile } = sources
  if (ignoresEndpoints(sources)) return []
  const section = profile?.values.get("services")
  const services = section === undefined ? undefined : config.services(section)
  const own = services === undefined || services instanceof Failure ? [] : [...services.values].flatMap(([key, value]) => {
    const service = ofService.exec(key)?.[1]
    return service === undefined ? [] : [[`AWS_ENDPOINT_URL_${service.toUpperCase()}`, value] as const]
  })
  const general = profile?.values.get("endpoint_url")
  return general === undefined ? own : [...own, ["AWS_ENDPOINT_URL", general]]
}
