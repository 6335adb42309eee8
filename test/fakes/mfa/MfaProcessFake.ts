import { Context, type Duration, Effect, Layer, Redacted } from "effect"
import { MfaFailure } from "../../../src/domain/mfa/MfaFailure.ts"
import { MfaProcess } from "../../../src/services/mfa/MfaProcess.ts"

/** What comes of a run: six digits, a failure, or nothing at all. */
export type Outcome = { readonly after?: Duration.Input } & (
  | { readonly print: string }
  | { readonly fail: string }
  | { readonly hang: true }
)

/** What a command does each time it is run. Runs are counted from 1. */
export type Script = (command: string, count: number) => Outcome

/** These outcomes one after the other; a plain text is a code. When they are used up, the command hangs. */
export const printing = (...outcomes: ReadonlyArray<Outcome | string>): Script => (_, count) => {
  const outcome = outcomes[count - 1] ?? { hang: true }
  return typeof outcome === "string" ? { print: outcome } : outcome
}

interface Shape {
  /** The commands that were run, oldest first. */
  readonly commands: Effect.Effect<ReadonlyArray<string>>
}

/** Commands that print codes by a script. Time passes on Effect's Clock. */
export class MfaProcessFake extends Context.Service<MfaProcessFake, Shape>()("test/fakes/MfaProcessFake") {
  /** Without a script every command hangs. */
  static layer(script: Script = printing()): Layer.Layer<MfaProcess | MfaProcessFake> {
    return Layer.effectContext(Effect.sync(() => {
      const commands: Array<string> = []
      const run = Effect.fn("MfaProcessFake.run")(function*(command: string) {
        const outcome = script(command, commands.push(command))
        if (outcome.after !== undefined) yield* Effect.sleep(outcome.after)
        if ("hang" in outcome) return yield* Effect.never
        if ("fail" in outcome) return yield* Effect.fail(MfaFailure.MfaProcessFailed(outcome.fail))
        return Redacted.make(outcome.print)
      })
      return Context.make(MfaProcessFake, { commands: Effect.sync(() => [...commands]) }).pipe(
        Context.add(MfaProcess, { run })
      )
    }))
  }
}
