import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

abstract class UsageFailure extends Failure {
  override readonly exitCode = ExitCode.usage
}

export class UnknownProfile extends UsageFailure {
  override readonly _tag = "UnknownProfile"

  constructor(profile: string, path: string, known: ReadonlyArray<string>) {
    super(
      `there is no profile "${printable(profile)}" in ${path}`,
      known.length === 0
        ? `\`op-aws-credential-process setup ${printable(profile)}\` makes it`
        : `\`op-aws-credential-process setup\` makes another; the profiles are: ${printable(known.slice(0, 12).join(", "), 300)}${known.length > 12 ? ", …" : ""}`
    )
  }
}

/** The same `credential_process` line stands in several profiles, so that it does not say which one is meant. */
export class AmbiguousProfile extends UsageFailure {
  override readonly _tag = "AmbiguousProfile"

  constructor(profiles: ReadonlyArray<string>) {
    super(
      `this credential_process line stands in several profiles: ${printable(profiles.join(", "), 300)}`,
      `add \`--profile ${printable(profiles[0] ?? "<name>")}\` to the line of [profile ${printable(profiles[0] ?? "<name>")}], and likewise in the others`
    )
  }
}

export class SettingMissing extends UsageFailure {
  override readonly _tag = "SettingMissing"

  constructor(what: string, flag: string, variable: string, profileKey: string, profile: string) {
    super(
      `no ${what} is set for profile "${printable(profile)}"`,
      `\`op-aws-credential-process setup\` asks for it and writes it; or add ${profileKey} = … to the profile, pass --${flag}, or set ${variable}`
    )
  }
}

/** A value that cannot be used. `source` says where it was written. */
export class SettingInvalid extends UsageFailure {
  override readonly _tag = "SettingInvalid"

  constructor(source: string, value: string, expected: string) {
    super(`${source} is "${printable(value, 100)}", which is not ${expected}`, `write ${expected}`)
  }
}

export class SettingsDisagree extends UsageFailure {
  override readonly _tag = "SettingsDisagree"
}

/** No MFA device is known, which shows only when the item has been read. */
export class NoMfaSerial extends UsageFailure {
  override readonly _tag = "NoMfaSerial"

  constructor(profile: string) {
    super(
      `no MFA device is known for profile "${printable(profile)}"`,
      "add mfa_serial = arn:aws:iam::<account>:mfa/<user> to the profile, or a field \"mfa serial\" to the item; --mfa none goes without"
    )
  }
}

/** A command line that cannot be understood. */
export class BadUsage extends UsageFailure {
  override readonly _tag = "BadUsage"

  /** `meant` is what was probably meant, where there is something of that kind. */
  constructor(what: string, meant?: string) {
    const shown = "`op-aws-credential-process --help` shows what there is"
    super(printable(what, 300), meant === undefined ? shown : `did you mean ${printable(meant, 200)}? ${shown}`)
  }
}

/** The npm package was started by a Node that it was not made for; the standalone executable brings its own runtime. */
export class NodeTooOld extends UsageFailure {
  override readonly _tag = "NodeTooOld"

  constructor(version: string) {
    super(`Node ${version} is too old for op-aws-credential-process`, "use Node 22.19 or newer, or the standalone executable")
  }
}
