import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer, Option } from "effect"
import { Notes } from "../../src/services/cache/Notes.ts"

/** What every keeper of notes must do. The layer starts empty each time it is built. */
export const suite = (name: string, layer: Layer.Layer<Notes>): void => {
  describe(`${name} as notes`, () => {
    it.effect("has nothing at first, and removing nothing is no trouble", () =>
      Effect.gen(function*() {
        const notes = yield* Notes
        assert.deepStrictEqual(yield* notes.read("failure"), Option.none())
        yield* notes.remove("failure")
      }).pipe(Effect.provide(layer)))

    it.effect("gives back each note as it was last written", () =>
      Effect.gen(function*() {
        const notes = yield* Notes
        const texts = ["", "one", "two\nlines\n", "naïve 名前 👩", "x".repeat(60_000), "short"]
        yield* notes.write("other", "untouched")
        for (const text of texts) {
          yield* notes.write("failure", text)
          assert.deepStrictEqual(yield* notes.read("failure"), Option.some(text))
        }
        assert.deepStrictEqual(yield* notes.read("other"), Option.some("untouched"))
      }).pipe(Effect.provide(layer)))

    it.effect("gives back a note that is to last, and writes over it like over any other", () =>
      Effect.gen(function*() {
        const notes = yield* Notes
        yield* notes.keep("journal", "one")
        assert.deepStrictEqual(yield* notes.read("journal"), Option.some("one"))
        yield* notes.write("journal", "two")
        yield* notes.keep("journal", "three")
        assert.deepStrictEqual(yield* notes.read("journal"), Option.some("three"))
        assert.deepStrictEqual(yield* notes.names, new Set(["journal"]))
        yield* notes.remove("journal")
        assert.deepStrictEqual(yield* notes.read("journal"), Option.none())
      }).pipe(Effect.provide(layer)))

    it.effect("names what is there", () =>
      Effect.gen(function*() {
        const notes = yield* Notes
        assert.deepStrictEqual(yield* notes.names, new Set())
        yield* notes.write("a", "1")
        yield* notes.write("a.b", "2")
        yield* notes.write("a", "3")
        assert.deepStrictEqual(yield* notes.names, new Set(["a", "a.b"]))
        yield* notes.remove("a")
        assert.deepStrictEqual(yield* notes.names, new Set(["a.b"]))
      }).pipe(Effect.provide(layer)))

    it.effect("forgets what is removed and nothing else", () =>
      Effect.gen(function*() {
        const notes = yield* Notes
        yield* notes.write("a", "1")
        yield* notes.write("a.b", "2")
        yield* notes.remove("a")
        assert.deepStrictEqual(yield* notes.read("a"), Option.none())
        assert.deepStrictEqual(yield* notes.read("a.b"), Option.some("2"))
      }).pipe(Effect.provide(layer)))
  })
}
