import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import * as CacheMemory from "../../fakes/cache/CacheMemory.ts"
import { roleEntryOf } from "../../fixtures/RoleEntries.ts"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { layerIn, temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { sessionKind } from "../../../src/domain/cache/CacheEntry.ts"
import { encodeRole, roleFileName, roleKind } from "../../../src/domain/cache/RoleEntry.ts"
import * as CacheFile from "../../../src/layers/cache/CacheFile.ts"
import * as CacheNone from "../../../src/layers/cache/CacheNone.ts"
import { Cache, RoleCache } from "../../../src/services/cache/Cache.ts"
import * as CacheSuite from "../../suites/CacheSuite.ts"
import { awkwardNames } from "../../suites/CacheSuite.ts"

CacheSuite.suite("CacheFile", layerIn(CacheFile.layer))
CacheSuite.suite("CacheMemory", CacheMemory.layer)

/** Sessions in a folder below, as other kinds are. */
const inFolder = { ...sessionKind, folder: "roles" }

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe("CacheFile", () => {
  it.effect("makes private directories and a private file, whatever the umask", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const under = (umask: number, path: string) =>
        Effect.acquireUseRelease(
          Effect.sync(() => process.umask(umask)),
          () => CacheFile.make(path, inFolder).write("dev", entryOf("item")),
          (before) => Effect.sync(() => void process.umask(before))
        )
      yield* under(0o000, join(home, "open/cache"))
      for (const path of ["open", "open/cache", "open/cache/roles"]) assert.strictEqual(modeOf(join(home, path)), "700")
      assert.strictEqual(modeOf(join(home, "open/cache/roles/dev.json")), "600")
      yield* under(0o377, join(home, "open/cache"))
      assert.strictEqual(modeOf(join(home, "open/cache/roles/dev.json")), "600")
    }))

  it.effect.each([0o777, 0o277, 0o700])("makes directories that it can use with umask %o, and mends those that it cannot", (umask) =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      yield* Effect.acquireUseRelease(
        Effect.sync(() => process.umask(umask)),
        () => CacheFile.make(join(home, "above/cache"), inFolder).write("dev", entryOf("item")),
        (before) => Effect.sync(() => void process.umask(before))
      )
      const made = ["above", "above/cache", "above/cache/roles"]
      for (const path of made) assert.strictEqual(modeOf(join(home, path)), "700", path)
      for (const path of ["above/cache/roles", "above/cache"]) chmodSync(join(home, path), 0o000)
      yield* CacheFile.make(join(home, "above/cache"), inFolder).write("dev", entryOf("item"))
      for (const path of made) assert.strictEqual(modeOf(join(home, path)), "700", path)
    }))

  it.effect("tightens its own directories and leaves those above alone", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "above/cache/roles"), { recursive: true })
      for (const path of ["above", "above/cache", "above/cache/roles"]) chmodSync(join(home, path), 0o755)
      yield* CacheFile.make(join(home, "above/cache"), inFolder).write("dev", entryOf("item"))
      assert.strictEqual(modeOf(join(home, "above")), "755")
      assert.strictEqual(modeOf(join(home, "above/cache")), "700")
      assert.strictEqual(modeOf(join(home, "above/cache/roles")), "700")
    }))

  it.effect("names files as the Go program does where it can, and never leaves its directory", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const cache = CacheFile.make(join(home, "cache"), sessionKind)
      for (const profile of awkwardNames) yield* cache.write(profile, entryOf("item", { profile }))
      assert.deepStrictEqual(readdirSync(home), ["cache"])
      const files = readdirSync(join(home, "cache"), { withFileTypes: true })
      assert.strictEqual(files.length, awkwardNames.length)
      assert.isTrue(files.every((file) => file.isFile() && file.name.endsWith(".json")))
      for (const profile of ["default", "dev", "a b", "é"]) {
        assert.isTrue(existsSync(join(home, "cache", `${profile}.json`)))
      }
    }))

  it.live("leaves no temporary file, removes those of long dead writers and nothing else", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      const now = new Date()
      const place = (file: string, minutes: number) => {
        writeFileSync(join(directory, file), "half an en")
        const then = new Date(now.getTime() - minutes * 60_000)
        utimesSync(join(directory, file), then, then)
      }
      place(".tmp-1-old", 61)
      place(".tmp-1-young", 1)
      place("notes.txt", 10_000)
      place(".tmp-mine", 10_000)
      place(".tmp-1-Mine", 10_000)
      place(".tmp-1-old.bak", 10_000)
      place("old.json", 10_000)
      place(".tmp-old.json", 10_000)
      yield* cache.write("dev", entryOf("item"))
      yield* cache.write(".tmp-1", entryOf("item"))
      const left = [".tmp-1-Mine", ".tmp-1-old.bak", ".tmp-1-young", ".tmp-1.json", ".tmp-mine", ".tmp-old.json", "dev.json", "notes.txt", "old.json"]
      assert.deepStrictEqual(readdirSync(directory).sort(), left)
    }))

  it.effect("works through a link of our own to the directory or above it", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "disk/cache"), { recursive: true })
      symlinkSync(join(home, "disk"), join(home, "above"))
      symlinkSync(join(home, "disk/cache"), join(home, "cache"))
      for (const path of [join(home, "above/cache"), join(home, "cache")]) {
        yield* CacheFile.make(path, sessionKind).write("dev", entryOf(path))
        const text = readFileSync(join(home, "disk/cache/dev.json"), "utf8")
        assert.include(text, JSON.stringify(path))
        assert.deepStrictEqual(yield* CacheFile.make(path, sessionKind).read("dev"), Option.some(entryOf(path)))
      }
    }))

  it.effect("lists only what can be read again, and reads a thousand entries", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      const names = Array.from({ length: 1000 }, (_, index) => `profile-${index}`)
      yield* cache.write("profile-0", entryOf("item"))
      const text = readFileSync(join(directory, "profile-0.json"))
      for (const name of names) writeFileSync(join(directory, `${name}.json`), text, { mode: 0o600 })
      writeFileSync(join(directory, ".tmp-1-abc"), text, { mode: 0o600 })
      writeFileSync(join(directory, "copy.txt"), text, { mode: 0o600 })
      writeFileSync(join(directory, "open.json"), text)
      // The umask has a say in what a file is made with.
      chmodSync(join(directory, "open.json"), 0o644)
      writeFileSync(join(directory, "torn.json"), text.subarray(0, 100), { mode: 0o600 })
      mkdirSync(join(directory, "roles"))
      mkdirSync(join(directory, "directory.json"))
      assert.deepStrictEqual((yield* cache.list).map((cached) => cached.profile).sort(), [...names].sort())
    }))
})

describe("CacheFile, of roles", () => {
  it.effect("keeps a private file for each key, below the sessions' directory", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const entry = roleEntryOf("a")
      yield* CacheFile.make(directory, roleKind).write(entry, entry)
      const path = join(directory, "roles", roleFileName(entry))
      assert.deepStrictEqual([modeOf(join(directory, "roles")), modeOf(path)], ["700", "600"])
      assert.strictEqual(readFileSync(path, "utf8"), encodeRole(entry))
      assert.deepStrictEqual(yield* CacheFile.make(directory, sessionKind).list, [])
    }))

  it.effect("takes a file that is damaged, of another key, a session's or open to others for nothing", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, roleKind)
      const entry = roleEntryOf("a")
      yield* cache.write(entry, entry)
      const path = join(directory, "roles", roleFileName(entry))
      const text = readFileSync(path, "utf8")
      const unsealed = text.replace(/,"checksum":.*/, "}")
      yield* CacheFile.make(directory, sessionKind).write("a", entryOf("item"))
      const session = readFileSync(join(directory, "a.json"), "utf8")
      const flipped = text.replace("arn:aws", "arn:awz")
      for (const other of [flipped, text.slice(0, -3), unsealed, session, encodeRole(roleEntryOf("b"))]) {
        writeFileSync(path, other)
        assert.deepStrictEqual(yield* cache.read(entry), Option.none(), other)
        assert.deepStrictEqual(yield* cache.list, [])
      }
      writeFileSync(path, text)
      assert.deepStrictEqual(yield* cache.read(entry), Option.some(entry))
      chmodSync(path, 0o644)
      assert.deepStrictEqual(yield* cache.read(entry), Option.none())
    }))

  it.effect("says so when it cannot keep one", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      writeFileSync(join(directory, "roles"), "")
      const failure = yield* Effect.flip(CacheFile.make(directory, roleKind).write(roleEntryOf("a"), roleEntryOf("a")))
      assert.strictEqual(failure._tag, "CacheUnwritable")
      assert.isFalse(yield* CacheFile.make(directory, roleKind).remove(roleEntryOf("a")))
    }))
})

describe("CacheNone", () => {
  it.effect("keeps nothing of either kind", () =>
    Effect.gen(function*() {
      const entry = roleEntryOf("a")
      const sessions = yield* Cache
      const roles = yield* RoleCache
      yield* sessions.write("dev", entryOf("item"))
      yield* roles.write(entry, entry)
      assert.deepStrictEqual([yield* sessions.read("dev"), yield* roles.read(entry)], [Option.none(), Option.none()])
      assert.deepStrictEqual([yield* sessions.list, yield* roles.list, yield* roles.remove(entry)], [[], [], false])
    }).pipe(Effect.provide(CacheNone.layer)))
})
