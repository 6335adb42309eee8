import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Logger, Redacted, References } from "effect"
import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { script } from "../../fixtures/Programs.ts"
import { slowly } from "../../fixtures/SlowClock.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import { installOp, readCalls } from "../../../simulator/op/install.ts"
import { processPlace } from "../../../simulator/op/Process.ts"
import { defaultState, updateState, writeState } from "../../../simulator/op/State.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { newKeyItem } from "../../../src/domain/onepassword/OpItemDocument.ts"
import * as OpItemsProcess from "../../../src/layers/onepassword/OpItemsProcess.ts"
import { OpItems } from "../../../src/services/onepassword/OpItems.ts"
import { suite } from "../../suites/OpItemsSuite.ts"

const installed = (folder = "bin") =>
  Effect.map(temporaryDirectory, (directory) => {
    const state = writeState(join(directory, "state.json"), defaultState())
    return { directory, state, cliPath: installOp(join(directory, folder), { state }) }
  })

suite(
  "OpItemsProcess",
  Effect.map(installed(), ({ cliPath, state }) => ({
    layer: inEnvironment(OpItemsProcess.layer),
    cliPath,
    set: (parts) => updateState(state, () => parts),
    commands: () => readCalls(state).map(({ command }) => command)
  }))
)

const key = { accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: Redacted.make("fake-CANARY-secret") }
const small = newKeyItem({ title: "New", key })
/** More than any pipe holds. */
const large = newKeyItem({ title: "New", key, seed: Redacted.make("fake-CANARY-".repeat(200_000)) })

const create = (cliPath: string, document = small, environment: Environment = process.env) =>
  Effect.gen(function*() {
    return yield* (yield* OpItems).create({ cliPath }, "Private", document)
  }).pipe(Effect.provide(inEnvironment(OpItemsProcess.layer, environment)))

/** Whether a process runs; one that has ended and waits to be reaped does not. */
const runs = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

const whenThere = (path: string) =>
  Effect.gen(function*() {
    while (!existsSync(path) || !readFileSync(path, "utf8").endsWith("\n")) yield* Effect.sleep("10 millis")
    return readFileSync(path, "utf8").trim().split(/\s+/).map(Number)
  })

describe("OpItemsProcess", () => {
  it.live("writes through a FIFO, on our terminal session, and shows the secret to nobody else", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed("a folder's (x86)")
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      yield* create(cliPath, small, { ...process.env, AWS_SECRET_ACCESS_KEY: "fake-CANARY-of-ours" }).pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "All")
      )
      const calls = readCalls(state)
      assert.deepStrictEqual(calls.map(({ argv, stdin }) => [stdin, argv.slice(0, 2).join(" ")]), [
        ["fifo", "item create"],
        ["char", "item get"]
      ])
      assert.deepStrictEqual(calls[0]?.argv, ["item", "create", "-", "--vault", "Private", "--format", "json"])
      assert.include(calls[1]?.argv ?? [], "--cache=false")
      const { pgid, sid, tty_nr } = processPlace()
      for (const call of calls) assert.deepStrictEqual([call.pgid, call.sid, call.tty_nr], [pgid, sid, tty_nr])
      assert.deepStrictEqual(calls.flatMap(({ env }) => env.filter((name) => name.startsWith("AWS_"))), [])
      assert.isNotEmpty(said)
      assert.notInclude(JSON.stringify(calls) + said.join("\n"), "CANARY")
    }))

  it.live("shows the secret in no process's arguments or environment while it is written", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const seen = join(directory, "seen")
      // Every process from this one up to the one that writes, and the `cat` beside it.
      const cliPath = script(
        join(directory, "op"),
        "parent=$(ps -o ppid= -p $$ | tr -d ' ')",
        `for pid in $$ $parent $(ps -o pid= --ppid $parent); do cat /proc/$pid/cmdline /proc/$pid/environ 2>/dev/null; done > "${seen}"`,
        "cat > /dev/null",
        "exit 9"
      )
      yield* Effect.flip(create(cliPath, large))
      const text = readFileSync(seen, "latin1")
      assert.include(text, "exec 3<&0")
      assert.include(text, "item\0create")
      assert.notInclude(text, "CANARY")
    }))

  it.live("edits by ids, in the account that is named", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed()
      const place = { cliPath, account: "example.1password.com" }
      yield* Effect.gen(function*() {
        const items = yield* OpItems
        const document = yield* items.read({ ...place, vault: "Private", item: "AWS" })
        yield* items.replace(place, document)
        const ids = ["--vault", document.vault?.id ?? "", "--account", "example.1password.com", "--format", "json"]
        assert.deepStrictEqual(readCalls(state)[1]?.argv, ["item", "edit", document.id, ...ids])
        assert.strictEqual(readCalls(state)[1]?.stdin, "fifo")
      }).pipe(Effect.provide(inEnvironment(OpItemsProcess.layer)))
    }))

  const early: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ["fails without reading", ["echo '[ERROR] 2026/11/22 10:15:00 something new' >&2", "exit 1"], "OpRefused"],
    ["closes its stdin and fails later", ["exec 0<&-", "sleep 0.3", "exit 1"], "OpSilent"],
    ["is killed while it reads", ["head -c 100 > /dev/null", "kill -9 $$"], "OpKilled"],
    ["ends well and says nothing", ["exit 0"], "OpOutputUnusable"],
    ["fails after it has read all", ["cat > /dev/null", "exit 6"], "OpSilent"]
  ]
  it.live.each(early)("neither hangs nor breaks when op %s", ([, lines, tag]) =>
    Effect.gen(function*() {
      const cliPath = script(join(yield* temporaryDirectory, "op"), ...lines)
      const [elapsed, failure] = yield* Effect.timed(Effect.flip(create(cliPath, large)))
      assert.strictEqual(failure._tag, tag)
      assert.notInclude(failure.message + failure.hint, "CANARY")
      assert.isBelow(Duration.toMillis(elapsed), 5000)
    }))

  it.live("ends op, and what carries the item to it, when it is interrupted", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pids = join(directory, "pids")
      const cliPath = script(
        join(directory, "op"),
        "parent=$(ps -o ppid= -p $$ | tr -d ' ')",
        `echo "$$ $parent" $(ps -o pid= --ppid $parent) > "${pids}"`,
        "exec sleep 60"
      )
      const writing = yield* Effect.forkChild(slowly(4)(create(cliPath, large)))
      const all = yield* whenThere(pids)
      assert.isAtLeast(all.length, 4)
      assert.isTrue(all.every(runs))
      const [elapsed] = yield* Effect.timed(Fiber.interrupt(writing))
      assert.isBelow(Duration.toMillis(elapsed) / 4, 1500)
      assert.deepStrictEqual(all.filter(runs), [])
    }))

  it.live("ends op where only the shell before it can be told to end", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pids = join(directory, "pids")
      const cliPath = script(
        join(directory, "op"),
        `echo "$$ $(ps -o ppid= -p $$ | tr -d ' ')" > "${pids}"`,
        "exec sleep 60"
      )
      const writing = yield* Effect.forkChild(Effect.flip(create(cliPath, large)))
      const [op = 0, shell = 0] = yield* whenThere(pids)
      process.kill(shell, "SIGTERM")
      assert.strictEqual((yield* Fiber.join(writing))._tag, "OpKilled")
      while (runs(op)) yield* Effect.sleep("10 millis")
    }))

  it.live("runs the Windows stand-in, which takes whatever is on its stdin", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const state = writeState(join(directory, "state.json"), defaultState({ platform: "wsl-exe", crlf: true }))
      const cliPath = installOp(join(directory, "Program Files (x86)"), { state, name: "op.exe" })
      assert.strictEqual((yield* create(cliPath, large)).title, "New")
    }))
})

const runtimes = [
  { name: "Node", runtime: process.execPath },
  { name: "Bun", runtime: join(import.meta.dirname, "../../../node_modules/.bin/bun") }
]

describe.each(runtimes)("OpItemsProcess under $name", ({ runtime }) => {
  it.live.each([1, 100_000])("makes an item and changes it (seed of %i words)", (size) =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed()
      const runner = join(import.meta.dirname, "opItemsRunner.ts")
      const { stdout } = yield* Effect.promise(() => promisify(execFile)(runtime, [runner, cliPath, String(size)]))
      assert.strictEqual(stdout, "[\"Access Key ID\",\"secret access key\",\"one-time password\"]\n")
      assert.deepStrictEqual(readCalls(state).map(({ command, stdin }) => `${command} ${stdin}`), [
        "item create fifo",
        "item get char",
        "item edit fifo",
        "item get char"
      ])
      assert.notInclude(JSON.stringify(readCalls(state)), "CANARY")
    }))

  it.live("survives an op that does not read what it is given", () =>
    Effect.gen(function*() {
      const cliPath = script(join(yield* temporaryDirectory, "op"), "echo '[ERROR] 2026/11/22 10:15:00 no' >&2", "exit 1")
      const runner = join(import.meta.dirname, "opItemsRunner.ts")
      const { stderr, stdout } = yield* Effect.promise(() => promisify(execFile)(runtime, [runner, cliPath, "200000"]))
      assert.match(stdout, /^OpRefused: .*no\n$/)
      assert.strictEqual(stderr, "")
    }))
})
