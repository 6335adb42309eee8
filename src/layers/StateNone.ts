import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { NoteNotKept } from "../domain/NoteNotKept.ts"
import { Lock } from "../services/Lock.ts"
import { Notes } from "../services/Notes.ts"

/** For a process without any directory of its own: every process then asks for itself. */
export const layer: Layer.Layer<Lock | Notes> = Layer.mergeAll(
  Layer.succeed(Lock, { tryTake: () => Effect.succeed("unusable") }),
  Layer.succeed(Notes, {
    names: Effect.succeed(new Set<string>()),
    read: () => Effect.succeedNone,
    write: () => Effect.void,
    keep: () => Effect.fail(new NoteNotKept("the environment names no directory")),
    remove: () => Effect.void
  })
)
