import type { Profile } from "../../domain/aws-config/AwsConfig.ts"
import { argumentsOfOurs, splitCredentialProcess } from "../../domain/aws-config/CredentialProcessLine.ts"
import { ownKeys } from "../ProfileDraft.ts"
import { programLine } from "../ProgramLine.ts"
import type { SetupFailure } from "../SetupFailure.ts"

/** AWS's own keys that the narrower profile needs as its whole one does. */
const ofAws = [
  "region",
  "output",
  "mfa_serial",
  "mfa_process",
  "ca_bundle",
  "endpoint_url",
  "services",
  "use_dualstack_endpoint",
  "use_fips_endpoint"
]

export interface AgentDraft {
  /** The profile to be narrowed, which is not narrowed yet. */
  readonly whole: Profile
  /** Whether it stands for a role, which only a line that names it narrows: clients assume it themselves. */
  readonly isRole: boolean
  readonly name: string
  /** The policy's absolute path. */
  readonly policy: string
  /** The words that start the program, where the whole profile's line does not say them. */
  readonly words: ReadonlyArray<string>
}

/**
 * The keys of a narrower profile beside a whole one, in their order, and its line. It has no `source_profile`, which
 * would let clients take the whole profile's session; and its line says the policy too, so that a program which does not
 * know that flag fails instead of printing the whole session.
 */
export const agentKeys = (
  { isRole, name, policy, whole, words }: AgentDraft
): { readonly set: ReadonlyArray<readonly [key: string, value: string]>; readonly line: string } | SetupFailure<"LineUnwritable"> => {
  const there = splitCredentialProcess(whole.values.get("credential_process") ?? "") ?? []
  const flags = argumentsOfOurs(there)
  const program = flags === undefined ? words : there.slice(0, there.length - flags.length)
  const others = isRole || flags === undefined ? [] : withoutProfile(flags)
  const line = programLine(program, isRole ? whole.name : name, [...others, "--policy", policy])
  if (typeof line !== "string") return line
  const kept = [...whole.values].filter(([key]) =>
    isRole ? key === "region" || key === "output" : ofAws.includes(key) || ownKeys.has(key)
  )
  // A key of the profile's own is read by no client where the line names another profile.
  return { set: [...kept, ...isRole ? [] : [["op_policy", policy] as const], ["credential_process", line]], line }
}

const withoutProfile = (flags: ReadonlyArray<string>): ReadonlyArray<string> =>
  flags.filter((word, index) => !word.startsWith("--profile=") && word !== "--profile" && flags[index - 1] !== "--profile")

/** The policy's file, in a directory of their own beside AWS's files. */
export const policyPath = (home: string, name: string): string =>
  `${home.replace(/\/+$/, "")}/.aws/op-aws-policies/${name.replace(/[^\w.@+-]/g, "_")}.json`
