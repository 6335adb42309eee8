import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, type Layer, Scope } from "effect"
import { Lock } from "../../src/services/cache/Lock.ts"

/** What every lock must do. The layer starts with nothing held each time it is built. */
export const suite = (name: string, layer: Layer.Layer<Lock>): void => {
  describe(`${name} as a lock`, () => {
    it.effect("is held by one at a time", () =>
      Effect.gen(function*() {
        const lock = yield* Lock
        const scope = yield* Scope.make()
        assert.strictEqual(yield* Scope.provide(lock.tryTake("a"), scope), "held")
        assert.strictEqual(yield* Effect.scoped(lock.tryTake("a")), "busy")
        yield* Scope.close(scope, Exit.void)
        assert.strictEqual(yield* lock.tryTake("a"), "held")
      }).pipe(Effect.scoped, Effect.provide(layer)))

    it.effect("stays with its holder when somebody else has tried and gone", () =>
      Effect.gen(function*() {
        const lock = yield* Lock
        yield* lock.tryTake("a")
        for (let attempt = 0; attempt < 3; attempt++) {
          assert.strictEqual(yield* Effect.scoped(lock.tryTake("a")), "busy")
        }
      }).pipe(Effect.scoped, Effect.provide(layer)))

    it.effect("does not stand in the way of another name", () =>
      Effect.gen(function*() {
        const lock = yield* Lock
        assert.strictEqual(yield* lock.tryTake("a"), "held")
        assert.strictEqual(yield* lock.tryTake("b"), "held")
        assert.strictEqual(yield* lock.tryTake("A.b_c-9".repeat(10)), "held")
      }).pipe(Effect.scoped, Effect.provide(layer)))

    it.effect("goes to one of many who try at once", () =>
      Effect.gen(function*() {
        const lock = yield* Lock
        const tries = Array.from({ length: 20 }, () => lock.tryTake("a"))
        const states = yield* Effect.all(tries, { concurrency: "unbounded" })
        assert.deepStrictEqual(states.filter((state) => state === "held").length, 1)
        assert.deepStrictEqual(states.filter((state) => state === "busy").length, 19)
      }).pipe(Effect.scoped, Effect.provide(layer)))

    it.effect("is free after its holder failed, died or was interrupted", () =>
      Effect.gen(function*() {
        const lock = yield* Lock
        yield* Effect.exit(Effect.scoped(Effect.andThen(lock.tryTake("a"), Effect.fail("no"))))
        yield* Effect.exit(Effect.scoped(Effect.andThen(lock.tryTake("a"), Effect.die("bug"))))
        const taken = yield* Deferred.make<string>()
        const holder = yield* lock.tryTake("a").pipe(
          Effect.tap((state) => Deferred.succeed(taken, state)),
          Effect.andThen(Effect.never),
          Effect.scoped,
          Effect.forkChild
        )
        assert.strictEqual(yield* Deferred.await(taken), "held")
        yield* Fiber.interrupt(holder)
        assert.strictEqual(yield* lock.tryTake("a"), "held")
      }).pipe(Effect.scoped, Effect.provide(layer)))
  })
}
