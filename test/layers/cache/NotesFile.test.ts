import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option } from "effect"
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NotesMemory from "../../fakes/cache/NotesMemory.ts"
import { layerIn, temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import * as NotesFile from "../../../src/layers/cache/NotesFile.ts"
import * as NotesNone from "../../../src/layers/cache/NotesNone.ts"
import { Notes } from "../../../src/services/cache/Notes.ts"
import * as NotesSuite from "../../suites/NotesSuite.ts"

NotesSuite.suite("NotesFile", layerIn(NotesFile.layer))
NotesSuite.suite("NotesMemory", NotesMemory.layer)

describe("NotesFile", () => {
  it.effect("keeps notes in private files below the cache directory", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const notes = yield* Effect.provide(Notes, NotesFile.layer(join(home, "cache")))
      yield* notes.write("failure", "text")
      assert.deepStrictEqual(readdirSync(join(home, "cache/state")), ["failure.note"])
      for (const path of ["cache", "cache/state"]) assert.strictEqual(statSync(join(home, path)).mode & 0o777, 0o700)
      assert.strictEqual(statSync(join(home, "cache/state/failure.note")).mode & 0o777, 0o600)
    }))

  it.effect("does not believe a note that others could have written, and replaces it", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const notes = yield* Effect.provide(Notes, NotesFile.layer(home))
      mkdirSync(join(home, "state"))
      writeFileSync(join(home, "state/failure.note"), "forged")
      chmodSync(join(home, "state/failure.note"), 0o666)
      assert.deepStrictEqual(yield* notes.read("failure"), Option.none())
      yield* notes.write("failure", "text")
      assert.deepStrictEqual(yield* notes.read("failure"), Option.some("text"))
    }))

  it.effect("neither fails nor leaves anything where there is no directory to be had", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      writeFileSync(join(home, "file"), "in the way")
      const notes = yield* Effect.provide(Notes, NotesFile.layer(join(home, "file")))
      yield* notes.write("failure", "text")
      yield* notes.remove("failure")
      assert.deepStrictEqual(yield* notes.read("failure"), Option.none())
      assert.deepStrictEqual(readdirSync(home), ["file"])
    }))

  for (const { layer, where } of [
    { where: "there is no directory to be had", layer: NotesFile.layer("/dev/null/cache") },
    { where: "the environment names no directory", layer: NotesNone.layer }
  ]) {
    it.effect(`says that a note which is to last is not kept where ${where}`, () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip((yield* Notes).keep("journal", "text"))
        assert.strictEqual(failure._tag, "NoteNotKept")
        assert.strictEqual(failure.exitCode, 2)
        assert.match(failure.message, /^nothing can be written down in the cache's directory: ./)
        assert.match(failure.hint, /OP_AWS_CACHE_DIR/)
      }).pipe(Effect.provide(layer)))
  }

  it.effect("treats a name that is a path as the bug it is", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const notes = yield* Effect.provide(Notes, NotesFile.layer(join(home, "cache")))
      for (const use of [notes.read("../outside"), notes.write("../outside", "text"), notes.remove("../outside")]) {
        assert.isTrue(Exit.hasDies(yield* Effect.exit(use)))
      }
      assert.deepStrictEqual(readdirSync(home), [])
    }))
})
