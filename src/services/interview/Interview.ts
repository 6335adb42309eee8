import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"

/** One of several answers. Labels and details are shown as plain text, on one line, and may be cut to fit. */
export interface Choice<A> {
  readonly value: A
  readonly label: string
  /** What tells it from others like it. */
  readonly detail?: string
}

export interface Choosing<A> {
  readonly question: string
  /** In the order to be shown; never empty. Typing narrows them down to those whose label or detail has what was typed. */
  readonly choices: ReadonlyArray<Choice<A>>
}

export interface Asking {
  readonly question: string
  /** What an empty answer stands for. */
  readonly usual?: string
  /** Why an answer will not do, as a sentence for the person; undefined where it will. */
  readonly check?: (answer: string) => string | undefined
}

/**
 * A conversation with the person at the terminal (/dev/tty), whatever stdin and stdout are: what the wizards are made
 * of. Readable at 40 columns and without colour. Answers come without the blanks around them. Leaving (Ctrl-C, Escape, Ctrl-D) is possible at every question and
 * fails with `InterviewLeft`; without a terminal every question fails with `NobodyToAsk`. The terminal is as it was
 * after each question, however that ended, SIGKILL excepted.
 */
export class Interview extends Context.Service<Interview, {
  /** Whether a question could be asked now. */
  readonly available: Effect.Effect<boolean>
  choose<A>(choosing: Choosing<A>): Effect.Effect<A, InterviewFailure<"InterviewLeft" | "NobodyToAsk">>
  /** Yes or no; `usual` is what the Enter key alone means. */
  confirm(question: string, usual: boolean): Effect.Effect<boolean, InterviewFailure<"InterviewLeft" | "NobodyToAsk">>
  text(asking: Asking): Effect.Effect<string, InterviewFailure<"InterviewLeft" | "NobodyToAsk">>
  /** Like `text`, but nothing of the answer is shown. */
  secret(
    asking: Omit<Asking, "usual">
  ): Effect.Effect<Redacted.Redacted<string>, InterviewFailure<"InterviewLeft" | "NobodyToAsk">>
  /** Says something, in lines that stay: on the terminal, or on stderr where there is none. */
  tell(lines: string): Effect.Effect<void>
}>()("op-aws-credential-process/services/Interview") {}
