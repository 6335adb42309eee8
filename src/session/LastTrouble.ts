import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { TroubleNoteText } from "../domain/FlightNote.ts"
import type { Trouble } from "../domain/Status.ts"
import { Notes } from "../services/Notes.ts"
import { troubleNoteName } from "./Trouble.ts"

const decode = Schema.decodeUnknownEffect(TroubleNoteText)

/** The last failure or the last warning of a profile, as it was kept. */
export const lastTrouble = (kind: "failure" | "warning", profile: string) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(troubleNoteName(kind, profile))
    if (Option.isNone(text)) return Option.none<Trouble>()
    const note = yield* Effect.option(decode(text.value))
    return Option.map(note, ({ at, hint, message }): Trouble => ({ at, message, hint }))
  })
