import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Scope } from "effect"
import { TestClock } from "effect/testing"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { clientOver, keychainOver, makeKeychain, surroundings } from "../../fakes/cache/KeychainFake.ts"
import * as LockMemory from "../../fakes/cache/LockMemory.ts"
import { SignalsFake } from "../../fakes/host/SignalsFake.ts"
import { noSecretService, secretService, why } from "../../fixtures/SecretService.ts"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import { sessionKind } from "../../../src/domain/cache/CacheEntry.ts"
import type { KeychainState } from "../../../src/domain/cache/KeychainState.ts"
import * as CacheFile from "../../../src/layers/cache/CacheFile.ts"
import * as CacheKeyring from "../../../src/layers/cache/CacheKeyring.ts"
import * as Keychain from "../../../src/layers/keychain/Keychain.ts"
import { stores } from "../../../src/services/cache/Cache.ts"
import * as CacheSuite from "../../suites/CacheSuite.ts"

const over = <R>(keychain: Effect.Effect<Keychain.Keychain, never, R>) =>
  Layer.effectContext(Effect.gen(function*() {
    const secrets = yield* keychain
    const directory = yield* temporaryDirectory
    return stores((kind) => CacheKeyring.make(secrets, kind, CacheFile.make(directory, kind)))
  })).pipe(Layer.provide(surroundings), inEnvironment)

CacheSuite.suite("CacheKeyring over a keychain in memory", over(Effect.suspend(() => keychainOver(makeKeychain()))))

describe("CacheKeyring", () => {
  it.effect("removes the profile's older file, and no other, once the session is in the keychain", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const files = CacheFile.make(directory, sessionKind)
      yield* files.write("dev", entryOf("older"))
      yield* files.write("prod", entryOf("older"))
      const cache = CacheKeyring.make(yield* keychainOver(makeKeychain()), sessionKind, files)
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      assert.isTrue(existsSync(join(directory, "dev.json")))
      yield* cache.write("dev", entryOf("newer"))
      assert.isFalse(existsSync(join(directory, "dev.json")))
      assert.isTrue(existsSync(join(directory, "prod.json")))
      assert.isTrue(yield* cache.remove("prod"))
      assert.isFalse(existsSync(join(directory, "prod.json")))
    }).pipe(Effect.provide(surroundings)))

  it.effect("is no miss, and says why nothing is read or kept, when the keychain refuses", () =>
    Effect.gen(function*() {
      const files = CacheFile.make(yield* temporaryDirectory, sessionKind)
      yield* files.write("dev", entryOf("older"))
      const keychain = yield* keychainOver(makeKeychain({ refusal: "not today\n\u001b[31mfor you" }))
      const cache = CacheKeyring.make(keychain, sessionKind, files)
      const told = (failure: { readonly _tag: string; readonly message: string }) => [failure._tag, failure.message]
      const unread = ["KeyringUnavailable", "the keychain of this system cannot be used: not today [31mfor you"]
      assert.deepStrictEqual(told(yield* Effect.flip(cache.read("dev"))), unread)
      assert.deepStrictEqual(told(yield* Effect.flip(cache.list)), unread)
      const kept = yield* Effect.flip(cache.write("dev", entryOf("newer")))
      const message = "the session could not be kept in the keychain: not today [31mfor you"
      assert.deepStrictEqual(told(kept), ["CacheUnwritable", message])
      assert.include(kept.hint, "--cache file")
      const removed = yield* Effect.flip(cache.remove("dev"))
      assert.strictEqual(removed.message, "the session could not be removed from the keychain: not today [31mfor you")
      assert.deepStrictEqual(yield* files.read("dev"), Option.some(entryOf("older")))
    }).pipe(Effect.provide(surroundings)))

  const states: ReadonlyArray<readonly [Exclude<KeychainState, "unlocked">, RegExp]> = [
    ["locked", /^the keychain is locked$/],
    ["no default collection", /^the keychain has no default collection/],
    ["unreachable", /^the keychain of this system cannot be used$/]
  ]
  it.effect.each(states)("says that the keychain is %s", ([state, words]) =>
    Effect.gen(function*() {
      const keychain = yield* keychainOver(makeKeychain({ state, person: "dismisses" }))
      const { read } = CacheKeyring.make(keychain, sessionKind, CacheFile.make(yield* temporaryDirectory, sessionKind))
      const failure = yield* Effect.flip(read("dev"))
      assert.match(failure.message, words)
      assert.strictEqual(failure.exitCode, 2)
      assert.include(failure.hint, "--cache file")
    }).pipe(Effect.provide(surroundings)))

  it.effect("shows a dialog once, and is open for all once it was answered", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked", secrets: new Map([["dev", sessionKind.encode(entryOf("item"))]]) })
      const cache = CacheKeyring.make(yield* keychainOver(world), sessionKind, CacheFile.make(yield* temporaryDirectory, sessionKind))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("item")))
      assert.lengthOf(yield* cache.list, 1)
      assert.strictEqual(world.dialogs, 1)
      world.state = "locked"
      assert.strictEqual((yield* Effect.flip(cache.read("dev"))).message, "the keychain is locked")
      assert.strictEqual(world.dialogs, 1)
    }).pipe(Effect.provide(surroundings)))

  it.effect("shows no second dialog after one that was dismissed, and goes on when it is unlocked otherwise", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked", person: "dismisses" })
      const cache = CacheKeyring.make(yield* keychainOver(world), sessionKind, CacheFile.make(yield* temporaryDirectory, sessionKind))
      yield* Effect.flip(cache.read("dev"))
      yield* Effect.flip(cache.list)
      yield* Effect.flip(cache.write("dev", entryOf("item")))
      assert.strictEqual(world.dialogs, 1)
      world.state = "unlocked"
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
    }).pipe(Effect.provide(surroundings)))

  it.effect("shows one dialog for all calls of a client, and none to it for ten seconds after a no", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked", person: "dismisses" })
      const locks = LockMemory.makeLocks()
      const notes = new Map<string, string>()
      const call = (group: string) =>
        Effect.flatMap(keychainOver(world), (keychain) => Effect.exit(keychain.get("dev"))).pipe(
          Effect.provide(clientOver(locks, notes, group))
        )
      const several = yield* Effect.forkChild(Effect.forEach([1, 2, 3], () => call("a"), { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      assert.isTrue((yield* Fiber.join(several)).every(Exit.isFailure))
      assert.strictEqual(world.dialogs, 1)
      yield* call("b")
      assert.strictEqual(world.dialogs, 2)
      yield* TestClock.adjust("10 seconds")
      world.person = "answers"
      assert.isTrue(Exit.isSuccess(yield* call("a")))
      assert.strictEqual(world.dialogs, 3)
    }).pipe(Effect.provide(surroundings)))

  it.effect("shows no dialog to a call that waited for another one's, which was answered", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked" })
      const locks = LockMemory.makeLocks()
      const call = Effect.flatMap(keychainOver(world), (keychain) => keychain.get("dev")).pipe(
        Effect.provide(clientOver(locks, new Map()))
      )
      locks.held.add("keychain")
      const waiting = yield* Effect.forkChild(call)
      yield* TestClock.adjust("1 minute")
      world.state = "unlocked"
      locks.held.clear()
      yield* TestClock.adjust("1 second")
      assert.isNull(yield* Fiber.join(waiting))
      assert.strictEqual(world.dialogs, 0)
    }).pipe(Effect.provide(surroundings)))

  it.effect("shows none when it is to be quiet, and waits three seconds for one that is silent", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked" })
      const quiet = CacheKeyring.make(yield* keychainOver(world, { quiet: true }), sessionKind, CacheFile.make("/nonexistent", sessionKind))
      assert.strictEqual((yield* Effect.flip(quiet.list)).message, "the keychain is locked")
      assert.strictEqual(world.dialogs, 0)
      world.silent = true
      const looking = yield* Effect.forkChild(Effect.flip(quiet.list))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(looking)).message, "the keychain of this system cannot be used: it does not answer")
    }).pipe(Effect.provide(surroundings)))

  it.effect("waits for its dialog until a signal comes", () =>
    Effect.gen(function*() {
      const world = makeKeychain({ state: "locked", person: "is away" })
      const cache = CacheKeyring.make(yield* keychainOver(world), sessionKind, CacheFile.make("/nonexistent", sessionKind))
      const waiting = yield* Effect.forkChild(Effect.flip(cache.read("dev")))
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(waiting.pollUnsafe())
      yield* (yield* SignalsFake).send("SIGTERM")
      assert.strictEqual((yield* Fiber.join(waiting))._tag, "Stopped")
    }).pipe(Effect.provide(surroundings)))

  it.effect("takes a damaged secret for a miss", () =>
    Effect.gen(function*() {
      const { secrets, ...world } = makeKeychain()
      const cache = CacheKeyring.make(yield* keychainOver({ secrets, ...world }), sessionKind, CacheFile.make(yield* temporaryDirectory, sessionKind))
      yield* cache.write("dev", entryOf("item"))
      secrets.set("dev", (secrets.get("dev") ?? "").replace("item", "itEm"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      assert.deepStrictEqual(yield* cache.list, [])
    }).pipe(Effect.provide(surroundings)))
})

describe.skipIf(noSecretService !== undefined)(`a real Secret Service${why(noSecretService)}`, () => {
  const scope = Scope.makeUnsafe()
  const before = process.env["DBUS_SESSION_BUS_ADDRESS"]
  let services = 0

  beforeAll(async () => {
    const environment = await Effect.runPromise(Scope.provide(secretService, scope))
    process.env["DBUS_SESSION_BUS_ADDRESS"] = environment.DBUS_SESSION_BUS_ADDRESS
  })

  afterAll(async () => {
    if (before === undefined) delete process.env["DBUS_SESSION_BUS_ADDRESS"]
    else process.env["DBUS_SESSION_BUS_ADDRESS"] = before
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  CacheSuite.suite("CacheKeyring", over(Effect.suspend(() => Keychain.make({ service: `op-aws-test-${services += 1}` }))))
})
