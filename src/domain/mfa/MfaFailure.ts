import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { mfa, refused, usage } = ExitCode

export const MfaFailure = failures({
  /** There is nobody to ask. `reason` completes "an MFA code is needed and …". */
  NoTerminal: (profile = "<profile>", reason = "there is no terminal to ask on") => [
    mfa,
    `an MFA code is needed and ${reason}`,
    `run \`op-aws-credential-process login --profile ${printable(profile)}\` in a terminal first, or add a one-time password field to the 1Password item`
  ],
  /** The person closed the question, or the terminal went away, before a line was typed. */
  PromptEnded: () => [
    mfa,
    "the terminal's input ended before an MFA code was typed",
    "run the command again and type the six digits that the MFA device shows"
  ],
  CodesRefused: (serial: string, tries: number) => [
    mfa,
    `${tries} MFA codes for ${serial} were not accepted`,
    "check that the code comes from this device and that the clock of the device is right, then try again"
  ],
  /** The dialog was closed or cancelled by a person. */
  DialogDismissed: () => [
    mfa,
    "the dialog for the MFA code was dismissed",
    "no other one is shown to the same program for 5 minutes: run `op-aws-credential-process login` in a terminal, or add a one-time password field to the 1Password item"
  ],
  /** The platform's dialog could not be shown. `reason` is one printable line. */
  DialogFailed: (reason: string) => [
    mfa,
    `no dialog could be shown for the MFA code: ${reason}`,
    "run `op-aws-credential-process login` in a terminal, or add a one-time password field to the 1Password item"
  ],
  /** The command that prints MFA codes did not. `reason` is one printable line and never what it printed to stdout. */
  MfaProcessFailed: (reason: string) => [
    mfa,
    `the mfa_process command gave no MFA code: ${reason}`,
    "run the command by hand: it has to print six digits and end with 0"
  ],
  /** `--mfa otp` was asked for and the item has no one-time password. */
  NoOneTimePassword: (item: string) => [
    refused,
    `the item "${printable(item)}" has no one-time password`,
    "add one to the item in 1Password, or use --mfa prompt"
  ],
  /** `--mfa process` was asked for and no command is set. */
  NoMfaProcess: (profile: string) => [
    usage,
    `no mfa_process is set for profile "${printable(profile)}"`,
    "add mfa_process = <command> to the profile, or pass --mfa-process"
  ]
})

export type MfaFailure<Tag extends keyof typeof MfaFailure = keyof typeof MfaFailure> = FailureOf<typeof MfaFailure, Tag>
