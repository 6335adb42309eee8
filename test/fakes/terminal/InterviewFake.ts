import { Context, Effect, Layer, Redacted } from "effect"
import { InterviewFailure } from "../../../src/domain/interview/InterviewFailure.ts"
import { type Choice, Interview } from "../../../src/services/interview/Interview.ts"

/**
 * What the person does about one question: chooses by a label or a part of one, says yes or no, types, leaves, or
 * presses Enter alone.
 */
export type Answer =
  | { readonly choose: string }
  | { readonly confirm: boolean }
  | { readonly text: string }
  | { readonly secret: string }
  | "leave"
  | "enter"

interface Shape {
  /**
   * What stays on the terminal, oldest first: answered questions as `? question  answer` (a secret as `****`), what was
   * wrong with an answer as `! reason`, a question that was left as `? question  left`, and the lines that were told.
   */
  readonly transcript: Effect.Effect<ReadonlyArray<string>>
  /** The questions among it. */
  readonly questions: Effect.Effect<ReadonlyArray<string>>
  /** For each question of `choose`, what there was to choose from, as `label` or `label (detail)`. */
  readonly offered: Effect.Effect<ReadonlyArray<ReadonlyArray<string>>>
  /** The answers that no question was asked for. */
  readonly unused: Effect.Effect<ReadonlyArray<Answer>>
}

/** A question that nobody thought of, or an answer of another kind: the test is wrong, or the wizard is. */
const surprise = (question: string, what: string) => Effect.die(new Error(`${JSON.stringify(question)}: ${what}`))

const described = <A>({ detail, label }: Choice<A>): string => detail === undefined ? label : `${label} (${detail})`

const chosen = <A>(choices: ReadonlyArray<Choice<A>>, wanted: string): ReadonlyArray<Choice<A>> => {
  const exact = choices.filter(({ label }) => label === wanted)
  return exact.length > 0 ? exact : choices.filter((choice) => described(choice).includes(wanted))
}

const make = (answers: ReadonlyArray<Answer>, present: boolean) => {
  const remaining = [...answers]
  const transcript: Array<string> = []
  const questions: Array<string> = []
  const offered: Array<ReadonlyArray<string>> = []

  const next = (question: string) =>
    Effect.suspend((): Effect.Effect<Exclude<Answer, "leave">, InterviewFailure<"InterviewLeft" | "NobodyToAsk">> => {
      if (!present) return Effect.fail(InterviewFailure.NobodyToAsk())
      questions.push(question)
      const answer = remaining.shift()
      if (answer === undefined) return surprise(question, "no answer is left")
      if (answer !== "leave") return Effect.succeed(answer)
      transcript.push(`? ${question}  left`)
      return Effect.fail(InterviewFailure.InterviewLeft())
    })

  const settle = <A>(question: string, shown: string, answer: A): Effect.Effect<A> =>
    Effect.sync(() => {
      transcript.push(`? ${question}  ${shown}`)
      return answer
    })

  /** Asks again until the answer will do, as the terminal does. */
  const typed = (
    question: string,
    read: (answer: Exclude<Answer, "leave">) => string | undefined,
    check: ((answer: string) => string | undefined) | undefined
  ): Effect.Effect<string, InterviewFailure<"InterviewLeft" | "NobodyToAsk">> =>
    Effect.flatMap(next(question), (answer) => {
      const text = read(answer)?.trim()
      if (text === undefined) return surprise(question, `not to be answered with ${JSON.stringify(answer)}`)
      const complaint = check?.(text)
      if (complaint === undefined) return Effect.succeed(text)
      transcript.push(`! ${complaint}`)
      return typed(question, read, check)
    })

  const interview = Interview.of({
    available: Effect.succeed(present),
    attended: true,
    choose: ({ choices, question }) =>
      Effect.flatMap(next(question), (answer) => {
        offered.push(choices.map(described))
        if (answer !== "enter" && !("choose" in answer)) {
          return surprise(question, `not to be answered with ${JSON.stringify(answer)}`)
        }
        const [found, another] = answer === "enter" ? choices.slice(0, 1) : chosen(choices, answer.choose)
        if (found === undefined || another !== undefined) {
          const trouble = found === undefined ? "no choice is" : "more than one choice is"
          return surprise(question, `${trouble} ${JSON.stringify(answer)}, among: ${choices.map(described).join(", ")}`)
        }
        return settle(question, found.label, found.value)
      }),
    confirm: (question, usual) =>
      Effect.flatMap(next(question), (answer) =>
        answer === "enter"
          ? settle(question, usual ? "yes" : "no", usual)
          : "confirm" in answer
          ? settle(question, answer.confirm ? "yes" : "no", answer.confirm)
          : surprise(question, `not to be answered with ${JSON.stringify(answer)}`)),
    text: ({ check, question, usual = "" }) =>
      Effect.flatMap(
        typed(question, (answer) => {
          if (answer === "enter") return usual
          return "text" in answer ? answer.text.trim() === "" ? usual : answer.text : undefined
        }, check),
        (text) => settle(question, text, text)
      ),
    secret: ({ check, question }) =>
      Effect.flatMap(
        typed(question, (answer) => answer === "enter" ? "" : "secret" in answer ? answer.secret : undefined, check),
        (text) => settle(question, "****", Redacted.make(text))
      ),
    tell: (lines) => Effect.sync(() => void transcript.push(...lines.replace(/\n$/, "").split("\n")))
  })

  const fake: Shape = {
    transcript: Effect.sync(() => [...transcript]),
    questions: Effect.sync(() => [...questions]),
    offered: Effect.sync(() => [...offered]),
    unused: Effect.sync(() => [...remaining])
  }
  return Context.make(Interview, interview).pipe(Context.add(InterviewFake, InterviewFake.of(fake)))
}

/** A person who gives these answers, one after the other. */
export class InterviewFake extends Context.Service<InterviewFake, Shape>()("test/fakes/InterviewFake") {
  static layer(answers: ReadonlyArray<Answer>): Layer.Layer<Interview | InterviewFake> {
    return Layer.effectContext(Effect.sync(() => make(answers, true)))
  }

  /** No terminal, and nobody at it. */
  static readonly absent: Layer.Layer<Interview | InterviewFake> = Layer.effectContext(Effect.sync(() => make([], false)))
}
