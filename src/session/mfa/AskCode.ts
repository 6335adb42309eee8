import * as Effect from "effect/Effect"
import { printable } from "../../domain/base/Printable.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import type { PromptPlace, Settings } from "../../domain/settings/Settings.ts"
import { Dialog } from "../../services/mfa/Dialog.ts"
import { Progress, type Step } from "../../services/terminal/Progress.ts"
import { Tty } from "../../services/terminal/Tty.ts"
import { another, asking, orEnd, takeTurn, telling } from "../terminal/TerminalTurn.ts"

/** Why nobody can be asked, for each place where they might have been. */
const reasons: Readonly<Record<PromptPlace, string>> = {
  auto: "there is no terminal to ask on and no dialog to show",
  tty: "there is no terminal to ask on",
  gui: "there is no dialog to show",
  none: "nobody is to be asked (--mfa-prompt none, --no-prompt, OP_AWS_NO_PROMPT)"
}

/**
 * Where a person can be asked now: on the terminal if there is one, else in a dialog, as far as the settings allow it.
 * Fails where nobody can be asked, or has just refused to be.
 */
export const placeToAsk = Effect.fnUntraced(function*({ profile, prompt }: Settings) {
  const tty = yield* Tty
  const dialog = yield* Dialog
  if ((prompt === "auto" || prompt === "tty") && (yield* tty.available)) return "terminal"
  if ((prompt === "auto" || prompt === "gui") && (yield* dialog.available)) return "dialog"
  return yield* Effect.fail(MfaFailure.NoTerminal(profile, reasons[prompt]))
})

/** Asks a person for a code. A dialog, in which nothing stays from the last one, repeats what was to be said of that. */
export const askCode = Effect.fnUntraced(function*(settings: Settings, serial: string, remark: string | undefined) {
  const place = yield* placeToAsk(settings)
  yield* Effect.logDebug(`asking for the MFA code ${place === "terminal" ? "on the terminal" : "in a dialog"}`)
  const question = `MFA code for ${printable(settings.profile)} (${printable(serial)}): `
  const progress = yield* Progress
  const step = { waitingFor: "the MFA code", hint: "type the six digits that the MFA device shows", shown: false }
  const typed = place === "terminal"
    ? yield* progress.during(step, asking((yield* Tty).ask(question)))
    : yield* progress.during(
      step,
      inADialog((yield* Dialog).ask(remark === undefined ? question : `${remark} ${question}`, settings.profile))
    )
  return typed.trim()
})

const somebodyAsks = (pid: number | undefined): Step => ({
  waitingFor: `${another(pid)} that asks in a dialog`,
  hint: orEnd("answer its dialog", pid),
  shown: false
})

/** Two dialogs at once would lie on top of each other, and a person would type the code of one device into the other's. */
const inADialog = <A, E, R>(question: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.andThen(takeTurn("dialog-asking", somebodyAsks), question))

/** A word to the person who is being asked. */
export const tellPerson = telling
