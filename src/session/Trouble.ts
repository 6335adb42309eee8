import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { digest } from "../domain/base/Digest.ts"
import { Failure } from "../domain/base/Failure.ts"
import { isStop, troubleNote } from "../domain/session/FlightNote.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Tty } from "../services/terminal/Tty.ts"
import { mentioning } from "./terminal/TerminalTurn.ts"

/** The note with the last failure or the last warning of a profile. */
export const troubleNoteName = (kind: "failure" | "warning", profile: string) => `${kind}-${digest(profile)}`

interface Trouble {
  readonly message: string
  readonly hint: string
}

/**
 * Keeps the last trouble of a profile for `status` and `doctor`, because several AWS clients never show our stderr. That
 * somebody stopped it is none.
 */
export const remember = Effect.fnUntraced(function*(kind: "failure" | "warning", profile: string, trouble: Trouble) {
  if (trouble instanceof Failure && isStop(trouble)) return
  const at = yield* Clock.currentTimeMillis
  const text = troubleNote.encode({ at, profile, kind, message: trouble.message, hint: trouble.hint })
  yield* (yield* Notes).write(troubleNoteName(kind, profile), text)
})

/** What each run has said on its terminal. */
const said = new WeakMap<Tty["Service"], Set<string>>()

/**
 * Something went wrong and the credentials are there all the same: kept, and said on the terminal if nobody is being
 * asked there, once a run, never on stderr.
 */
export const warn = Effect.fnUntraced(function*(profile: string, trouble: Trouble) {
  yield* remember("warning", profile, trouble)
  yield* Effect.logDebug(`warning: ${trouble.message}`)
  const tty = yield* Tty
  const before = said.get(tty) ?? new Set()
  if (before.has(trouble.message)) return
  said.set(tty, before.add(trouble.message))
  yield* mentioning(`warning: ${trouble.message}`)
})
