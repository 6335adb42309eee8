import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Trouble, troubleNote } from "../domain/session/FlightNote.ts"
import { Notes } from "../services/cache/Notes.ts"
import { troubleNoteName } from "./Trouble.ts"

/** The last failure or the last warning of a profile, as it was kept. */
export const lastTrouble = Effect.fnUntraced(function*(kind: "failure" | "warning", profile: string) {
  const text = yield* (yield* Notes).read(troubleNoteName(kind, profile))
  const note = Option.flatMapNullishOr(text, troubleNote.decode)
  return Option.map(note, ({ at, hint, message }): Trouble => ({ at, message, hint }))
})
