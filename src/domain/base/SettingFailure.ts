import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"
import { unquotedHint } from "./UnquotedHint.ts"

/** A value that cannot be used. `source` says where it was written. */
export class SettingInvalid extends Failure {
  override readonly _tag = "SettingInvalid"
  override readonly exitCode = ExitCode.usage

  constructor(source: string, value: string, expected: string) {
    super(`${source} is "${printable(value, 100)}", which is not ${expected}`, unquotedHint(value) ?? `write ${expected}`)
  }
}

export class SettingsDisagree extends Failure {
  override readonly _tag = "SettingsDisagree"
  override readonly exitCode = ExitCode.usage
}

/** Nobody says which region, and the partition is not one whose default is known. */
export class NoRegion extends Failure {
  override readonly _tag = "NoRegion"
  override readonly exitCode = ExitCode.usage

  constructor(partition: string) {
    super(
      `no region of ${printable(partition, 60)} is set, and the default of that partition is not known`,
      "add region = … to the profile, or set AWS_REGION"
    )
  }
}
