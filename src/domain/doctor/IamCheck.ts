import type { AwsConfig } from "../AwsConfig.ts"
import { configuredEndpoint } from "../ConfiguredEndpoint.ts"
import { type Environment, variable } from "../Environment.ts"
import { Failure } from "../Failure.ts"
import { type Examined, fineUnless, type Finding } from "../Finding.ts"
import { isLoopback } from "../Loopback.ts"
import { printable } from "../Printable.ts"

export interface IamFacts {
  readonly environment: Environment
  readonly config: AwsConfig
  /** Whose keys `rotate` would replace. */
  readonly profiles: ReadonlyArray<string>
}

/** The way to IAM as it is configured, without taking it. What cannot be read is found with the settings. */
export const checkIam = ({ config, environment, profiles }: IamFacts): Examined => {
  const ways = Map.groupBy(profiles, (name) => {
    const profile = config.profile(name)
    const endpoint = profile instanceof Failure ? undefined : configuredEndpoint("iam", { config, environment, profile })
    return typeof endpoint === "string" && isInTheClear(endpoint) ? endpoint : undefined
  })
  return fineUnless([...ways].flatMap(([endpoint, names]) => endpoint === undefined ? [] : [finding(endpoint, names, environment)]))
}

const isInTheClear = (endpoint: string): boolean => {
  const { hostname, protocol } = new URL(endpoint)
  return protocol === "http:" && !isLoopback(hostname)
}

const finding = (endpoint: string, names: ReadonlyArray<string>, environment: Environment): Finding => {
  const set = ["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL"].find((name) => variable(environment, name) === endpoint)
  return {
    check: "iam",
    severity: "error",
    what: `${set ?? "the profile"} sends ${names.map((name) => printable(name)).join(", ")} to ${printable(new URL(endpoint).origin)} for IAM, instead of AWS`,
    why: "a new key that `rotate` makes travels there in the clear",
    mend: set === undefined
      ? "delete endpoint_url, and services, from the profile, unless you mean it"
      : `unset it, unless you mean it\nunset ${set}`
  }
}
