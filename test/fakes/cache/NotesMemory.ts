import { Effect, Layer, Option } from "effect"
import { Notes } from "../../../src/services/cache/Notes.ts"

/** Notes in a map that outlives the layer, as the disk outlives a process. */
export const layerOver = (notes: Map<string, string>): Layer.Layer<Notes> =>
  Layer.succeed(Notes, {
    names: Effect.sync(() => new Set(notes.keys())),
    read: (name) => Effect.sync(() => Option.fromUndefinedOr(notes.get(name))),
    write: (name, text) => Effect.sync(() => void notes.set(name, text)),
    keep: (name, text) => Effect.sync(() => void notes.set(name, text)),
    remove: (name) => Effect.sync(() => void notes.delete(name))
  })

export const layer: Layer.Layer<Notes> = Layer.suspend(() => layerOver(new Map()))
