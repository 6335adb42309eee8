import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Failure } from "../../domain/base/Failure.ts"
import type { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"

/**
 * What comes of a question where nobody is asked: the answer of which there is no doubt, the failure that it is then, or
 * one that says what is not known (it completes "cannot tell …") and by which flags it is told (they complete "pass …").
 */
export type Unasked<A, E> =
  | { readonly certain: NoInfer<A> }
  | { readonly failure: E }
  | { readonly what: string; readonly flags: string; readonly certain?: NoInfer<A> | undefined }

/** One of several answers. Labels and details are shown as plain text, on one line, and may be cut to fit. */
export interface Choice<A> {
  readonly value: A
  readonly label: string
  /** What tells it from others like it. */
  readonly detail?: string
}

export interface Choosing<A, E = never> {
  readonly question: string
  /** In the order to be shown; never empty. Typing narrows them down to those whose label or detail has what was typed. */
  readonly choices: ReadonlyArray<Choice<A>>
  /** Without it a question is always asked. */
  readonly unasked?: Unasked<A, E>
}

export interface Asking<E = never> {
  readonly question: string
  /** What an empty answer stands for. */
  readonly usual?: string
  /** Why an answer will not do, as a sentence for the person; undefined where it will. */
  readonly check?: (answer: string) => string | undefined
  readonly unasked?: Unasked<string, E>
}

/** Why a question has no answer. */
export type Unanswered = InterviewFailure<"AnswerMissing" | "InterviewLeft" | "NobodyToAsk">

/**
 * A conversation with the person at the terminal (/dev/tty), whatever stdin and stdout are: what the wizards are made
 * of. Readable at 40 columns and without colour. Answers come without the blanks around them. Leaving (Ctrl-C,
 * Escape, Ctrl-D) is possible at every question and fails with `InterviewLeft`; without a terminal every question fails
 * with `NobodyToAsk`. The terminal is as it was after each question, however that ended, SIGKILL excepted.
 */
export class Interview extends Context.Service<Interview, {
  /** Whether there is a terminal on which a question could be asked now. */
  readonly available: Effect.Effect<boolean>
  /** Whether questions are asked: false where what is certain is to do, and all else is a failure. */
  readonly attended: boolean
  choose<A, E extends Failure = never>(choosing: Choosing<A, E>): Effect.Effect<A, Unanswered | E>
  /** Yes or no; `usual` is what the Enter key alone means. */
  confirm<E extends Failure = never>(
    question: string,
    usual: boolean,
    unasked?: Unasked<boolean, E>
  ): Effect.Effect<boolean, Unanswered | E>
  text<E extends Failure = never>(asking: Asking<E>): Effect.Effect<string, Unanswered | E>
  /** Like `text`, but nothing of the answer is shown, and it is asked in any case: no flag is to hold a secret. */
  secret(asking: Omit<Asking, "unasked" | "usual">): Effect.Effect<Redacted.Redacted<string>, Unanswered>
  /** Says something, in lines that stay: on the terminal, or on stderr where there is none. */
  tell(lines: string): Effect.Effect<void>
}>()("op-aws-credential-process/services/Interview") {}
