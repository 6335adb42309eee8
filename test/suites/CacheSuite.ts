import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, type Layer, Option, Schema } from "effect"
import { entryOf } from "../fixtures/SessionEntry.ts"
import type { CacheEntry } from "../../src/domain/cache/CacheEntry.ts"
import { Cache } from "../../src/services/cache/Cache.ts"

/** Names that a file system, a path or a glob could stumble over. */
export const awkwardNames: ReadonlyArray<string> = [
  "default",
  "dev",
  "dev.json",
  ".",
  "..",
  "...",
  ".hidden",
  ".tmp-1",
  "a b",
  " a",
  "a ",
  "a/b",
  "a%2fb",
  "../../etc/passwd",
  "/etc/passwd",
  "a\\b",
  "a\nb",
  "a\0b",
  "*?[a]~$(x)'\"`",
  "名前",
  "é",
  "e\u0301",
  "👩‍👩‍👧",
  "\ud800",
  "x".repeat(250),
  "x".repeat(300),
  `${"x".repeat(300)}y`,
  "名".repeat(300)
]

const filled = Schema.String.check(Schema.isMinLength(1))
const moments = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e9 }))),
  (seconds) => seconds * 1000
)

/** Any entry that can be written, its times in whole seconds as the file has them. */
export const entries: Arbitrary.Arbitrary<CacheEntry> = Arbitrary.map(
  Arbitrary.all({
    expiration: moments,
    issuedAt: moments,
    text: Arbitrary.schema(Schema.Struct({
      credentials: Schema.Struct({ accessKeyId: filled, secretAccessKey: filled, sessionToken: filled }),
      vault: filled,
      item: filled,
      mfaSerial: Schema.String,
      accessKeyIdField: filled,
      secretAccessKeyField: filled,
      account: Schema.optionalKey(filled),
      endpoint: Schema.optionalKey(filled),
      partition: Schema.optionalKey(filled),
      serialField: Schema.optionalKey(filled),
      vaultId: Schema.optionalKey(filled),
      itemId: Schema.optionalKey(filled),
      vaultName: Schema.optionalKey(filled),
      itemTitle: Schema.optionalKey(filled),
      serialFromItem: Schema.optionalKey(Schema.Literal(true))
    }))
  }),
  ({ expiration, issuedAt, text }) => ({ ...text, issuedAt, credentials: { ...text.credentials, expiration } })
)

/** What every cache must do. The layer starts empty each time it is built. */
export const suite = (name: string, layer: Layer.Layer<Cache>): void => {
  describe(`${name} as a cache`, () => {
    it.effect("has nothing at first", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
        assert.deepStrictEqual(yield* cache.list, [])
        assert.isFalse(yield* cache.remove("dev"))
      }).pipe(Effect.provide(layer)))

    it.effect.prop("gives back what was written", [entries], ([entry]) =>
      Effect.gen(function*() {
        const cache = yield* Cache
        yield* cache.write("dev", entry)
        assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entry))
        assert.deepStrictEqual(yield* cache.list, [{ profile: "dev", entry }])
      }).pipe(Effect.provide(layer)), { arbitrary: { runs: 50 } })

    it.effect("keeps the last of two entries", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        yield* cache.write("dev", entryOf("first, and longer than what comes after it"))
        yield* cache.write("dev", entryOf("second"))
        assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("second")))
        assert.strictEqual((yield* cache.list).length, 1)
      }).pipe(Effect.provide(layer)))

    it.effect("keeps profiles apart, whatever they are called", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        for (const profile of awkwardNames) {
          yield* cache.write(profile, entryOf(`item of ${spell(profile)}`, { profile }))
        }
        for (const profile of awkwardNames) {
          const found = Option.getOrUndefined(yield* cache.read(profile))
          assert.strictEqual(found?.item, `item of ${spell(profile)}`)
        }
        const listed = (yield* cache.list).map((cached) => cached.entry.item).sort()
        assert.deepStrictEqual(listed, awkwardNames.map((profile) => `item of ${spell(profile)}`).sort())
      }).pipe(Effect.provide(layer)))

    it.effect("names a listed entry as it is read, whatever profile the entry speaks of", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        yield* cache.write("dev", entryOf("one", { profile: "other" }))
        yield* cache.write("plain", entryOf("two"))
        assert.deepStrictEqual((yield* cache.list).map((cached) => cached.profile).sort(), ["dev", "plain"])
      }).pipe(Effect.provide(layer)))

    it.effect("removes one entry and leaves the others", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        yield* cache.write("dev", entryOf("dev"))
        yield* cache.write("prod", entryOf("prod"))
        assert.isTrue(yield* cache.remove("dev"))
        assert.isFalse(yield* cache.remove("dev"))
        assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
        assert.deepStrictEqual(yield* cache.list, [{ profile: "prod", entry: entryOf("prod") }])
      }).pipe(Effect.provide(layer)))
  })
}

/** The name in code points, so that a failure shows what a terminal would not. */
const spell = (name: string): string => [...name].map((character) => character.codePointAt(0)?.toString(16)).join(" ")
