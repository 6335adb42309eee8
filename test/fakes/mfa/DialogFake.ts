import { Context, type Duration, Effect, Layer } from "effect"
import { MfaFailure } from "../../../src/domain/mfa/MfaFailure.ts"
import { Dialog } from "../../../src/services/mfa/Dialog.ts"

/** What comes of a dialog: a line is typed, it is closed, it cannot be shown, or nobody is there. */
export type Reply = { readonly after?: Duration.Input } & (
  | { readonly type: string }
  | { readonly dismiss: true }
  | { readonly fail: string }
  | { readonly ignore: true }
)

/** Whoever sits in front of the screen. Questions are counted from 1. */
export type Person = (question: string, count: number) => Reply

/** Somebody who gives these replies one after the other, and is not there any more when they are used up. */
export const replying = (...replies: ReadonlyArray<Reply | string>): Person => (_, count) => {
  const reply = replies[count - 1] ?? { ignore: true }
  return typeof reply === "string" ? { type: reply } : reply
}

interface Shape {
  /** The questions that were shown, oldest first. */
  readonly questions: Effect.Effect<ReadonlyArray<string>>
  /** How many dialogs are on the screen. */
  readonly open: Effect.Effect<number>
  /** Lets somebody else sit down. */
  seat(person: Person): Effect.Effect<void>
  /** Takes the screen away, or gives it back. */
  setPresent(present: boolean): Effect.Effect<void>
}

/** A screen with a scripted person in front of it. Time passes on Effect's Clock. */
export class DialogFake extends Context.Service<DialogFake, Shape>()("test/fakes/DialogFake") {
  /** Without options: a screen with nobody in front of it, where every dialog is left standing. */
  static layer(
    options: { readonly person?: Person; readonly present?: boolean } = {}
  ): Layer.Layer<Dialog | DialogFake> {
    return Layer.effectContext(Effect.sync(() => {
      const questions: Array<string> = []
      let person = options.person ?? replying()
      let present = options.present ?? true
      let open = 0

      const react = Effect.fnUntraced(function*(question: string) {
        const reply = person(question, questions.push(question))
        if (reply.after !== undefined) yield* Effect.sleep(reply.after)
        if ("ignore" in reply) return yield* Effect.never
        if ("dismiss" in reply) return yield* Effect.fail(MfaFailure.DialogDismissed())
        if ("fail" in reply) return yield* Effect.fail(MfaFailure.DialogFailed(reply.fail))
        return reply.type
      })

      const fake = DialogFake.of({
        questions: Effect.sync(() => [...questions]),
        open: Effect.sync(() => open),
        seat: (next) =>
          Effect.sync(() => {
            person = next
          }),
        setPresent: (next) =>
          Effect.sync(() => {
            present = next
          })
      })
      const dialog = Dialog.of({
        available: Effect.sync(() => present),
        ask: (question) =>
          Effect.suspend(() =>
            present
              ? Effect.acquireUseRelease(
                Effect.sync(() => ++open),
                () => react(question),
                () => Effect.sync(() => --open)
              )
              : Effect.fail(MfaFailure.DialogFailed("there is no screen"))
          )
      })
      return Context.make(DialogFake, fake).pipe(Context.add(Dialog, dialog))
    }))
  }
}
