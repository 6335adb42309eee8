import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as LockMemory from "../../fakes/cache/LockMemory.ts"
import { layerIn, temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { canMount, makeReadOnly, tinyDisk } from "../../fixtures/TinyDisk.ts"
import * as LockSqlite from "../../../src/layers/cache/LockSqlite.ts"
import { Lock } from "../../../src/services/cache/Lock.ts"
import * as LockSuite from "../../suites/LockSuite.ts"

LockSuite.suite("LockSqlite", layerIn((directory) => LockSqlite.layer(directory)))
LockSuite.suite("LockSqlite in its spare directory", layerIn((directory) => LockSqlite.layer("/dev/null/nowhere", () => [directory])))
LockSuite.suite("LockMemory", LockMemory.layer)

const root = process.geteuid?.() === 0
const bin = join(import.meta.dirname, "../../../node_modules/.bin")
const holderScript = join(import.meta.dirname, "lockHolder.ts")

type Runtime = "node" | "bun"

interface Holder {
  /** Lets the process end its use of the lock and live on. */
  readonly finish: Effect.Effect<void>
  readonly next: Effect.Effect<string>
  readonly stderr: () => string
  readonly kill: Effect.Effect<void>
}

/** Another process that takes the lock; it is killed with the scope at the latest. */
const startHolder = (runtime: Runtime, directory: string, patience: string, flags: ReadonlyArray<string> = []) =>
  Effect.acquireRelease(
    Effect.sync((): Holder => {
      const child = spawn(join(bin, runtime), [...flags, holderScript, directory, "a", patience], { stdio: "pipe" })
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      const exited = once(child, "exit")
      let stderr = ""
      child.stderr.on("data", (data) => stderr += data)
      return {
        finish: Effect.sync(() => void child.stdin.end()),
        next: Effect.map(
          Effect.promise(() => lines.next()),
          (line) => line.done === true ? `ended: ${stderr}` : line.value
        ),
        stderr: () => stderr,
        kill: Effect.promise(() => {
          child.kill("SIGKILL")
          return exited
        })
      }
    }),
    (holder) => holder.kill
  )

const lockIn = (directory: string) => Effect.provide(Lock, LockSqlite.layer(directory))

const tryOnce = (lock: Lock["Service"], name = "a") => Effect.scoped(lock.tryTake(name))

describe("LockSqlite", () => {
  const runtimes: ReadonlyArray<Runtime> = ["node", "bun"]
  const pairs = runtimes.flatMap((first) => runtimes.map((second) => [first, second] as const))

  it.live.each(pairs)("passes from a killed %s process to a waiting %s process at once", ([first, second]) =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const holder = yield* startHolder(first, directory, "once")
      assert.strictEqual(yield* holder.next, "held")
      const waiter = yield* startHolder(second, directory, "until-held")
      assert.strictEqual(yield* waiter.next, "busy")
      assert.strictEqual(yield* tryOnce(yield* lockIn(directory)), "busy")
      yield* holder.kill
      assert.strictEqual(yield* waiter.next, "held")
      assert.strictEqual(yield* tryOnce(yield* lockIn(directory)), "busy")
      yield* waiter.kill
      assert.deepStrictEqual(readdirSync(join(directory, "state")), ["a.lock"])
      // At the first look: a lock that is freed by age or by a check of process ids takes seconds.
      assert.strictEqual(yield* tryOnce(yield* lockIn(directory)), "held")
      assert.deepStrictEqual(readdirSync(join(directory, "state")), ["a.lock"])
    }))

  it.live("is let go while its holder lives on", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const lock = yield* lockIn(directory)
      const holder = yield* startHolder("node", directory, "once")
      assert.strictEqual(yield* holder.next, "held")
      yield* holder.finish
      assert.strictEqual(yield* holder.next, "free")
      assert.strictEqual(yield* tryOnce(lock), "held")
    }))

  it.live("stays with a process that tries for it again by another way", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "cache"))
      symlinkSync(join(home, "cache"), join(home, "link"))
      const lock = yield* lockIn(join(home, "cache"))
      assert.strictEqual(yield* lock.tryTake("a"), "held")
      assert.strictEqual(yield* tryOnce(yield* lockIn(join(home, "cache"))), "busy")
      assert.strictEqual(yield* tryOnce(yield* lockIn(join(home, "link"))), "busy")
      assert.strictEqual(yield* tryOnce(lock, "b"), "held")
      const other = yield* startHolder("node", join(home, "cache"), "once")
      assert.strictEqual(yield* other.next, "busy")
    }))

  it.live("outlives damage to its file, and the damage is mended", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const file = join(directory, "state/a.lock")
      const lock = yield* lockIn(directory)
      const holder = yield* startHolder("node", directory, "once")
      assert.strictEqual(yield* holder.next, "held")
      writeFileSync(file, "x".repeat(5000))
      assert.strictEqual(yield* tryOnce(lock), "busy")
      yield* holder.kill
      for (const damage of ["x", "SQLite format 3\0", "x".repeat(5000)]) {
        writeFileSync(file, damage)
        chmodSync(file, 0o666)
        assert.strictEqual(yield* tryOnce(lock), "held")
        assert.strictEqual(readFileSync(file, "utf8"), "")
        assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      }
    }))

  it.live("keeps the runtime's warning about SQLite off stderr", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const warn = `
        const load = process.getBuiltinModule
        process.getBuiltinModule = (name) => {
          if (name === "node:sqlite") process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning")
          return load(name)
        }
        process.nextTick(() => process.emitWarning("heard"))`
      const flags = ["--import", `data:text/javascript,${encodeURIComponent(warn)}`]
      const holder = yield* startHolder("node", directory, "once", flags)
      assert.strictEqual(yield* holder.next, "held")
      yield* holder.finish
      assert.strictEqual(yield* holder.next, "free")
      assert.include(holder.stderr(), "heard")
      assert.notInclude(holder.stderr(), "SQLite")
    }))

  it.effect("cannot be had where something else is in its place, which is left as it is", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const state = join(home, "cache/state")
      mkdirSync(state, { recursive: true })
      writeFileSync(join(home, "target"), "precious")
      symlinkSync(join(home, "target"), join(state, "link.lock"))
      symlinkSync(join(home, "missing"), join(state, "dangling.lock"))
      mkdirSync(join(state, "directory.lock"))
      execFileSync("mkfifo", [join(state, "fifo.lock")])
      const lock = yield* lockIn(join(home, "cache"))
      for (const name of ["link", "dangling", "directory", "fifo"]) {
        assert.strictEqual(yield* tryOnce(lock, name), "unusable")
      }
      assert.strictEqual(readFileSync(join(home, "target"), "utf8"), "precious")
      assert.deepStrictEqual(readdirSync(home).sort(), ["cache", "target"])
      assert.strictEqual(yield* tryOnce(yield* lockIn(join(home, "target"))), "unusable")
    }))

  it.effect.skipIf(!root)("cannot be had from another user's file or directory (needs root to make one)", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "mine/state"), { recursive: true })
      writeFileSync(join(home, "mine/state/a.lock"), "")
      chownSync(join(home, "mine/state/a.lock"), 65534, 65534)
      assert.strictEqual(yield* tryOnce(yield* lockIn(join(home, "mine"))), "unusable")
      mkdirSync(join(home, "theirs"))
      chownSync(join(home, "theirs"), 65534, 65534)
      assert.strictEqual(yield* tryOnce(yield* lockIn(join(home, "theirs"))), "unusable")
      assert.deepStrictEqual(readdirSync(join(home, "theirs")), [])
    }))

  it.effect.skipIf(!canMount)("cannot be had on a read-only disk (needs a mount)", () =>
    Effect.gen(function*() {
      const directory = yield* tinyDisk
      const lock = yield* lockIn(directory)
      assert.strictEqual(yield* tryOnce(lock), "held")
      yield* makeReadOnly(directory)
      for (const name of ["a", "b"]) assert.strictEqual(yield* tryOnce(lock, name), "unusable")
    }))

  it.effect("treats a name that is a path as the bug it is", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const lock = yield* lockIn(join(home, "cache"))
      for (const name of ["", "../a", "a/b", "a\0"]) {
        assert.isTrue(Exit.hasDies(yield* Effect.exit(tryOnce(lock, name))))
      }
      assert.deepStrictEqual(readdirSync(home), [])
    }))
})
