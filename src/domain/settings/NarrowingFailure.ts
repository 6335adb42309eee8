import { profileHeader } from "../aws-config/AwsConfigSections.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { formatDuration } from "../base/GoDuration.ts"
import { printable, unquotedHint } from "../base/Printable.ts"
import type { Seconds } from "../base/Time.ts"

const { usage } = ExitCode

const expectations = {
  "duration": "a duration from 1m to 36h, such as 15m or 900",
  "policy": "the path of a policy",
  "arn": "the ARN of a managed policy, arn:aws:iam::aws:policy/ReadOnlyAccess",
  "arns": "ten ARNs of managed policies at most, with commas between them"
} as const

export const NarrowingFailure = failures({
  /** A path that would mean another file in every directory. */
  PolicyPathRelative: (file: string, source: string) => [
    usage,
    `${printable(source, 120)} is "${printable(file, 300)}", which is not an absolute path`,
    unquotedHint(file) ?? "write the whole path of the policy's file, from / or ~/ on"
  ],
  /** A setting that narrows, with a value that says nothing or something odd. */
  NarrowingInvalid: (
    { source, value }: { readonly source: string; readonly value: string },
    kind: "duration" | "policy" | "arn" | "arns"
  ) => {
    const expected = expectations[kind]
    return value === ""
      ? [usage, `${printable(source, 120)} is empty`, `write ${expected}, or take it away`]
      : [
        usage,
        `${printable(source, 120)} is "${printable(value, 100)}", which is not ${expected}`,
        unquotedHint(value) ?? `write ${expected}`
      ]
  },
  /** A narrower session that is to outlast what it is made from. */
  ScopeTooLong: (source: string, duration: Seconds, parent: { readonly duration: Seconds; readonly isRole: boolean }) => {
    const longest = formatDuration(parent.duration)
    return [
      usage,
      `${printable(source, 120)} is ${formatDuration(duration)}, and the ${parent.isRole ? "role" : "session"} that it narrows lasts ${longest}`,
      `ask for ${longest} at most, or for a longer ${parent.isRole ? "role with --role-duration" : "session with --duration"}`
    ]
  },
  /** Managed policies are given to a role, and there is none. */
  PolicyArnsWithoutRole: (source: string, profile: string) => [
    usage,
    `${printable(source, 120)} is for a role, and there is none`,
    `add --role-arn, or give ${profileHeader(profile, 60)} a role_arn and a source_profile; a session without a role is narrowed by op_policy`
  ],
  /** A role over a narrowed session would not be narrowed by it. */
  NarrowedBelowRole: (profile: string, below: string, setting: string) => [
    usage,
    `the role of profile "${printable(profile, 60)}" rests on profile "${printable(below, 60)}", which ${setting} narrows: it would be as wide as the role itself`,
    `let source_profile name a profile without ${setting}, and put it into ${profileHeader(profile, 60)}`
  ],
  /** Clients assume the profile's role by themselves with what is printed for it: nothing narrows that role. */
  RoleOverNarrowed: (profile: string, setting: string) => [
    usage,
    `AWS's clients assume the role of profile "${printable(profile, 60)}" themselves, and ${setting} does not narrow that`,
    `take role_arn out of ${profileHeader(profile, 60)}, and let its credential_process name the role's profile: --profile <the role's profile> --policy <file>`
  ],
  /** Two profiles on one way say different things. */
  NarrowingsDisagree: (first: string, second: string) => [
    usage,
    `${printable(first, 120)} and ${printable(second, 120)} do not say the same`,
    "say it in one of them"
  ]
})

export type NarrowingFailure<Tag extends keyof typeof NarrowingFailure = keyof typeof NarrowingFailure> =
  FailureOf<typeof NarrowingFailure, Tag>
