import { profileHeader } from "../aws-config/AwsConfigSections.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { formatDuration } from "../base/GoDuration.ts"
import { printable, unquotedHint } from "../base/Printable.ts"
import type { Seconds } from "../base/Time.ts"

const { usage } = ExitCode

/** The profiles that one leads to, the one asked for first. */
export type ProfileNames = ReadonlyArray<string>

/** A chain as a person reads it. Of a very long one the ends are shown: what is wrong is mostly at one of them. */
const shown = (names: ProfileNames): string => {
  const ends = names.length <= 12 ? names : [...names.slice(0, 5), "…", ...names.slice(-6)]
  return ends.map((name) => printable(name, 60)).join(" -> ")
}

const quoted = (name: string | undefined): string => `"${printable(name ?? "", 60)}"`

const section = (name: string | undefined): string => profileHeader(name ?? "", 60)

export const RoleFailure = failures({
  /** Following the profiles leads back to one that was there before; it is the last of `names`, too. */
  RoleLoop: (names: ProfileNames) => [
    usage,
    `the profiles lead in a circle: ${shown(names)}`,
    `let the source_profile of ${section(names.at(-2))} name a profile whose key is in 1Password`
  ],
  /** More profiles than anybody's roles lead through. AWS has no such limit, and a chain that long is a mistake. */
  RoleChainTooDeep: (names: ProfileNames, most: number) => [
    usage,
    `the roles lead through more than ${most} profiles: ${shown(names)}`,
    `let the source_profile of ${section(names[0])} name a profile that is nearer to the key in 1Password`
  ],
  /** The last of `names` is in no file. */
  RoleProfileMissing: (names: ProfileNames, path: string) => [
    usage,
    `there is no profile ${quoted(names.at(-1))} in ${path}: ${shown(names)}`,
    unquotedHint(names.at(-1) ?? "") ?? `add ${section(names.at(-1))}, or correct its name in ${section(names.at(-2))}`
  ],
  /** The last of `names` has credentials that do not come from us; `source` says where from, if anything does. */
  RoleSourceForeign: (names: ProfileNames, source: string | undefined) => {
    const last = section(names.at(-1))
    const name = quoted(names.at(-1))
    return [
      usage,
      source === undefined
        ? `profile ${name} names no 1Password item and no other credentials: ${shown(names)}`
        : `the credentials of profile ${name} do not come from 1Password but ${source}: ${shown(names)}`,
      names.length === 1
        ? `give ${last} a source_profile whose key is in 1Password instead`
        : `add op_vault and op_item to ${last}, or name another profile in ${section(names.at(-2))}`
    ]
  },
  /** A role, and nothing that says whose credentials it is to be assumed with. */
  RoleWithoutSource: (names: ProfileNames) => [
    usage,
    `the role of profile ${quoted(names.at(-1))} has no source_profile to be assumed with: ${shown(names)}`,
    `add source_profile = <a profile whose key is in 1Password> to ${section(names.at(-1))}`
  ],
  /** The profile's `credential_process` runs us with words that do not only print credentials. */
  ProcessLineUnusable: (names: ProfileNames) => [
    usage,
    `the credential_process line of profile ${quoted(names.at(-1))} does not print credentials: ${shown(names)}`,
    "run the line in a terminal to see what is wrong with it; `op-aws-credential-process --help` shows its flags"
  ],
  /** Flags that change a role, and there is none. */
  RoleMissing: (names: ProfileNames, sources: ReadonlyArray<string>) => [
    usage,
    `${sources.join(" and ")} ${sources.length === 1 ? "is" : "are"} for a role, and there is none: ${shown(names)}`,
    `add --role-arn, or give ${section(names[0])} a role_arn and a source_profile`
  ],
  /** A setting of a role that AWS would not take. `source` says where it was written. */
  RoleSettingInvalid: (names: ProfileNames, source: string, value: string, expected: string) => [
    usage,
    `${source} is "${printable(value, 100)}", which is not ${expected}: ${shown(names)}`,
    unquotedHint(value) ?? `write ${expected}`
  ],
  /** AWS ends the session of a role that another role assumed after an hour, and refuses a longer one. */
  ChainedRoleTooLong: (names: ProfileNames, profile: string, duration: Seconds) => [
    usage,
    `the role of profile ${quoted(profile)} is to last ${formatDuration(duration)}, ` +
      `and one that a role assumes lasts 1h at most: ${shown(names)}`,
    "ask for 1h at most (--role-duration, or duration_seconds in the profile); only the first role can last longer"
  ],
  /** No policy lets anybody assume a role of another partition. */
  RoleInOtherPartition: (names: ProfileNames, profile: string, partition: string, caller: string) => [
    usage,
    `the role of profile ${quoted(profile)} is in ${partition}, ` +
      `and what it is assumed with in ${caller}: ${shown(names)}`,
    "AWS's partitions share no accounts: correct the ARN, or name a source_profile with a key of the same partition"
  ],
  /** What an earlier role of the chain hands on to this one and AWS does not let it set again. */
  RoleInherits: (names: ProfileNames, profile: string, what: string) => [
    usage,
    `the role of profile ${quoted(profile)} sets ${printable(what, 160)}, ` +
      `which an earlier role of the chain hands on to it: ${shown(names)}`,
    `take it out of ${section(profile)}, or out of the profile before it`
  ]
})

export type RoleFailure<Tag extends keyof typeof RoleFailure = keyof typeof RoleFailure> = FailureOf<typeof RoleFailure, Tag>
