import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { keychainOver, makeKeychain, surroundings } from "../../fakes/KeychainFake.ts"
import * as RoleCacheMemory from "../../fakes/RoleCacheMemory.ts"
import { roleEntryOf } from "../../fixtures/RoleEntries.ts"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { layerIn, temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { encodeRole, roleFileName } from "../../../src/domain/cache/RoleEntry.ts"
import * as CacheFile from "../../../src/layers/cache/CacheFile.ts"
import * as CacheKeyring from "../../../src/layers/cache/CacheKeyring.ts"
import * as CacheNone from "../../../src/layers/cache/CacheNone.ts"
import * as RoleCacheFile from "../../../src/layers/cache/RoleCacheFile.ts"
import * as RoleCacheKeyring from "../../../src/layers/cache/RoleCacheKeyring.ts"
import { RoleCache } from "../../../src/services/cache/RoleCache.ts"
import * as RoleCacheSuite from "../../suites/RoleCacheSuite.ts"

const inKeychain = Layer.effect(
  RoleCache,
  Effect.gen(function*() {
    return RoleCacheKeyring.make(yield* keychainOver(makeKeychain()), RoleCacheFile.make(yield* temporaryDirectory))
  })
).pipe(Layer.provide(surroundings))

RoleCacheSuite.suite("RoleCacheFile", layerIn(RoleCacheFile.layer))
RoleCacheSuite.suite("RoleCacheMemory", RoleCacheMemory.layer)
RoleCacheSuite.suite("RoleCacheKeyring over a keychain in memory", inKeychain)

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe("RoleCacheFile", () => {
  it.effect("keeps a private file for each key, below the sessions' directory", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const entry = roleEntryOf("a")
      yield* RoleCacheFile.make(directory).write(entry)
      const path = join(directory, "roles", roleFileName(entry))
      assert.deepStrictEqual([modeOf(join(directory, "roles")), modeOf(path)], ["700", "600"])
      assert.strictEqual(readFileSync(path, "utf8"), encodeRole(entry))
      assert.deepStrictEqual(yield* CacheFile.make(directory).list, [])
    }))

  it.effect("takes a file that is damaged, of another key, a session's or open to others for nothing", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = RoleCacheFile.make(directory)
      const entry = roleEntryOf("a")
      yield* cache.write(entry)
      const path = join(directory, "roles", roleFileName(entry))
      const text = readFileSync(path, "utf8")
      const unsealed = text.replace(/,"checksum":.*/, "}")
      yield* CacheFile.make(directory).write("a", entryOf("item"))
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
      const failure = yield* Effect.flip(RoleCacheFile.make(directory).write(roleEntryOf("a")))
      assert.strictEqual(failure._tag, "CacheUnwritable")
      assert.isFalse(yield* RoleCacheFile.make(directory).remove(roleEntryOf("a")))
    }))
})

describe("RoleCacheKeyring", () => {
  it.effect("shares a keychain with the profiles' sessions, and replaces older files", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const keychain = yield* keychainOver(makeKeychain())
      const sessions = CacheKeyring.make(keychain, CacheFile.make(directory))
      const files = RoleCacheFile.make(directory)
      const roles = RoleCacheKeyring.make(keychain, files)
      const entry = roleEntryOf("a")
      yield* files.write(entry)
      yield* sessions.write("dev", entryOf("item"))
      yield* sessions.write("roles/x", entryOf("item"))
      yield* roles.write(entry)
      assert.isFalse(existsSync(join(directory, "roles", roleFileName(entry))))
      assert.deepStrictEqual(yield* roles.list, [entry])
      assert.deepStrictEqual((yield* sessions.list).map(({ entry }) => entry.item), ["item", "item"])
      yield* files.write(entry)
      assert.isTrue(yield* roles.remove(entry))
      assert.deepStrictEqual([yield* roles.list, yield* files.list], [[], []])
    }).pipe(Effect.provide(surroundings)))
})

describe("no cache", () => {
  it.effect("keeps no role either", () =>
    Effect.gen(function*() {
      const cache = yield* RoleCache
      yield* cache.write(roleEntryOf("a"))
      assert.deepStrictEqual(yield* cache.read(roleEntryOf("a")), Option.none())
      assert.deepStrictEqual([yield* cache.list, yield* cache.remove(roleEntryOf("a"))], [[], false])
    }).pipe(Effect.provide(CacheNone.layer)))
})
