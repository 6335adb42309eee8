import * as Effect from "effect/Effect"
import type { Failure } from "../../domain/base/Failure.ts"
import { printable } from "../../domain/base/Printable.ts"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import { type Asking, type Choosing, Interview } from "../../services/interview/Interview.ts"

/** One of several. */
export const choose = <A, E extends Failure = never>(choosing: Choosing<A, E>) =>
  Effect.flatMap(Interview, (interview) => interview.choose(choosing))

/** A text. */
export const typed = <E extends Failure = never>(asking: Asking<E>) =>
  Effect.flatMap(Interview, (interview) => interview.text(asking))

/** Yes or no. `unasked` is the answer where nobody is asked, or the failure that it is then. */
export const confirmed = <E extends Failure = never>(question: string, usual: boolean, unasked: boolean | E) =>
  Effect.flatMap(Interview, (interview) =>
    interview.confirm<E>(question, usual, typeof unasked === "boolean" ? { certain: unasked } : { failure: unasked }))

/** The same where there is no going on without a yes. */
export const agreed = <E extends Failure = never>(question: string, usual: boolean, unasked: boolean | E) =>
  Effect.flatMap(confirmed(question, usual, unasked), (yes) =>
    yes ? Effect.void : Effect.fail(InterviewFailure.InterviewLeft()))

/** The words of a failure as the beginning of a sentence. */
export const sentence = (text: string): string => printable(text, 400).replace(/^\p{Ll}/u, (first) => first.toUpperCase())

/** Says something, in lines that stay, where there is anything to say. */
export const tell = (...lines: ReadonlyArray<string>) =>
  lines.length === 0 ? Effect.void : Effect.flatMap(Interview, (interview) => interview.tell(lines.map((line) => `${line}\n`).join("")))

/** The same where it is for somebody who is about to answer, and nothing to a script. */
export const guide = (...lines: ReadonlyArray<string>) =>
  Effect.flatMap(Interview, ({ attended }) => attended ? tell(...lines) : Effect.void)
