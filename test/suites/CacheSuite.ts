import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, type Layer, Option, Schema } from "effect"
import { roleEntryOf } from "../fixtures/RoleEntries.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import type { Failure } from "../../src/domain/base/Failure.ts"
import type { CacheEntry, Cached } from "../../src/domain/cache/CacheEntry.ts"
import type { RoleEntry, RoleKey } from "../../src/domain/cache/RoleEntry.ts"
import { Cache, type EntryStore, RoleCache } from "../../src/services/cache/Cache.ts"

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

/** The name in code points, so that a failure shows what a terminal would not. */
const spell = (name: string): string => [...name].map((character) => character.codePointAt(0)?.toString(16)).join(" ")

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
      profile: Schema.optionalKey(filled),
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

const roleTexts = Schema.Struct({
  credentials: Schema.Struct({ accessKeyId: filled, secretAccessKey: filled, sessionToken: filled }),
  identity: filled,
  roles: filled,
  profile: filled,
  roleArn: filled,
  baseProfile: filled,
  vaultId: Schema.optionalKey(filled),
  itemId: Schema.optionalKey(filled)
})

/** The same of a role's. */
export const roleEntries: Arbitrary.Arbitrary<RoleEntry> = Arbitrary.map(
  Arbitrary.all({ expiration: moments, issuedAt: moments, text: Arbitrary.schema(roleTexts) }),
  ({ expiration, issuedAt, text }) => ({ ...text, issuedAt, credentials: { ...text.credentials, expiration } })
)

/** A kind of entry, as far as the suite has to know it. */
interface Subject<Key, Entry, Listed> {
  readonly store: Effect.Effect<EntryStore<Key, Entry, Listed>, never, Cache | RoleCache>
  readonly entries: Arbitrary.Arbitrary<Entry>
  /** A key, of which an entry need not say anything, or the entry's own. */
  readonly keyOf: (entry: Entry) => Key
  /** Entries that are easily taken for each other. */
  readonly alike: ReadonlyArray<readonly [key: Key, entry: Entry]>
  /** Another entry of the same key. */
  readonly next: (entry: Entry) => Entry
  readonly listed: (key: Key, entry: Entry) => Listed
}

const sessions: Subject<string, CacheEntry, Cached> = {
  store: Cache,
  entries,
  keyOf: () => "dev",
  alike: awkwardNames.map((profile) => [profile, entryOf(`item of ${spell(profile)}`, { profile })]),
  next: (entry) => ({ ...entry, item: "shorter" }),
  listed: (profile, entry) => ({ profile, entry })
}

const roles: Subject<RoleKey, RoleEntry, RoleEntry> = {
  store: RoleCache,
  entries: roleEntries,
  keyOf: (entry) => entry,
  alike: [{}, { identity: "other" }, { roles: "other" }].map((part) => roleEntryOf("a", part)).map((entry) => [entry, entry]),
  next: (entry) => ({ ...entry, issuedAt: 2000, profile: "other" }),
  listed: (_, entry) => entry
}

const about = <Key, Entry, Listed>(
  layer: Layer.Layer<Cache | RoleCache>,
  { alike, entries, keyOf, listed, next, store }: Subject<Key, Entry, Listed>
): void => {
  const using = (use: (cache: EntryStore<Key, Entry, Listed>) => Effect.Effect<void, Failure>) =>
    Effect.flatMap(store, use).pipe(Effect.provide(layer))
  const [[key, entry], [otherKey, other]] = alike as readonly [(typeof alike)[number], (typeof alike)[number]]

  it.effect("has nothing at first", () =>
    using(Effect.fnUntraced(function*(cache) {
      assert.deepStrictEqual(yield* cache.read(key), Option.none())
      assert.deepStrictEqual(yield* cache.list, [])
      assert.isFalse(yield* cache.remove(key))
    })))

  it.effect.prop("gives back what was written", [entries], ([entry]) =>
    using(Effect.fnUntraced(function*(cache) {
      const key = keyOf(entry)
      yield* cache.write(key, entry)
      assert.deepStrictEqual(yield* cache.read(key), Option.some(entry))
      assert.deepStrictEqual(yield* cache.list, [listed(key, entry)])
    })), { arbitrary: { runs: 50 } })

  it.effect("keeps the last of two entries", () =>
    using(Effect.fnUntraced(function*(cache) {
      yield* cache.write(key, entry)
      yield* cache.write(key, next(entry))
      assert.deepStrictEqual(yield* cache.read(key), Option.some(next(entry)))
      assert.strictEqual((yield* cache.list).length, 1)
    })))

  it.effect("keeps keys apart, however alike they are", () =>
    using(Effect.fnUntraced(function*(cache) {
      for (const [key, entry] of alike) yield* cache.write(key, entry)
      for (const [key, entry] of alike) assert.deepStrictEqual(yield* cache.read(key), Option.some(entry))
      assert.sameDeepMembers([...yield* cache.list], alike.map(([key, entry]) => listed(key, entry)))
    })))

  it.effect("removes one entry and leaves the others", () =>
    using(Effect.fnUntraced(function*(cache) {
      yield* cache.write(key, entry)
      yield* cache.write(otherKey, other)
      assert.isTrue(yield* cache.remove(key))
      assert.isFalse(yield* cache.remove(key))
      assert.deepStrictEqual(yield* cache.read(key), Option.none())
      assert.deepStrictEqual(yield* cache.list, [listed(otherKey, other)])
    })))
}

/** What every cache must do with entries of each kind. The layer starts empty each time it is built. */
export const suite = (name: string, layer: Layer.Layer<Cache | RoleCache>): void => {
  describe(`${name} as a cache`, () => {
    describe("of sessions", () => {
      about(layer, sessions)

      it.effect("names a listed entry as it is read, whatever profile the entry speaks of", () =>
        Effect.gen(function*() {
          const cache = yield* Cache
          yield* cache.write("dev", entryOf("one", { profile: "other" }))
          yield* cache.write("plain", entryOf("two"))
          assert.deepStrictEqual((yield* cache.list).map((cached) => cached.profile).sort(), ["dev", "plain"])
        }).pipe(Effect.provide(layer)))
    })

    describe("of roles", () => about(layer, roles))

    it.effect("takes a session for no role, and a role for no session", () =>
      Effect.gen(function*() {
        const cache = yield* Cache
        const roleCache = yield* RoleCache
        for (const name of ["dev", "roles/x"]) yield* cache.write(name, entryOf("item", { profile: name }))
        yield* roleCache.write(roleEntryOf("a"), roleEntryOf("a"))
        assert.deepStrictEqual((yield* cache.list).map(({ profile }) => profile).sort(), ["dev", "roles/x"])
        assert.deepStrictEqual(yield* roleCache.list, [roleEntryOf("a")])
      }).pipe(Effect.provide(layer)))
  })
}
