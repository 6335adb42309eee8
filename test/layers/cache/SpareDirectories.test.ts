import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import * as LockSqlite from "../../../src/layers/cache/LockSqlite.ts"
import { spareDirectories } from "../../../src/layers/cache/SpareDirectories.ts"
import { Lock } from "../../../src/services/cache/Lock.ts"

const root = process.geteuid?.() === 0
const user = String(process.geteuid?.() ?? 0)
const ours = "op-aws-credential-process"

/** A system of its own, with what is made in it. */
const system = Effect.map(temporaryDirectory, (path) => {
  const directories = { run: join(path, "run"), temporary: join(path, "tmp") }
  mkdirSync(directories.run)
  mkdirSync(directories.temporary)
  return {
    path,
    made: (name: string, mode = 0o700) => {
      mkdirSync(join(path, name), { recursive: true })
      chmodSync(join(path, name), mode)
      return join(path, name)
    },
    spare: (environment: Readonly<Record<string, string>> = {}) => spareDirectories(environment, directories),
    lock: (environment: Readonly<Record<string, string>> = {}) =>
      Effect.provide(Lock, LockSqlite.layer(undefined, () => spareDirectories(environment, directories)))
  }
})

describe("the directories for locks without a cache directory", () => {
  it.effect("are the runtime directory where it is ours and private, else one of ours in /tmp", () =>
    Effect.gen(function*() {
      const { made, path, spare } = yield* system
      const temporary = join(path, "tmp", `${ours}-${user}`)
      assert.deepStrictEqual(spare(), [temporary])
      for (const bad of ["", "relative", join(path, "missing"), made("loose", 0o755), made("tight", 0o500)]) {
        assert.deepStrictEqual(spare({ XDG_RUNTIME_DIR: bad }), [temporary], bad)
      }
      const usual = made(`run/${user}`)
      assert.deepStrictEqual(spare(), [join(usual, ours)])
      assert.deepStrictEqual(spare({ XDG_RUNTIME_DIR: usual }), [join(usual, ours)])
      assert.deepStrictEqual(spare({ XDG_RUNTIME_DIR: `${usual}/` }), [join(usual, ours)])
      chmodSync(usual, 0o755)
      assert.deepStrictEqual(spare({ XDG_RUNTIME_DIR: usual }), [temporary])
    }))

  it.effect.skipIf(!root)("are never another user's (needs root for others' directories)", () =>
    Effect.gen(function*() {
      const { made, path, spare } = yield* system
      const theirs = made("theirs")
      chownSync(theirs, 65534, 65534)
      assert.deepStrictEqual(spare({ XDG_RUNTIME_DIR: theirs }), [join(path, "tmp", `${ours}-${user}`)])
    }))

  it.effect.each(["nowhere", "run", "elsewhere"])("let processes meet that have XDG_RUNTIME_DIR (%s) in their environment, and that have not", (name) =>
    Effect.gen(function*() {
      const { lock, made, path } = yield* system
      const named = name === "nowhere" ? join(path, name) : made(name === "run" ? `run/${user}` : name)
      const desktop = yield* lock({ XDG_RUNTIME_DIR: named })
      const cron = yield* lock()
      for (const [one, other] of [[desktop, cron], [cron, desktop]] as const) {
        yield* Effect.scoped(Effect.gen(function*() {
          assert.strictEqual(yield* one.tryTake("a"), "held")
          assert.strictEqual(yield* Effect.scoped(other.tryTake("a")), "busy")
          assert.strictEqual(yield* Effect.scoped(other.tryTake("b")), "held")
        }))
      }
    }))

  it.effect("are private, and hold empty files only", () =>
    Effect.gen(function*() {
      const { lock, made } = yield* system
      const runtime = made(`run/${user}`)
      const taken = yield* lock()
      assert.strictEqual(yield* taken.tryTake("a"), "held")
      assert.deepStrictEqual(readdirSync(join(runtime, ours, "state")), ["a.lock"])
      assert.strictEqual(statSync(join(runtime, ours)).mode & 0o777, 0o700)
      assert.strictEqual(statSync(join(runtime, ours, "state/a.lock")).size, 0)
    }))

  it.effect.skipIf(!root)("cannot have a lock where somebody else was first, and say so (needs root for others' directories)", () =>
    Effect.gen(function*() {
      const { lock, made } = yield* system
      const taken = made(`tmp/${ours}-${user}`)
      chownSync(taken, 65534, 65534)
      const without = yield* lock()
      assert.isUndefined(yield* without.trouble)
      assert.strictEqual(yield* Effect.scoped(without.tryTake("a")), "unusable")
      const trouble = yield* without.trouble
      assert.strictEqual(trouble?.reason, `${taken}/state: the directory belongs to another user`)
      assert.deepStrictEqual(readdirSync(taken), [])
    }))
})
