import { ExitCode, Failure } from "../base/Failure.ts"

/** A question had to be asked and there is no terminal to ask it on. */
export class NobodyToAsk extends Failure {
  override readonly _tag = "NobodyToAsk"
  override readonly exitCode = ExitCode.usage

  /** `unattended` says how to go without questions, as an imperative sentence without its full stop. */
  constructor(command?: string, unattended = "give the answers as flags (--help names them)") {
    const asker = command === undefined ? "the command" : `\`${command}\``
    super(`${asker} asks questions, and there is no terminal to ask them on`, `run it in a terminal, or ${unattended}`)
  }
}

/** All that is said where somebody left and nothing was done by then. */
export const nothingChanged = "Nothing was changed."

/**
 * The person left at a question. The message is all that is said of it, and no error: whoever has changed something by
 * then fails with another one that says what.
 */
export class InterviewLeft extends Failure {
  override readonly _tag = "InterviewLeft"
  override readonly exitCode = ExitCode.interrupted

  constructor(message = nothingChanged) {
    super(message, "run it again when you are ready")
  }
}

/** A question that nobody is there for, or that `--yes` is no answer to. */
export class AnswerMissing extends Failure {
  override readonly _tag = "AnswerMissing"
  override readonly exitCode = ExitCode.usage

  /** `what` completes "cannot tell …"; `flags` say how to. */
  constructor(command: string, what: string, flags: string) {
    super(`\`${command}\` cannot tell ${what} without asking`, `pass ${flags}, or run it in a terminal without --yes`)
  }
}
