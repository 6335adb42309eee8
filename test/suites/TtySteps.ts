import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Tty } from "../../src/services/terminal/Tty.ts"

/** One thing that a program does with its terminal. */
export type Step =
  | { readonly ask: string; readonly within?: Duration.Input }
  | { readonly show: string }
  | { readonly print: string; readonly until?: NodeJS.Signals }
  | { readonly pause: Duration.Input }
  | { readonly look: "available" | "device" }
  | { readonly together: ReadonlyArray<ReadonlyArray<Step>> }

/** Listens at once, before anybody can know that it does. The timer keeps the process alive meanwhile. */
const heard = (signal: NodeJS.Signals): Effect.Effect<void> =>
  Effect.callback<void>((resume) => void process.once(signal, () => resume(Effect.void))).pipe(
    Effect.timeoutOrElse({ duration: "1 minute", orElse: () => Effect.void })
  )

const perform: (step: Step) => Effect.Effect<string, never, Tty> = Effect.fnUntraced(function*(step) {
  if ("together" in step) {
    const outcomes = yield* Effect.forEach(step.together, runSteps, { concurrency: "unbounded" })
    return outcomes.flat().join(" and ")
  }
  const tty = yield* Tty
  if ("show" in step) return yield* Effect.as(tty.show(step.show), "shown")
  if ("print" in step) {
    const printed = Effect.as(tty.print(step.print), "printed")
    return yield* step.until === undefined ? printed : Effect.zipWith(heard(step.until), printed, (_, text) => text, {
      concurrent: true
    })
  }
  if ("pause" in step) return yield* Effect.as(Effect.sleep(step.pause), "paused")
  if ("look" in step) {
    return step.look === "available"
      ? (yield* tty.available) ? "available" : "not available"
      : yield* Effect.match(tty.device, { onFailure: (failure) => failure._tag, onSuccess: (name) => `on ${name}` })
  }
  const asked = Effect.match(tty.ask(step.ask), {
    onFailure: (failure) => failure._tag,
    onSuccess: (line) => `answered ${JSON.stringify(line)}`
  })
  return yield* step.within === undefined
    ? asked
    : Effect.timeoutOrElse(asked, { duration: step.within, orElse: () => Effect.succeed("too late") })
})

/** Does the steps one after the other and says in a few words what came of each. */
export const runSteps = (steps: ReadonlyArray<Step>): Effect.Effect<ReadonlyArray<string>, never, Tty> =>
  Effect.forEach(steps, perform)
