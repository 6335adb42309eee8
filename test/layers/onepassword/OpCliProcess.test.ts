import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { anItem, script, write } from "../../fixtures/Programs.ts"
import { slowly } from "../../fixtures/SlowClock.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import { installOp, readCalls } from "../../../simulator/op/install.ts"
import { processPlace } from "../../../simulator/op/Process.ts"
import { defaultState, type OpState, updateState, writeState } from "../../../simulator/op/State.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import * as OpCliProcess from "../../../src/layers/onepassword/OpCliProcess.ts"
import { type ItemReference, OpCli } from "../../../src/services/onepassword/OpCli.ts"
import * as OpCliSuite from "../../suites/OpCliSuite.ts"

const installed = (folder = "bin") =>
  Effect.map(temporaryDirectory, (directory) => {
    const state = writeState(join(directory, "state.json"), defaultState())
    return { directory, state, cliPath: installOp(join(directory, folder), { state }) }
  })

OpCliSuite.suite(
  "OpCliProcess",
  Effect.map(installed(), ({ cliPath, state }) => ({
    layer: inEnvironment(OpCliProcess.layer),
    cliPath,
    set: (parts) => updateState(state, () => parts),
    items: () =>
      readCalls(state).map(({ argv }) => argv.filter((word) => word !== "--")).map((argv) =>
        argv[2] === "--vault" ? argv.at(-1) ?? "" : argv[2] ?? ""
      )
  }))
)

const read = (reference: Partial<ItemReference>, environment: Environment = process.env) =>
  Effect.gen(function*() {
    return yield* (yield* OpCli).readItem({ vault: "Private", item: "AWS", cliPath: "op", ...reference })
  }).pipe(Effect.provide(inEnvironment(OpCliProcess.layer, environment)))

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

describe("OpCliProcess", () => {
  it.live("runs op on our terminal session, with nothing on stdin and without AWS's variables", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed("a folder (x86)")
      yield* read({ cliPath, account: "example.1password.com" }, {
        ...process.env,
        AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0",
        AWS_PROFILE: "dev",
        OP_ACCOUNT: "other",
        OP_FORMAT: "human-readable",
        EMPTY: ""
      })
      const [call, ...more] = readCalls(state)
      if (call === undefined) return assert.fail("op did not run")
      assert.lengthOf(more, 0)
      assert.deepStrictEqual(call.argv, [
        "item",
        "get",
        "AWS",
        "--vault",
        "Private",
        "--account",
        "example.1password.com",
        "--format",
        "json"
      ])
      assert.strictEqual(call.stdin, "char")
      const { pgid, pid, sid, tty_nr } = processPlace()
      assert.deepStrictEqual([call.ppid, call.pgid, call.sid, call.tty_nr], [pid, pgid, sid, tty_nr])
      assert.deepStrictEqual(call.env.filter((name) => name.startsWith("AWS_")), [])
      assert.deepStrictEqual(call.values, { OP_ACCOUNT: "other", OP_FORMAT: "human-readable" })
      assert.includeMembers([...call.env], ["HOME", "PATH", "EMPTY"])
    }))

  const forms: ReadonlyArray<readonly [string, Partial<OpState>]> = [
    ["CR LF and a byte order mark, as op.exe may write", { crlf: true, bom: true }],
    ["a warning on stderr", { warn: "[WARN] something is old" }],
    ["more on stderr than a pipe holds", { stderr_bytes: 200_000 }],
    ["more on stderr than is kept", { stderr_bytes: 3_000_000 }]
  ]
  it.live.each(forms)("reads an answer with %s", ([, parts]) =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed()
      updateState(state, () => parts)
      assert.strictEqual((yield* read({ cliPath })).title, "AWS")
    }))

  it.live("finds the error behind a flood on stderr", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed()
      updateState(state, () => ({ stderr_bytes: 200_000, faults: [{ fault: "prompt-dismissed" }] }))
      assert.strictEqual((yield* Effect.flip(read({ cliPath })))._tag, "ApprovalDismissed")
    }))

  it.live("ends op and everything below it within a second when it is interrupted", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed()
      updateState(state, () => ({ faults: [{ fault: "hang", spawn_child: true, ignore_signals: true }] }))
      const waiting = yield* Effect.forkChild(slowly(4)(read({ cliPath })))
      while (readCalls(state)[0]?.child === undefined) yield* Effect.sleep("10 millis")
      const { child = 0, pid = 0 } = readCalls(state)[0] ?? {}
      assert.isTrue(runs(pid) && runs(child))
      const [elapsed] = yield* Effect.timed(Fiber.interrupt(waiting))
      assert.isBelow(Duration.toMillis(elapsed) / 4, 1000)
      assert.isFalse(runs(pid))
      assert.isFalse(runs(child))
    }))

  it.live("lets op and what it started clean up before they are killed", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const [pids, ended] = [join(directory, "pids"), join(directory, "ended")]
      const child = script(join(directory, "child"), `trap 'echo child >> "${ended}"; exit' TERM`, "sleep 60 & wait")
      const cliPath = script(
        join(directory, "op"),
        `trap 'echo op >> "${ended}"; exit' TERM`,
        `"${child}" & echo "$$ $!" > "${pids}"`,
        "wait"
      )
      // They have some seconds for it, however slow the machine is.
      const waiting = yield* Effect.forkChild(slowly(20)(read({ cliPath })))
      const [op = 0, below = 0] = yield* whenThere(pids)
      yield* Fiber.interrupt(waiting)
      assert.isFalse(runs(op))
      assert.isFalse(runs(below))
      assert.deepStrictEqual(readFileSync(ended, "utf8").trim().split("\n").sort(), ["child", "op"])
    }))

  it.live("kills what does not heed being told to end", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pids = join(directory, "pids")
      // An ignored signal stays ignored in everything below.
      const cliPath = script(join(directory, "op"), "trap '' TERM", `sleep 60 & echo "$$ $!" > "${pids}"`, "wait")
      const waiting = yield* Effect.forkChild(slowly(4)(read({ cliPath })))
      const [op = 0, below = 0] = yield* whenThere(pids)
      const [elapsed] = yield* Effect.timed(Fiber.interrupt(waiting))
      assert.isBelow(Duration.toMillis(elapsed) / 4, 1000)
      assert.isFalse(runs(op))
      assert.isFalse(runs(below))
    }))

  it.live("does not wait for a daemon that op leaves behind with the pipes open, and does not end it", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pid = join(directory, "pid")
      const cliPath = script(join(directory, "op"), `sleep 60 & echo $! > "${pid}"`, anItem)
      const [elapsed, item] = yield* Effect.timed(read({ cliPath }))
      const [daemon = 0] = yield* whenThere(pid)
      assert.isTrue(runs(daemon))
      process.kill(daemon)
      assert.strictEqual(item.title, "AWS")
      assert.isBelow(Duration.toMillis(elapsed), 5000)
    }))

  it.live("stops an op that prints without end", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pid = join(directory, "pid")
      const cliPath = script(join(directory, "op"), `echo $$ > "${pid}"`, "exec yes fake-secret-for-tests")
      const failure = yield* Effect.flip(read({ cliPath }))
      assert.strictEqual(failure._tag === "OpOutputUnusable" && failure.reason, "too-large")
      const [op = 0] = yield* whenThere(pid)
      assert.isFalse(runs(op))
    }))

  const odd: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ["closes stdout and says nothing", ["exec 1>&-", "exit 0"], "empty"],
    ["closes stdout in the middle", ["printf '{\"title\":'", "exec 1>&-", "sleep 0.05", "exit 0"], "truncated"],
    ["prints for people", ["echo 'ID: fake-secret-for-tests'"], "not-json"],
    ["prints something else", ["echo '{\"fake-secret-for-tests\": 1}'"], "not-an-item"]
  ]
  it.live.each(odd)("says what is wrong when op %s", ([, lines, reason]) =>
    Effect.gen(function*() {
      const cliPath = script(join(yield* temporaryDirectory, "op"), ...lines)
      const failure = yield* Effect.flip(read({ cliPath }))
      assert.strictEqual(failure._tag === "OpOutputUnusable" ? failure.reason : failure._tag, reason)
      assert.notInclude(failure.message + failure.hint, "fake-secret")
    }))

  it.live("fails as typed where the system refuses to start op", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cliPath = script(join(directory, "op"), anItem)
      const orphan = write(join(directory, "orphan"), "#!/no/such/interpreter\n")
      assert.strictEqual((yield* Effect.flip(read({ cliPath, item: "a\0b" })))._tag, "OpNotRunnable")
      assert.strictEqual((yield* Effect.flip(read({ cliPath, item: "a".repeat(3_000_000) })))._tag, "OpNotRunnable")
      const failure = yield* Effect.flip(read({ cliPath: orphan }))
      assert.strictEqual(failure._tag, "OpNotRunnable")
      assert.include(failure.message, "interpreter")
    }))

  it.live("takes a Windows program that only a shell would try for lost interop", () =>
    Effect.gen(function*() {
      const cliPath = write(
        join(yield* temporaryDirectory, "1Password CLI (x)", "op.exe"),
        Buffer.from("MZ\x90\0\x03\0garbage\n", "latin1")
      )
      assert.strictEqual((yield* Effect.flip(read({ cliPath })))._tag, "InteropOff")
    }))

  it.live("runs the Windows stand-in in a folder with spaces", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const state = writeState(join(directory, "state.json"), defaultState({ platform: "wsl-exe", crlf: true }))
      const folder = join(directory, "Program Files (x86)", "1Password CLI")
      installOp(folder, { state, name: "op.exe" })
      const PATH = folder
      assert.strictEqual((yield* read({}, { ...process.env, WSL_DISTRO_NAME: "Debian", PATH })).title, "AWS")
    }))
})
