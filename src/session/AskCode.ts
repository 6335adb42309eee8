import * as Effect from "effect/Effect"
import { NoTerminal } from "../domain/MfaFailure.ts"
import { printable } from "../domain/Printable.ts"
import type { Settings } from "../domain/Settings.ts"
import { Dialog } from "../services/Dialog.ts"
import { Progress } from "../services/Progress.ts"
import { Tty } from "../services/Tty.ts"
import { asking } from "./TerminalTurn.ts"

/** Asks a person for a code, on the terminal if there is one, else in a dialog, as far as the settings allow it. */
export const askCode = (settings: Settings, serial: string) =>
  Effect.gen(function*() {
    const tty = yield* Tty
    const dialog = yield* Dialog
    const progress = yield* Progress
    const step = { waitingFor: "the MFA code", hint: "type the six digits that the MFA device shows", shown: false }
    const question = `MFA code for ${printable(settings.profile)} (${printable(serial)}): `
    const { prompt } = settings
    if ((prompt === "auto" || prompt === "tty") && (yield* tty.available)) {
      return (yield* asking(progress.during(step, tty.ask(question)))).trim()
    }
    if ((prompt === "auto" || prompt === "gui") && (yield* dialog.available)) {
      return (yield* progress.during(step, dialog.ask(question))).trim()
    }
    return yield* Effect.fail(new NoTerminal(printable(settings.profile)))
  })

/** A word to the person who is being asked. */
export const tellPerson = (line: string) => Effect.flatMap(Tty, (tty) => tty.print(line))
