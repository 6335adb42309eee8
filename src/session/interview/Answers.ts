import * as Effect from "effect/Effect"
import { printable } from "../../domain/base/Printable.ts"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import { type Asking, type Choosing, Interview } from "../../services/interview/Interview.ts"

/** How a wizard comes by its answers. */
export interface Manner {
  /** What is typed to run it, for errors. */
  readonly command: string
  /** A person is asked. Else what is not certain is an error, which says by which flags it is told. */
  readonly asks: boolean
  /** `--yes` was given, so that nobody is to be asked even where somebody could be. */
  readonly yes: boolean
}

/** What an answer is about and how it is given without a question. */
export interface Unasked {
  /** Completes "cannot tell …". */
  readonly what: string
  /** Completes "pass …". */
  readonly flags: string
}

const missing = (
  manner: Manner, { flags, what }: Unasked
): Effect.Effect<never, InterviewFailure<"AnswerMissing" | "NobodyToAsk">> =>
  Effect.fail(
    manner.yes ? InterviewFailure.AnswerMissing(
      manner.command, what, flags
    ) : InterviewFailure.NobodyToAsk(manner.command, `pass ${flags}`)
  )

/** One of several. `certain` is the answer of which there is no doubt. */
export const choose = Effect.fnUntraced(function*<A>(
  manner: Manner,
  choosing: Choosing<A>,
  unasked: Unasked & { readonly certain?: A }
) {
  if (manner.asks) return yield* (yield* Interview).choose(choosing)
  return unasked.certain === undefined ? yield* missing(manner, unasked) : unasked.certain
})

/** A text. `certain` is the answer of which there is no doubt. */
export const typed = Effect.fnUntraced(function*(
  manner: Manner,
  asking: Asking,
  unasked: Unasked & { readonly certain?: string | undefined }
) {
  if (manner.asks) return yield* (yield* Interview).text(asking)
  return unasked.certain ?? (yield* missing(manner, unasked))
})

/** Yes or no; `unasked` is the answer where nobody is asked. */
export const confirmed = Effect.fnUntraced(function*(manner: Manner, question: string, usual: boolean, unasked: boolean) {
  return manner.asks ? yield* (yield* Interview).confirm(question, usual) : unasked
})

/** The words of a failure as the beginning of a sentence. */
export const sentence = (text: string): string => printable(text, 400).replace(/^\p{Ll}/u, (first) => first.toUpperCase())

/** Says something, in lines that stay, where there is anything to say. */
export const tell = (...lines: ReadonlyArray<string>) =>
  lines.length === 0 ? Effect.void : Effect.flatMap(Interview, (interview) => interview.tell(lines.map((line) => `${line}\n`).join("")))
