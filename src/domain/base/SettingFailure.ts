import { ExitCode, type FailureOf, failures } from "./Failure.ts"
import { printable, unquotedHint } from "./Printable.ts"

const { usage } = ExitCode

export const SettingFailure = failures({
  /** A value that cannot be used. `source` says where it was written. */
  SettingInvalid: (source: string, value: string, expected: string) => [
    usage,
    `${source} is "${printable(value, 100)}", which is not ${expected}`,
    unquotedHint(value) ?? `write ${expected}`
  ],
  SettingsDisagree: (message: string, hint: string) => [usage, message, hint],
  /** Nobody says which region, and the partition is not one whose default is known. */
  NoRegion: (partition: string) => [
    usage,
    `no region of ${printable(partition, 60)} is set, and the default of that partition is not known`,
    "add region = … to the profile, or set AWS_REGION"
  ]
})

export type SettingFailure<Tag extends keyof typeof SettingFailure = keyof typeof SettingFailure> =
  FailureOf<typeof SettingFailure, Tag>
