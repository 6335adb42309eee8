import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { finite, listOf, noteFormat, record, text } from "../../domain/base/NoteFormat.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { Notes } from "../../services/cache/Notes.ts"
import { Caller } from "../../services/host/Caller.ts"
import { Dialog } from "../../services/mfa/Dialog.ts"

/** How long a dialog that was dismissed is not shown again (milliseconds). */
const memory = 5 * 60_000

const dismissalNote = noteFormat(record({ dismissals: listOf(record({ group: text, at: finite })) }))

const noteName = "dialog-dismissed"

const make = Effect.gen(function*() {
  const caller = yield* Caller
  const dialog = yield* Dialog
  const notes = yield* Notes

  const recent = Effect.gen(function*() {
    const note = Option.flatMapNullishOr(yield* notes.read(noteName), dismissalNote.decode)
    const now = yield* Clock.currentTimeMillis
    return Option.isNone(note) ? [] : note.value.dismissals.filter(({ at }) => at <= now && now < at + memory)
  })

  const unwanted = Effect.gen(function*() {
    const dismissals = yield* recent
    if (dismissals.length === 0) return false
    const group = yield* caller.group
    return dismissals.some((dismissal) => dismissal.group === group)
  })

  const remember = Effect.gen(function*() {
    const group = yield* caller.group
    const others = (yield* recent).filter((dismissal) => dismissal.group !== group)
    const at = yield* Clock.currentTimeMillis
    yield* notes.write(noteName, dismissalNote.encode({ dismissals: [...others, { group, at }] }))
  })

  const unlessUnwanted = Effect.flatMap(unwanted, (is) => is ? Effect.fail(MfaFailure.DialogDismissed()) : Effect.void)

  return Dialog.of({
    available: Effect.tap(dialog.available, (present) => present ? unlessUnwanted : Effect.void),
    ask: Effect.fn("DialogQuiet.ask")(function*(question, profile) {
      yield* unlessUnwanted
      return yield* Effect.tapErrorTag(dialog.ask(question, profile), "DialogDismissed", () => remember)
    })
  })
})

/**
 * Dialogs that take no for an answer: to the process group that a person dismissed one in, none is shown for five
 * minutes. A client that answers a failure by calling again would otherwise open one after the other.
 */
export const layer: Layer.Layer<Dialog, never, Caller | Dialog | Notes> = Layer.effect(Dialog, make)
