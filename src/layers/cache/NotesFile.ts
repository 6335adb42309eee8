import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CacheFailure } from "../../domain/cache/CacheFailure.ts"
import { stateFolder } from "../../domain/cache/OwnDirectory.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"
import { Notes } from "../../services/cache/Notes.ts"

const extension = ".note"

const fileOf = (name: string): Effect.Effect<string> => Effect.sync(() => PrivateDirectory.fileOfWord(name, extension))

const quietly = (what: string, attempt: () => unknown): Effect.Effect<void> =>
  Effect.try({ try: attempt, catch: PrivateDirectory.reasonOf }).pipe(
    Effect.catch((reason) => Effect.logDebug(`${what}: ${reason}`)),
    Effect.asVoid
  )

/**
 * One file a note, in `state/` below the cache directory. Most speak of processes at work and of codes of the last
 * minute, which a power loss ends too, so that nobody waits for the disk.
 */
export const layer = (place: PrivateDirectory.Place | string): Layer.Layer<Notes> =>
  Layer.sync(Notes, () => {
    const directory = PrivateDirectory.make(place, stateFolder, false)
    const lasting = PrivateDirectory.make(place, stateFolder)
    return Notes.of({
      names: Effect.sync(() =>
        new Set(directory.list().flatMap((file) => file.endsWith(extension) ? [file.slice(0, -extension.length)] : []))
      ),
      read: (name) => Effect.map(fileOf(name), (file) => Option.fromUndefinedOr(directory.read(file))),
      write: Effect.fn("NotesFile.write")(function*(name, text) {
        const file = yield* fileOf(name)
        const now = yield* Clock.currentTimeMillis
        yield* quietly(`the note ${name} is not kept`, () => directory.write(file, text, now))
      }),
      keep: Effect.fn("NotesFile.keep")(function*(name, text) {
        const file = yield* fileOf(name)
        const now = yield* Clock.currentTimeMillis
        yield* Effect.try({
          try: () => {
            lasting.write(file, text, now)
            lasting.sync()
          },
          catch: (error) => CacheFailure.NoteNotKept(PrivateDirectory.troubleOf(error))
        })
      }),
      remove: (name) =>
        Effect.flatMap(fileOf(name), (file) => quietly(`the note ${name} stays`, () => directory.remove(file)))
    })
  })
