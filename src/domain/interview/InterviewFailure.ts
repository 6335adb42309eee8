import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"

const { usage, interrupted } = ExitCode

/** All that is said where somebody left and nothing was done by then. */
export const nothingChanged = "Nothing was changed."

export const InterviewFailure = failures({
  /**
   * A question had to be asked and there is no terminal to ask it on. `unattended` says how to go without questions,
   * as an imperative sentence without its full stop.
   */
  NobodyToAsk: (command?: string, unattended = "give the answers as flags (--help names them)") => {
    const asker = command === undefined ? "the command" : `\`${command}\``
    return [usage, `${asker} asks questions, and there is no terminal to ask them on`, `run it in a terminal, or ${unattended}`]
  },
  /**
   * The person left at a question. The message is all that is said of it, and no error: whoever has changed
   * something by then fails with another one that says what.
   */
  InterviewLeft: (message = nothingChanged) => [interrupted, message, "run it again when you are ready"],
  /**
   * A question that nobody is there for, or that `--yes` is no answer to. `what` completes "cannot tell …"; `flags`
   * say how to.
   */
  AnswerMissing: (command: string, what: string, flags: string) => [
    usage,
    `\`${command}\` cannot tell ${what} without asking`,
    `pass ${flags}, or run it in a terminal without --yes`
  ]
})

export type InterviewFailure<Tag extends keyof typeof InterviewFailure = keyof typeof InterviewFailure> =
  FailureOf<typeof InterviewFailure, Tag>
