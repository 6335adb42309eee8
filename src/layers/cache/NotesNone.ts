import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CacheFailure } from "../../domain/cache/CacheFailure.ts"
import { Notes } from "../../services/cache/Notes.ts"

/** For a process without any directory of its own, which says nothing to others and hears nothing of them. */
export const layer: Layer.Layer<Notes> = Layer.succeed(Notes, {
  names: Effect.succeed(new Set<string>()),
  read: () => Effect.succeedNone,
  write: () => Effect.void,
  keep: () => Effect.fail(CacheFailure.NoteNotKept({
      reason: "the environment names no directory",
      cure: "set HOME"
    })),
  remove: () => Effect.void
})
