import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { marked, opErrors } from "../../fixtures/OpErrors.ts"
import { script, write } from "../../fixtures/Programs.ts"
import { binary, bundle, type Home, installed, makeHome, profile } from "../Program.ts"
import { type ErrorRow, errorRows, opError } from "../../../simulator/op/Errors.ts"
import type { Fault } from "../../../simulator/op/Faults.ts"
import { classifyOpFailure } from "../../../src/domain/onepassword/OpClassification.ts"

const refused = (home: Home, args: ReadonlyArray<string> = ["--profile", "dev"]) =>
  Effect.gen(function*() {
    const run = yield* home.run(args, { place: "elsewhere" })
    const { code, stderr, stdout } = yield* run.exit
    const lines = stderr.split("\n")
    assert.strictEqual(stdout, "")
    assert.strictEqual(lines.length, 3, stderr)
    assert.strictEqual(lines[2], "")
    assert.match(lines[0]!, /^error: \S/)
    assert.match(lines[1]!, /^hint: \S/)
    assert.notMatch(lines.join(""), /\p{Cc}/u)
    return { code, error: lines[0]!, hint: lines[1]!, stderr }
  })

/** Some sixty runs each: a machine with much else to do takes minutes for them. */
describe("the table of op's errors", () => {
  it.live("is told row by row, what is wrong and what to do, and op asked again only where that is known to help", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: bundle })
      // Stand-ins that have nothing to load, one for each row; and a field of its own, or two rows would share an error.
      const opOf = (row: number): string => join(home.path, "bin", `op${row}`)
      const keys = (row: number) => profile({ op_cli_path: opOf(row), op_access_key_id_field: `field ${row}` })
      home.configure(Object.fromEntries(opErrors.map((_, row) => [`row${row}`, keys(row)])))
      const hints = new Map<string, string>()
      yield* Effect.forEach(opErrors, ([situation, stderr, tag, exitCode, shown], row) =>
        Effect.gen(function*() {
          const op = script(opOf(row), "echo call >>\"$0.calls\"", "/bin/cat \"$0.text\" >&2", "exit 1")
          write(`${op}.text`, stderr, 0o644)
          const ended = yield* refused(home, ["--profile", `row${row}`])
          assert.strictEqual(ended.code, exitCode, situation)
          assert.include(ended.stderr, shown, situation)
          const calls = readFileSync(`${op}.calls`, "utf8").trim().split("\n").length
          assert.strictEqual(calls, tag === "AppBusy" ? 2 : 1, situation)
          hints.set(tag, ended.hint)
        }), { concurrency: 2, discard: true })
      assert.strictEqual(new Set(hints.values()).size, hints.size)
    }))
})

describe.each(installed)("words of op's, with $name", (artifact) => {
  it.live("that nobody knows are shown bounded, on one line and without what a terminal would act on", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const strange = `something\u001b]0;title\u0007 new\u202e\n\twith "ops_FAKETOKENfaketoken.x-y" and ${"y".repeat(5000)}`
      home.changeOp(() => ({ faults: [{ fault: "message", message: strange }] }))
      const { code, error } = yield* refused(home)
      assert.strictEqual(code, 4)
      assert.match(error, /^error: op said: something\]0;title new with "ops_…" and y+…$/)
      assert.isBelow(error.length, 300)
      home.changeOp(() => ({ faults: [{ fault: "raw-stderr", message: `\u0007${"z".repeat(5000)}`, exit: 42 }] }))
      const broken = yield* refused(home)
      assert.strictEqual(broken.code, 3)
      assert.match(broken.error, /^error: op failed \(exit 42\): z+…$/)
      assert.isBelow(broken.error.length, 300)
    }))
})

/** Rows of the table that only other commands than `op item get` meet. */
const ofOthers: ReadonlySet<ErrorRow> = new Set([
  "stdin-not-json",
  "stdin-and-template",
  "category-missing",
  "stdin-missing",
  "otp-missing"
])

/** What op does besides saying something: how it ends, what the error says, and how often it was started. */
const mishaps: ReadonlyArray<readonly [fault: Fault, exitCode: number, said: RegExp, calls: number]> = [
  [{ fault: "silent" }, 3, /without saying why/, 1],
  [{ fault: "panic" }, 3, /op crashed: runtime error: invalid memory address/, 1],
  [{ fault: "killed" }, 3, /op was ended by SIGKILL/, 1],
  [{ fault: "truncated" }, 3, /breaks off in the middle/, 1],
  [{ fault: "empty" }, 3, /printed nothing/, 1],
  [{ fault: "raw-stderr", message: "error while loading shared libraries\n", exit: 127 }, 3, /exit 127/, 1],
  [{ fault: "app-timed-out" }, 3, /did not answer op in time/, 2]
]

describe("the simulated op", () => {
  it.live("has no row in its table of errors that the program would not know", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const rows = errorRows().filter((row) => !ofOthers.has(row))
      const reference = { vault: "Private", item: "AWS", cliPath: join(home.path, "bin", "op") }
      for (const row of rows) {
        home.changeOp(() => ({ faults: [{ fault: row }] }))
        const before = home.opCalls().length
        const { code, stderr } = yield* refused(home)
        const { message, preamble } = opError(row, reference)
        const known = classifyOpFailure({ exitCode: 1, stderr: `${preamble.join("\n")}\n${marked(message)}`, reference })
        assert.notInclude(["OpRefused", "OpBroken", "OpSilent"], known._tag, row)
        assert.deepStrictEqual({ code, stderr }, { code: known.exitCode, stderr: `error: ${known.message}\nhint: ${known.hint}\n` })
        assert.strictEqual(home.opCalls().length - before, row === "app-timed-out" || row === "app-deadline" ? 2 : 1, row)
      }
      assert.strictEqual(home.sts.count(), 0)
    }))

  it.live("ends in all the other ways that a program can, and each is told", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      for (const [fault, exitCode, said, calls] of mishaps) {
        home.changeOp(() => ({ faults: [fault] }))
        const before = home.opCalls().length
        const { code, error } = yield* refused(home)
        assert.strictEqual(code, exitCode, fault.fault)
        assert.match(error, said)
        assert.strictEqual(home.opCalls().length - before, calls, fault.fault)
      }
    }))

  it.live("is not started again for what a second call would only repeat, and one more answer mends the rest", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary, item: { seed: "FAKESEEDFAKESEED" } })
      home.changeOp(() => ({ faults: [{ fault: "app-deadline", call: 1 }] }))
      const mended = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
      assert.deepInclude(yield* mended.exit, { code: 0, stderr: "" })
      assert.strictEqual(home.opCalls().length, 2)
      home.changeOp(() => ({ faults: [{ fault: "app-timed-out", call: 3 }, { fault: "prompt-dismissed", call: 4 }] }))
      const dismissed = yield* refused(home, ["--profile", "dev", "--refresh"])
      assert.strictEqual(dismissed.code, 4)
      assert.include(dismissed.error, "dismissed")
      assert.strictEqual(home.opCalls().length, 4)
    }))

  it.live("speaks of the wrong thing when a service account's token is strayed, and the hint says so", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact: binary,
        env: { OP_SERVICE_ACCOUNT_TOKEN: "ops_FAKETOKEN" },
        op: { service_accounts: [{ token: "ops_FAKETOKEN", status: "valid", vaults: [] }] }
      })
      const { code, hint } = yield* refused(home)
      assert.strictEqual(code, 4)
      assert.include(hint, "OP_SERVICE_ACCOUNT_TOKEN")
      assert.notInclude(hint, "FAKETOKEN")
    }))
})
