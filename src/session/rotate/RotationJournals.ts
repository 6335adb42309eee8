import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { journalPrefix, type RotationJournal, rotationJournal } from "../../domain/rotate/RotationJournal.ts"
import { Notes } from "../../services/Notes.ts"

/** Every rotation on this machine that has not come to its end. */
export const readJournals = Effect.gen(function*() {
  const notes = yield* Notes
  const names = [...yield* notes.names].filter((name) => name.startsWith(journalPrefix))
  const texts = yield* Effect.forEach(names, (name) => notes.read(name))
  return texts.flatMap((text): ReadonlyArray<RotationJournal> => {
    const journal = Option.isNone(text) ? undefined : rotationJournal.decode(text.value)
    return journal === undefined ? [] : [journal]
  })
})
