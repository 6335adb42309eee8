import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import { installGate } from "../Gate.ts"
import { keptSession } from "../KeepSession.ts"
import { type Artifact, artifacts, type Home, makeHome, onInstalled, type RunOptions } from "../Program.ts"
import { signalNow } from "../Processes.ts"
import { type Run, Terminal } from "../Terminal.ts"
import { wrongCode } from "../WrongCode.ts"

const question = `MFA code for dev (${defaultSerial}): `
const seed = "FAKESEEDFAKESEED"
const elsewhere: RunOptions = { place: "elsewhere" }

/** A call that waits for another one, once it does. */
const waiter = (home: Home, words: ReadonlyArray<string> = [], options: RunOptions = elsewhere) =>
  Effect.tap(
    home.run(["--profile", "dev", "--log-level", "debug", ...words], options),
    (run) => run.wrote("waiting for another process")
  )

/** The error of a call, without the debug log before it. */
const complaint = (stderr: string): string => stderr.split("\n").slice(-3).join("\n")

const outcome = (run: Run) =>
  Effect.map(run.exit, ({ code, stderr, stdout }) => ({ code, stdout, said: complaint(stderr) }))

/** A client's call: through a shell of its own, in the client's process group. */
const throughShell = (artifact: Artifact): RunOptions => ({
  artifact: {
    name: "a shell",
    command: "/bin/sh",
    args: ["-c", "\"$@\"; exit $?", "sh", artifact.command, ...artifact.args]
  }
})

const call = (home: Home, options?: RunOptions) => Effect.flatMap(home.run(["--profile", "dev"], options), outcome)

/** Makes the refusals that are remembered ten seconds older. */
const letTenSecondsPass = (home: Home): void => {
  const state = join(home.cache, "state")
  const notes = readdirSync(state).filter((file) => file.startsWith("refusals-"))
  assert.strictEqual(notes.length, 1)
  for (const note of notes) {
    const { refusals } = JSON.parse(readFileSync(join(state, note), "utf8")) as { refusals: Array<{ at: number }> }
    const older = refusals.map((refusal) => ({ ...refusal, at: refusal.at - 10_000 }))
    writeFileSync(join(state, note), JSON.stringify({ refusals: older }))
  }
}

const failures = [
  { why: "the approval is dismissed", code: 4, op: { prompt: { answer: "dismiss" } } },
  { why: "the item is gone", code: 4, op: { faults: [{ fault: "item-missing" }] } },
  {
    why: "AWS denies the call",
    code: 6,
    sts: { faults: [{ kind: "error", code: "AccessDenied", status: 403, count: 9 }] }
  }
] as const

describe.each(artifacts)("when a call of $name fails", (artifact) => {
  const alike = onInstalled(artifact)
  for (const { code, why, ...moods } of failures) {
    alike(`those that waited for it fail alike and ask nobody: ${why}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, item: { seed }, ...structuredClone(moods) as object })
        const gate = installGate(home)
        const env = { OP_AWS_CLI_PATH: gate.path }
        const holder = yield* home.run(["--profile", "dev"], { place: "elsewhere", env })
        yield* gate.waiting
        const waiters = yield* Effect.all([waiter(home), waiter(home), waiter(home)], { concurrency: 3 })
        gate.open()
        const failed = yield* outcome(holder)
        assert.deepInclude(failed, { code, stdout: "" })
        assert.match(failed.said, /^error: .*\nhint: .*\n$/)
        for (const run of waiters) assert.deepStrictEqual(yield* outcome(run), failed)
        assert.strictEqual(home.opCalls().length, 1)
        yield* call(home, elsewhere)
        assert.strictEqual(home.opCalls().length, 2)
      }))
  }

  alike("a person's no counts for ten seconds, for the calls of the same client only", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, op: { prompt: { answer: "dismiss" } } })
      const shell = throughShell(artifact)
      const refused = yield* call(home, shell)
      assert.deepInclude(refused, { code: 4, stdout: "" })
      assert.deepStrictEqual(yield* call(home, shell), refused)
      assert.strictEqual(home.opCalls().length, 1)
      yield* call(home, { ...shell, place: "elsewhere" })
      assert.strictEqual(home.opCalls().length, 2)
      letTenSecondsPass(home)
      yield* call(home, shell)
      assert.strictEqual(home.opCalls().length, 3)
    }))

  it.live("three refused codes and Ctrl-C are a no as well", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const shell = throughShell(artifact)
      const first = yield* home.run(["--profile", "dev"], shell)
      for (let tries = 0; tries < 3; tries++) {
        yield* home.terminal.waitFor(question)
        yield* home.terminal.type(`${wrongCode(home)}\r`)
      }
      const refused = yield* outcome(first)
      assert.strictEqual(refused.code, 5)
      assert.deepStrictEqual(yield* call(home, shell), refused)
      assert.strictEqual(home.opCalls().length, 1)
      letTenSecondsPass(home)
      const second = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* second.exit, { code: 130, stdout: "", stderr: "" })
      assert.deepInclude(yield* call(home, shell), { code: 130, stdout: "" })
      assert.strictEqual(home.opCalls().length, 2)
    }))

  it.live("Ctrl-C for it alone is an answer for those that waited for it", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const holder = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      const waiting = yield* waiter(home)
      yield* holder.signal("SIGINT")
      assert.deepInclude(yield* holder.exit, { code: 130, stdout: "", stderr: "" })
      assert.deepInclude(yield* outcome(waiting), { code: 130, stdout: "" })
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("Ctrl-C on the terminal that they share ends all of them, and none has anything to say", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const holder = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      const waiting = yield* Effect.all(Array.from({ length: 6 }, () => waiter(home, [], {})), { concurrency: 6 })
      // Some of them get to hear of it later than of what became of the holder.
      for (const { pid } of waiting.slice(3)) signalNow(pid, "SIGSTOP")
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* holder.exit, { code: 130, stdout: "", stderr: "" })
      for (const run of waiting.slice(3)) yield* run.signal("SIGCONT")
      for (const run of waiting) {
        const ended = yield* run.exit
        assert.deepInclude(ended, { code: 130, stdout: "" })
        assert.notInclude(ended.stderr, "error:")
      }
      assert.deepStrictEqual(home.terminal.screen, [`${question}^C`])
      assert.strictEqual(home.opCalls().length, 1)
    }))

  // A waiter is the other artifact: they share their locks.
  const other = artifacts.find((candidate) => candidate !== artifact)!
  for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGKILL", null]] as const) {
    it.live(`with ${signal}, one of those that waited takes over`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact })
        const terminal = yield* Terminal.open()
        const holder = yield* home.run(["--profile", "dev"])
        yield* home.terminal.waitFor(question)
        const waiting = yield* Effect.all(
          [waiter(home, [], { terminal, artifact: other }), waiter(home, [], { terminal, artifact: other })],
          { concurrency: 2 }
        )
        yield* holder.signal(signal)
        assert.deepInclude(yield* holder.exit, { code, stdout: "", stderr: "" })
        const killedAt = performance.now()
        yield* terminal.waitFor(question)
        assert.isBelow(performance.now() - killedAt, 10_000)
        yield* terminal.type(`${home.code()}\r`)
        const ended = yield* Effect.forEach(waiting, ({ exit }) => exit)
        assert.deepStrictEqual(ended.map((end) => end.code), [0, 0])
        assert.strictEqual(ended[0]!.stdout, ended[1]!.stdout)
        assert.strictEqual(home.opCalls().length, 2)
        assert.strictEqual(home.sts.requests.length, 1)
      }))
  }
})

describe.each(artifacts)("a call of $name whose terminal is closed", (artifact) => {
  it.live("makes way for those that wait elsewhere", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const doomed = yield* Terminal.open()
      const holder = yield* home.run(["--profile", "dev"], { terminal: doomed })
      yield* doomed.waitFor(question)
      const waiting = yield* waiter(home, [], {})
      yield* doomed.hangUp
      assert.deepInclude(yield* holder.exit, { code: 129, stdout: "", stderr: "" })
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type(`${home.code()}\r`)
      assert.strictEqual((yield* waiting.exit).code, 0)
    }))
})

describe.each(artifacts)("a call of $name that does not go on", (artifact) => {
  const alike = onInstalled(artifact)
  alike("stops the others for no longer than they allow, and they say which process it is", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const holder = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      yield* holder.signal("SIGSTOP")
      for (const timeout of ["3s", "4s"]) {
        const run = yield* waiter(home, ["--timeout", timeout])
        const { code, said, stdout } = yield* outcome(run)
        assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" })
        assert.include(said, `another process (pid ${holder.pid})`)
        assert.include(said, `kill ${holder.pid}`)
      }
      yield* holder.signal("SIGCONT")
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type(`${home.code()}\r`)
      assert.strictEqual((yield* holder.exit).code, 0)
    }))

  it.live("keeps its question when it was stopped with Ctrl-Z and comes back", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const holder = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type("\x1a")
      assert.include((yield* outcome(yield* waiter(home, ["--timeout", "3s"]))).said, `pid ${holder.pid}`)
      yield* holder.signal("SIGCONT")
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type(`${home.code()}\r`)
      assert.strictEqual((yield* holder.exit).code, 0)
    }))

  it.live("keeps the session when nobody reads its output any more", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      yield* run.closeStdout
      yield* home.terminal.type(`${home.code()}\r`)
      assert.deepInclude(yield* run.exit, { code: 0, signal: null, stderr: "" })
      const kept = keptSession(home)
      const retry = yield* call(home, elsewhere)
      assert.strictEqual(retry.code, 0)
      assert.include(retry.stdout, kept?.credentials.accessKeyId ?? "nothing")
      assert.strictEqual(home.opCalls().length, 1)
    }))
})
