import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { folderIn } from "../../../src/domain/settings/CacheDirectory.ts"
import { sessionKind } from "../../../src/domain/cache/CacheEntry.ts"
import * as CacheFile from "../../../src/layers/cache/CacheFile.ts"
import { placeIn, strangersHome } from "../../../src/layers/cache/CachePlace.ts"
import * as NotesFile from "../../../src/layers/cache/NotesFile.ts"
import { Notes } from "../../../src/services/cache/Notes.ts"

const root = process.geteuid?.() === 0
const nobody = 65534
const user = process.geteuid?.() ?? 0

const writingIn = (environment: Readonly<Record<string, string>>) => placeIn(environment)?.writing()

describe("the place of the cache", () => {
  it.effect("is the directory that is named while it is new, empty or ours alone, else our folder in it", () =>
    Effect.gen(function*() {
      const chosen = join(yield* temporaryDirectory, "chosen")
      const environment = { OP_AWS_CACHE_DIR: chosen }
      assert.strictEqual(writingIn(environment), chosen)
      mkdirSync(chosen, { mode: 0o755 })
      assert.strictEqual(writingIn(environment), chosen)
      yield* CacheFile.make(placeIn(environment)!, sessionKind).write("dev", entryOf("AWS"))
      assert.strictEqual(writingIn(environment), chosen)
      writeFileSync(join(chosen, "notes.txt"), "")
      assert.strictEqual(writingIn(environment), folderIn(chosen, user))
      assert.deepStrictEqual(readdirSync(chosen).sort(), ["dev.json", "notes.txt"])
    }))

  it.effect("is our folder from the moment it is there, for a process too that began without it", () =>
    Effect.gen(function*() {
      const chosen = yield* temporaryDirectory
      const place = placeIn({ OP_AWS_CACHE_DIR: chosen })!
      assert.strictEqual(place.writing(), chosen)
      mkdirSync(folderIn(chosen, user))
      assert.strictEqual(place.writing(), folderIn(chosen, user))
    }))

  it.effect("is no link to somewhere and no file of ours, and never anything but a folder there", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "full"))
      writeFileSync(join(home, "full/notes.txt"), "")
      symlinkSync(join(home, "full"), join(home, "link"))
      writeFileSync(join(home, "file"), "")
      for (const name of ["link", "file"]) {
        assert.strictEqual(writingIn({ OP_AWS_CACHE_DIR: join(home, name) }), folderIn(join(home, name), user))
      }
    }))

  it.effect("has what was kept in it before there was a folder, and lets go of it", () =>
    Effect.gen(function*() {
      const chosen = join(yield* temporaryDirectory, "chosen")
      const environment = { OP_AWS_CACHE_DIR: chosen }
      const before = { cache: CacheFile.make(placeIn(environment)!, sessionKind), notes: NotesFile.layer(placeIn(environment)!) }
      yield* before.cache.write("dev", entryOf("first"))
      yield* before.cache.write("other", entryOf("first"))
      yield* Effect.provide(Effect.flatMap(Notes, (notes) => notes.write("a", "text")), before.notes)
      writeFileSync(join(chosen, "notes.txt"), "")
      const cache = CacheFile.make(placeIn(environment)!, sessionKind)
      const notes = yield* Effect.provide(Notes, NotesFile.layer(placeIn(environment)!))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("first")))
      assert.deepStrictEqual(yield* notes.read("a"), Option.some("text"))
      yield* cache.write("dev", entryOf("second"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("second")))
      assert.deepStrictEqual((yield* cache.list).map(({ entry }) => entry.item).sort(), ["first", "second"])
      assert.isTrue(yield* cache.remove("dev"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      yield* notes.remove("a")
      assert.deepStrictEqual(yield* notes.read("a"), Option.none())
      assert.isTrue(existsSync(join(chosen, "other.json")))
    }))

  it.effect("leaves a private file of the same name alone that is no session", () =>
    Effect.gen(function*() {
      const chosen = yield* temporaryDirectory
      writeFileSync(join(chosen, "dev.json"), "{}", { mode: 0o600 })
      const cache = CacheFile.make(placeIn({ OP_AWS_CACHE_DIR: chosen })!, sessionKind)
      assert.isFalse(yield* cache.remove("dev"))
      yield* cache.write("dev", entryOf("AWS"))
      assert.isTrue(yield* cache.remove("dev"))
      assert.isTrue(existsSync(join(chosen, "dev.json")))
    }))
})

describe.skipIf(!root)("somebody else's home (needs root for others' directories)", () => {
  const homes = Effect.gen(function*() {
    const path = yield* temporaryDirectory
    const made = (name: string, owner: number, mode = 0o755) => {
      mkdirSync(join(path, name), { recursive: true })
      chownSync(join(path, name), owner, owner)
      chmodSync(join(path, name), mode)
      return join(path, name)
    }
    return { path, made }
  })

  it.effect("is HOME, the cache home, or what is nearest above it", () =>
    Effect.gen(function*() {
      const { made } = yield* homes
      const theirs = made("theirs", nobody)
      const mine = made("mine", user)
      assert.deepInclude(strangersHome({ HOME: theirs }), { path: theirs, owner: nobody, inOwnHome: false })
      assert.deepInclude(strangersHome({ HOME: `${theirs}/` }), { path: theirs })
      assert.deepInclude(strangersHome({ HOME: mine, XDG_CACHE_HOME: theirs }), { path: theirs })
      assert.deepInclude(strangersHome({ HOME: mine, XDG_CACHE_HOME: `${theirs}/a/b` }), { path: theirs })
      assert.deepInclude(strangersHome({ HOME: theirs, OP_AWS_CACHE_DIR: `${theirs}/cache` }), { path: theirs })
      assert.isUndefined(strangersHome({ HOME: mine }))
      assert.isUndefined(strangersHome({ HOME: `${mine}/new` }))
      assert.isUndefined(strangersHome({ HOME: theirs, XDG_CACHE_HOME: mine }))
      assert.isUndefined(strangersHome({ HOME: theirs, OP_AWS_CACHE_DIR: mine }))
      assert.isUndefined(strangersHome({}))
    }))

  it.effect("is also what another user left in our own home, and says what of ours is in theirs", () =>
    Effect.gen(function*() {
      const { made } = yield* homes
      const mine = made("mine", user)
      const theirs = made("theirs", nobody)
      made("mine/.cache", nobody)
      made("theirs/.cache", user)
      assert.deepInclude(strangersHome({ HOME: mine }), { path: `${mine}/.cache`, inOwnHome: true })
      assert.deepInclude(strangersHome({ HOME: theirs }), { path: theirs, left: `${theirs}/.cache` })
    }))

  it.effect("is no directory that is everybody's", () =>
    Effect.gen(function*() {
      const { made } = yield* homes
      const everybodys = made("tmp", nobody, 0o1777)
      assert.isUndefined(strangersHome({ HOME: everybodys }))
      assert.isUndefined(strangersHome({ XDG_CACHE_HOME: everybodys }))
      made("tmp/.cache", nobody)
      assert.deepInclude(strangersHome({ HOME: everybodys }), { path: `${everybodys}/.cache` })
    }))

  it.effect("gets neither a session nor a note, and what it has keeps its mode", () =>
    Effect.gen(function*() {
      const { made } = yield* homes
      const theirs = made("theirs", nobody)
      const place = placeIn({ HOME: theirs })!
      const failure = yield* Effect.flip(CacheFile.make(place, sessionKind).write("dev", entryOf("AWS")))
      assert.match(failure.message, /could not be kept in the cache: .* belongs to another user \(id 65534\)/)
      assert.match(failure.hint, /sudo -H/)
      const notes = yield* Effect.provide(Notes, NotesFile.layer(place))
      yield* notes.write("a", "text")
      assert.match((yield* Effect.flip(notes.keep("a", "text"))).message, /belongs to another user/)
      assert.deepStrictEqual(readdirSync(theirs), [])
      assert.strictEqual(statSync(theirs).mode & 0o7777, 0o755)
    }))
})
