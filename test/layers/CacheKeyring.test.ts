import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Scope } from "effect"
import { TestClock } from "effect/testing"
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { CacheUnwritable } from "../../src/domain/CacheFailure.ts"
import * as CacheFile from "../../src/layers/CacheFile.ts"
import * as CacheKeyring from "../../src/layers/CacheKeyring.ts"
import * as Keychain from "../../src/layers/Keychain.ts"
import { Cache } from "../../src/services/Cache.ts"
import { noLibrary, noSecretService, secretService } from "../fixtures/SecretService.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import * as CacheSuite from "../suites/CacheSuite.ts"

const bin = join(import.meta.dirname, "../../node_modules/.bin")
const why = (lack: string | undefined): string => lack === undefined ? "" : ` (skipped: ${lack})`

/** A keychain in memory, or one that refuses everything. */
const keychainOf = (secrets: Map<string, string>, refusal?: string): Keychain.Keychain => {
  const answer = async <A>(value: () => A): Promise<A> => {
    if (refusal !== undefined) throw new Error(refusal)
    return value()
  }
  return Keychain.make({
    get: (account) => answer(() => secrets.get(account) ?? null),
    set: (account, secret) => answer(() => void secrets.set(account, secret)),
    delete: (account) => answer(() => secrets.delete(account)),
    find: () => answer(() => [...secrets].map(([account, password]) => ({ account, password })))
  })
}

/** One whose dialog nobody answers, and how often it was asked. */
const silentKeychain = () => {
  let asked = 0
  const never = (): Promise<never> => {
    asked += 1
    return new Promise(() => {})
  }
  return { keychain: Keychain.make({ get: never, set: never, delete: never, find: never }), asked: () => asked }
}

const inMemory = Layer.effect(
  Cache,
  Effect.map(temporaryDirectory, (directory) => CacheKeyring.make(keychainOf(new Map()), CacheFile.make(directory)))
)

CacheSuite.suite("CacheKeyring over a keychain in memory", inMemory)

describe("CacheKeyring", () => {
  it.effect("removes the profile's older file, and no other, once the session is in the keychain", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const files = CacheFile.make(directory)
      yield* files.write("dev", entryOf("older"))
      yield* files.write("prod", entryOf("older"))
      const cache = CacheKeyring.make(keychainOf(new Map()), files)
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      assert.isTrue(existsSync(join(directory, "dev.json")))
      yield* cache.write("dev", entryOf("newer"))
      assert.isFalse(existsSync(join(directory, "dev.json")))
      assert.isTrue(existsSync(join(directory, "prod.json")))
      assert.isTrue(yield* cache.remove("prod"))
      assert.isFalse(existsSync(join(directory, "prod.json")))
    }))

  it.effect("is a miss, and says why it keeps nothing, when the keychain refuses", () =>
    Effect.gen(function*() {
      const files = CacheFile.make(yield* temporaryDirectory)
      yield* files.write("dev", entryOf("older"))
      const cache = CacheKeyring.make(keychainOf(new Map(), "locked\n\u001b[31mby you"), files)
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      assert.deepStrictEqual(yield* cache.list, [])
      const told = (failure: CacheUnwritable) => [failure._tag, failure.message]
      const kept = yield* Effect.flip(cache.write("dev", entryOf("newer")))
      const message = "the session could not be kept in the keychain: locked [31mby you"
      assert.deepStrictEqual(told(kept), ["CacheUnwritable", message])
      assert.include(kept.hint, "--cache file")
      const removed = yield* Effect.flip(cache.remove("dev"))
      assert.strictEqual(removed.message, "the session could not be removed from the keychain: locked [31mby you")
      assert.deepStrictEqual(yield* files.read("dev"), Option.some(entryOf("older")))
    }))

  it.effect("waits for an answer once, for 20 seconds", () =>
    Effect.gen(function*() {
      const { asked, keychain } = silentKeychain()
      const cache = CacheKeyring.make(keychain, CacheFile.make(yield* temporaryDirectory))
      const reading = yield* Effect.forkChild(cache.read("dev"))
      yield* TestClock.adjust("19 seconds")
      assert.isUndefined(reading.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(reading), Option.none())
      assert.deepStrictEqual(yield* cache.list, [])
      const { message } = yield* Effect.flip(cache.write("dev", entryOf("newer")))
      assert.include(message, "it did not answer within 20 seconds; it may be waiting for somebody to unlock it")
      assert.strictEqual(asked(), 1)
    }))

  it.effect("takes a damaged secret for a miss", () =>
    Effect.gen(function*() {
      const secrets = new Map<string, string>()
      const cache = CacheKeyring.make(keychainOf(secrets), CacheFile.make(yield* temporaryDirectory))
      yield* cache.write("dev", entryOf("item"))
      secrets.set("dev", (secrets.get("dev") ?? "").replace("item", "itEm"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      assert.deepStrictEqual(yield* cache.list, [])
    }))

  it("says so when its optional library is not installed", () => {
    const hide = `
      import { registerHooks } from "node:module"
      registerHooks({
        resolve: (name, context, next) => {
          if (name === "@napi-rs/keyring") throw new Error("not installed")
          return next(name, context)
        }
      })`
    const flags = ["--import", `data:text/javascript,${encodeURIComponent(hide)}`]
    const probe = join(import.meta.dirname, "keyringProbe.ts")
    const { stdout } = spawnSync(process.execPath, [...flags, probe], { encoding: "utf8" })
    const outcome = JSON.parse(stdout)
    assert.strictEqual(outcome._tag, "KeyringUnavailable")
    assert.include(outcome.message, "@napi-rs/keyring is not installed")
    assert.include(outcome.hint, "--cache file")
  })

  const runtimes = ["node", "bun"].map((runtime) => ({ runtime, lack: why(noLibrary) }))

  it.skipIf(noLibrary !== undefined || process.platform !== "linux").each(runtimes)(
    "says that there is no keychain to be reached, and never takes the kernel's keyring instead ($runtime)$lack",
    ({ runtime }) => {
      const { stdout } = spawnSync(join(bin, runtime), [join(import.meta.dirname, "keyringProbe.ts")], {
        env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
        encoding: "utf8"
      })
      const outcome = JSON.parse(stdout)
      assert.strictEqual(outcome._tag, "KeyringUnavailable")
      assert.strictEqual(outcome.exitCode, 2)
      assert.match(outcome.message, /^the keychain of this system cannot be used: .*\/nonexistent/)
      assert.include(outcome.hint, "--cache file")
    },
    20_000
  )
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

  const emptyService = Layer.effect(
    Cache,
    Effect.gen(function*() {
      services += 1
      const keychain = yield* CacheKeyring.open(`op-aws-test-${services}`)
      return CacheKeyring.make(keychain, CacheFile.make(yield* temporaryDirectory))
    })
  )

  CacheSuite.suite("CacheKeyring", Layer.orDie(emptyService))

  it.live("gives one process what another kept", () =>
    Effect.gen(function*() {
      const make = Effect.map(CacheKeyring.open("op-aws-test-kept"), (keychain) =>
        CacheKeyring.make(keychain, CacheFile.make("/nonexistent")))
      const cache = yield* make
      yield* cache.write("dev", entryOf("item"))
      const program = `
        import { Effect } from "effect"
        import * as CacheKeyring from "./src/layers/CacheKeyring.ts"
        const keychain = await Effect.runPromise(CacheKeyring.open("op-aws-test-kept"))
        process.stdout.write(await Effect.runPromise(keychain.get("dev")))`
      const { stdout } = spawnSync(join(bin, "bun"), ["-e", program], { cwd: join(bin, "../.."), encoding: "utf8" })
      assert.strictEqual(JSON.parse(stdout).item, "item")
    }))
})
