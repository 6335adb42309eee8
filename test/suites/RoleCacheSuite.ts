import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, type Layer, Option, Schema } from "effect"
import { roleEntryOf } from "../fixtures/RoleEntries.ts"
import type { RoleEntry } from "../../src/domain/cache/RoleEntry.ts"
import { RoleCache } from "../../src/services/cache/RoleCache.ts"

const filled = Schema.String.check(Schema.isMinLength(1))
const seconds = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e9 })))
const moments = Arbitrary.map(seconds, (count) => count * 1000)

/** Any entry that can be written, its times in whole seconds as the file has them. */
export const roleEntries: Arbitrary.Arbitrary<RoleEntry> = Arbitrary.map(
  Arbitrary.all({
    expiration: moments,
    issuedAt: moments,
    text: Arbitrary.schema(Schema.Struct({
      credentials: Schema.Struct({ accessKeyId: filled, secretAccessKey: filled, sessionToken: filled }),
      identity: Schema.String,
      roles: Schema.String,
      profile: Schema.String,
      roleArn: Schema.String,
      baseProfile: Schema.String
    }))
  }),
  ({ expiration, issuedAt, text }) => ({ ...text, issuedAt, credentials: { ...text.credentials, expiration } })
)

/** What every cache of roles must do. The layer starts empty each time it is built. */
export const suite = (name: string, layer: Layer.Layer<RoleCache>): void => {
  describe(`${name} as a cache of roles`, () => {
    it.effect("has nothing at first", () =>
      Effect.gen(function*() {
        const cache = yield* RoleCache
        assert.deepStrictEqual(yield* cache.read(roleEntryOf("a")), Option.none())
        assert.deepStrictEqual(yield* cache.list, [])
        assert.isFalse(yield* cache.remove(roleEntryOf("a")))
      }).pipe(Effect.provide(layer)))

    it.effect.prop("gives back what was written", [roleEntries], ([entry]) =>
      Effect.gen(function*() {
        const cache = yield* RoleCache
        yield* cache.write(entry)
        assert.deepStrictEqual(yield* cache.read(entry), Option.some(entry))
        assert.deepStrictEqual(yield* cache.list, [entry])
      }).pipe(Effect.provide(layer)), { arbitrary: { runs: 50 } })

    it.effect("keeps the last of two entries of one key", () =>
      Effect.gen(function*() {
        const cache = yield* RoleCache
        yield* cache.write(roleEntryOf("a", { issuedAt: 1000 }))
        yield* cache.write(roleEntryOf("a", { issuedAt: 2000, profile: "other" }))
        assert.deepStrictEqual(yield* cache.list, [roleEntryOf("a", { issuedAt: 2000, profile: "other" })])
      }).pipe(Effect.provide(layer)))

    it.effect("keeps keys apart that differ in one part, and removes one of them", () =>
      Effect.gen(function*() {
        const cache = yield* RoleCache
        const entries = [{}, { identity: "other" }, { roles: "other" }].map((part) => roleEntryOf("a", part))
        for (const entry of entries) yield* cache.write(entry)
        for (const entry of entries) assert.deepStrictEqual(yield* cache.read(entry), Option.some(entry))
        assert.strictEqual((yield* cache.list).length, 3)
        assert.isTrue(yield* cache.remove(entries[1]!))
        assert.isFalse(yield* cache.remove(entries[1]!))
        assert.deepStrictEqual(yield* cache.read(entries[1]!), Option.none())
        assert.strictEqual((yield* cache.list).length, 2)
      }).pipe(Effect.provide(layer)))
  })
}
