import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Interview } from "../../src/services/interview/Interview.ts"

/** One thing that a wizard does. */
export type Step =
  | { readonly choose: string; readonly from: ReadonlyArray<readonly [label: string, detail?: string]> }
  | { readonly confirm: string; readonly usual: boolean }
  | { readonly text: string; readonly usual?: string; readonly least?: number }
  | { readonly secret: string; readonly least?: number }
  | { readonly tell: string }
  | { readonly look: "available" }

const longEnough = (least: number | undefined) => (answer: string): string | undefined =>
  answer.length < (least ?? 0) ? `at least ${least} characters` : undefined

const perform = Effect.fnUntraced(function*(step: Step) {
  const interview = yield* Interview
  if ("tell" in step) return yield* Effect.as(interview.tell(step.tell), "told")
  if ("look" in step) return (yield* interview.available) ? "available" : "not available"
  if ("confirm" in step) return (yield* interview.confirm(step.confirm, step.usual)) ? "yes" : "no"
  if ("choose" in step) {
    const choices = step.from.map(([label, detail], index) => ({
      value: `${index}: ${label}`,
      label,
      ...(detail === undefined ? undefined : { detail })
    }))
    return yield* interview.choose({ question: step.choose, choices })
  }
  const check = longEnough(step.least)
  if ("secret" in step) return Redacted.value(yield* interview.secret({ question: step.secret, check }))
  return yield* interview.text({ question: step.text, check, ...(step.usual === undefined ? undefined : { usual: step.usual }) })
})

/** Does the steps one after the other, until one fails, and says what came of each. */
export const runSteps = (steps: ReadonlyArray<Step>): Effect.Effect<ReadonlyArray<string>, never, Interview> =>
  Effect.gen(function*() {
    const outcomes: Array<string> = []
    for (const step of steps) {
      const outcome = yield* Effect.result(perform(step))
      outcomes.push(outcome._tag === "Success" ? outcome.success : outcome.failure._tag)
      if (outcome._tag === "Failure") break
    }
    return outcomes
  })
