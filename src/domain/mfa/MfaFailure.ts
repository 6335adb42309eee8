import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

/** There is nobody to ask. `reason` completes "an MFA code is needed and …". */
export class NoTerminal extends Failure {
  override readonly _tag = "NoTerminal"
  override readonly exitCode = ExitCode.mfa

  constructor(profile = "<profile>", reason = "there is no terminal to ask on") {
    super(
      `an MFA code is needed and ${reason}`,
      `run \`op-aws-credential-process login --profile ${printable(profile)}\` in a terminal first, or add a one-time password field to the 1Password item`
    )
  }
}

/** The person closed the question, or the terminal went away, before a line was typed. */
export class PromptEnded extends Failure {
  override readonly _tag = "PromptEnded"
  override readonly exitCode = ExitCode.mfa

  constructor() {
    super(
      "the terminal's input ended before an MFA code was typed",
      "run the command again and type the six digits that the MFA device shows"
    )
  }
}

export class CodesRefused extends Failure {
  override readonly _tag = "CodesRefused"
  override readonly exitCode = ExitCode.mfa

  constructor(serial: string, tries: number) {
    super(
      `${tries} MFA codes for ${serial} were not accepted`,
      "check that the code comes from this device and that the clock of the device is right, then try again"
    )
  }
}

/** The dialog was closed or cancelled by a person. */
export class DialogDismissed extends Failure {
  override readonly _tag = "DialogDismissed"
  override readonly exitCode = ExitCode.mfa

  constructor() {
    super(
      "the dialog for the MFA code was dismissed",
      "no other one is shown to the same program for 5 minutes: run `op-aws-credential-process login` in a terminal, or add a one-time password field to the 1Password item"
    )
  }
}

/** The platform's dialog could not be shown. `reason` is one printable line. */
export class DialogFailed extends Failure {
  override readonly _tag = "DialogFailed"
  override readonly exitCode = ExitCode.mfa

  constructor(reason: string) {
    super(
      `no dialog could be shown for the MFA code: ${reason}`,
      "run `op-aws-credential-process login` in a terminal, or add a one-time password field to the 1Password item"
    )
  }
}

/** The command that prints MFA codes did not. `reason` is one printable line and never what it printed to stdout. */
export class MfaProcessFailed extends Failure {
  override readonly _tag = "MfaProcessFailed"
  override readonly exitCode = ExitCode.mfa

  constructor(reason: string) {
    super(`the mfa_process command gave no MFA code: ${reason}`, "run the command by hand: it has to print six digits and end with 0")
  }
}

/** `--mfa otp` was asked for and the item has no one-time password. */
export class NoOneTimePassword extends Failure {
  override readonly _tag = "NoOneTimePassword"
  override readonly exitCode = ExitCode.refused

  constructor(item: string) {
    super(`the item "${printable(item)}" has no one-time password`, "add one to the item in 1Password, or use --mfa prompt")
  }
}

/** `--mfa process` was asked for and no command is set. */
export class NoMfaProcess extends Failure {
  override readonly _tag = "NoMfaProcess"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string) {
    super(`no mfa_process is set for profile "${printable(profile)}"`, "add mfa_process = <command> to the profile, or pass --mfa-process")
  }
}
