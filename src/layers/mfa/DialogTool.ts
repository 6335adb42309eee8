import { printable } from "../../domain/base/Printable.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { endingOf, type ProgramEnd } from "../host/RunProgram.ts"

/**
 * A program that shows a question with a line to type in. The question arrives as one printable line; the tool's
 * command line must show it as it stands, whatever it holds, and be read by no shell.
 */
export interface DialogTool {
  /** A bare name, looked for in PATH. */
  readonly program: string
  readonly commandLine: (question: string, title: string) => ReadonlyArray<string>
  /** What the person typed or did, by how the program ended. */
  readonly answer: (end: ProgramEnd) => string | MfaFailure<"DialogDismissed" | "DialogFailed">
}

/** Whoever reads a dialog's title should know who asks, and for which profile. One printable line. */
export const dialogTitle = (profile: string): string => `op-aws-credential-process: ${printable(profile, 80)}`

/** The line that a tool printed, as it was typed. */
export const typedLine = ({ stdout }: ProgramEnd): string => stdout.replace(/\r?\n$/, "")

/** The tool's own words are shown, never what it printed as the answer. */
export const dialogFailure = (program: string, end: ProgramEnd): MfaFailure<"DialogFailed"> => {
  const words = end.stderr.split("\n").find((line) => line.trim() !== "")
  const said = words === undefined ? "" : `: ${printable(words.trim(), 120)}`
  return MfaFailure.DialogFailed(`${program} ${endingOf(end)}${said}`)
}

/** For the tools that end with 0 when a line was typed and with 1 when the dialog was cancelled or closed. */
export const answerByExitCode = (program: string) => (end: ProgramEnd): string | MfaFailure<"DialogDismissed" | "DialogFailed"> =>
  end.exitCode === 0 ? typedLine(end) : end.exitCode === 1 ? MfaFailure.DialogDismissed() : dialogFailure(program, end)
