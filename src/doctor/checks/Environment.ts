import { type Environment, variable } from "../../domain/base/Environment.ts"
import { printable } from "../../domain/base/Printable.ts"
import { type Examined, type Finding, fineUnless, type Severity } from "../Finding.ts"

export interface EnvironmentFacts {
  readonly environment: Environment
  readonly profileNames: ReadonlyArray<string>
}

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "environment",
  severity,
  what,
  why,
  mend
})

/** Variables of AWS's that send a client somewhere else than to the profile that was meant. */
export const checkEnvironment = (facts: EnvironmentFacts): Examined =>
  fineUnless(
    [...keys(facts), ...otherSources(facts), ...profileVariables(facts), ...filePaths(facts)],
    "no variable of AWS's gets in the way"
  )

const keys = ({ environment }: EnvironmentFacts): ReadonlyArray<Finding> => {
  if (variable(environment, "AWS_ACCESS_KEY_ID") === undefined) return []
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].filter((name) =>
    environment[name] !== undefined
  )
  const session = variable(environment, "AWS_SESSION_TOKEN") !== undefined
  return [finding(
    "error",
    `AWS_ACCESS_KEY_ID is set${session ? ", with a session" : ""}`,
    "every client takes it and never runs this program; JavaScript alone prefers AWS_PROFILE, where that is set",
    `leave the shell that \`exec\` or \`env\` made, or\nunset ${names.join(" ")}`
  )]
}

/** Sources that some clients ask before a profile, or after a profile that failed. */
const otherSources = ({ environment }: EnvironmentFacts): ReadonlyArray<Finding> => {
  const container = Object.keys(environment).filter((name) => name.startsWith("AWS_CONTAINER_") && environment[name])
  const uri = container.find((name) => name.endsWith("_URI"))
  const token = variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE")
  return [
    ...uri === undefined ? [] : [finding(
      "warning",
      `${uri} is set`,
      "where the profile fails, JavaScript goes on to that address and may come back with somebody else's credentials",
      `unset it where profiles are used\nunset ${container.join(" ")}`
    )],
    ...token === undefined ? [] : [finding(
      "warning",
      "AWS_WEB_IDENTITY_TOKEN_FILE is set",
      "several clients, Java and Go among them, take that identity before a profile",
      "unset it where profiles are used\nunset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME"
    )]
  ]
}

const profileVariables = ({ environment, profileNames }: EnvironmentFacts): ReadonlyArray<Finding> => {
  const named = variable(environment, "AWS_PROFILE")
  const other = variable(environment, "AWS_DEFAULT_PROFILE")
  const unknown = (name: string | undefined): name is string => name !== undefined && !profileNames.includes(name)
  return [
    ...environment["AWS_PROFILE"] !== "" ? [] : [finding(
      "warning",
      "AWS_PROFILE is set to nothing",
      "the AWS CLI, boto3, Java and Rust look for a profile without a name and fail; Go and JavaScript take [default]",
      "take it away\nunset AWS_PROFILE"
    )],
    ...named === undefined || other === undefined || named === other ? [] : [finding(
      "warning",
      `AWS_PROFILE is ${printable(named)} and AWS_DEFAULT_PROFILE is ${printable(other)}`,
      "boto3 and version 1 of the AWS CLI take the second, all others the first",
      "take one of them away\nunset AWS_DEFAULT_PROFILE"
    )],
    ...named !== undefined || other === undefined ? [] : [finding(
      "warning",
      `AWS_DEFAULT_PROFILE is ${printable(other)}, and AWS_PROFILE is not set`,
      "JavaScript, Java and Rust do not read it and take [default]; nor does this program",
      `use the other name\nexport AWS_PROFILE=${printable(other)}\nunset AWS_DEFAULT_PROFILE`
    )],
    ...!unknown(named) ? [] : [finding(
      "error",
      `AWS_PROFILE is ${printable(named)}, and no file has such a profile`,
      "every client that is not told another profile fails",
      `name one that is there (${printable(profileNames.slice(0, 12).join(", "), 300)}), or\nunset AWS_PROFILE`
    )]
  ]
}

const filePaths = ({ environment }: EnvironmentFacts): ReadonlyArray<Finding> =>
  ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"].flatMap((name) => {
    const path = variable(environment, name)
    if (path === undefined || path.startsWith("/")) return []
    const whole = path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, variable(environment, "HOME") ?? "~")
    return [finding(
      "warning",
      `${name} is ${printable(path)}`,
      path.startsWith("~/")
        ? "Go does not know ~ and finds no file"
        : path.startsWith("$")
        ? "most clients put no variable in and find no file"
        : "it is another file in each directory, and mostly none",
      `write it in full\nexport ${name}=${/^[/~]/.test(whole) ? printable(whole) : `"$PWD/${printable(path)}"`}`
    )]
  })
