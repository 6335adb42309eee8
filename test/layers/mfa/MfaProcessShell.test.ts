import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { Terminal } from "../../cli/Terminal.ts"
import { slowly } from "../../fixtures/SlowClock.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import * as MfaProcessShell from "../../../src/layers/mfa/MfaProcessShell.ts"
import { MfaProcess } from "../../../src/services/mfa/MfaProcess.ts"

const path = "/usr/bin:/bin"

const run = (command: string, environment: Environment = { PATH: path }) =>
  Effect.flatMap(MfaProcess, (mfaProcess) => mfaProcess.run(command)).pipe(
    Effect.provide(inEnvironment(MfaProcessShell.layer, environment))
  )

const codeOf = (command: string, environment?: Environment) => Effect.map(run(command, environment), Redacted.value)

/** Whether a process runs; one that has ended and waits to be reaped does not. */
const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !existsSync("/proc/self") || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

/** The ids in a file, when there are so many. */
const pidsIn = (file: string, count: number) =>
  Effect.gen(function*() {
    const lines = () => existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : []
    while (lines().length < count) yield* Effect.sleep("5 millis")
    return lines().map(Number)
  })

describe("MfaProcessShell", () => {
  it.live.each([
    "echo 123456",
    "printf 123456",
    "printf '\\n 123456\\r\\n\\n'",
    "false || printf '%s' \"$(printf 123)\"456 | cat",
    "echo 123456; exit 0",
    "echo 123 456",
    "echo 123-456",
    "echo １２３４５６"
  ])("gives the six digits that a shell command prints: %s", (command) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* codeOf(command), "123456")
    }))

  it.live("keeps the code where it is not shown by accident", () =>
    Effect.gen(function*() {
      const code = yield* run("echo 123456")
      assert.notInclude(`${inspect(code)} ${JSON.stringify(code)} ${code}`, "123456")
    }))

  const failures: ReadonlyArray<readonly [command: string, reason: string]> = [
    ["echo 12345", "what it printed is not six digits"],
    ["echo 1234567", "what it printed is not six digits"],
    ["echo 123456; echo 654321", "what it printed is not six digits"],
    ["echo 12345x", "what it printed is not six digits"],
    ["true", "it printed nothing"],
    ["echo; echo ' '", "it printed nothing"],
    ["echo 123456; exit 3", "it ended with exit status 3"],
    ["echo 123456; kill -TERM $$", "it was ended by SIGTERM"],
    ["/nowhere/ykman 123456", "it ended with exit status 127 (there is no such command)"],
    ["/etc/passwd 123456", "it ended with exit status 126 (it may not be executed)"],
    ["while :; do echo 123456; done", "it printed far more than a code"]
  ]

  it.live.each(failures)("says what is wrong, and nothing of what was printed: %s", ([command, reason]) =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(run(command))
      assert.strictEqual(failure._tag, "MfaProcessFailed")
      assert.isTrue(failure.message.endsWith(`: ${reason}`), failure.message)
      assert.notMatch(inspect(failure), /12345/)
    }))

  it.live("says so when the command is none that can be passed on", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(run("echo 123456\0"))
      assert.isTrue(failure.message.endsWith(": it could not be started (ERR_INVALID_ARG_VALUE)"), failure.message)
    }))

  it.live("gives the command nothing on stdin and nothing of AWS's, and everything else", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const secret = "fake-secret-for-tests"
      const environment = { PATH: path, HOME: "/home/somebody", AWS_SECRET_ACCESS_KEY: secret, AWS_PROFILE: "dev" }
      const command = `env > ${directory}/env; test -c /dev/stdin && cat > ${directory}/stdin; echo 123456`
      assert.strictEqual(yield* codeOf(command, environment), "123456")
      const seen = readFileSync(join(directory, "env"), "utf8")
      assert.notMatch(seen, /^AWS_/m)
      assert.notInclude(seen, secret)
      assert.match(seen, /^HOME=\/home\/somebody$/m)
      assert.strictEqual(readFileSync(join(directory, "stdin"), "utf8"), "")
    }))

  it.live("does not wait for what a command leaves running behind it", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pids = join(directory, "pids")
      const [took, code] = yield* Effect.timed(codeOf(`sleep 20 & echo $! > ${pids}; echo 123456`))
      assert.strictEqual(code, "123456")
      assert.isBelow(Duration.toMillis(took), 5000)
      const [left = 0] = yield* pidsIn(pids, 1)
      assert.isTrue(runs(left))
      process.kill(left, "SIGKILL")
    }))

  it.live.each(["", "trap '' TERM INT HUP; "])("ends the command and what it started when interrupted: %j", (trap) =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pids = join(directory, "pids")
      const inner = `${trap}echo $$ >> ${pids}; sleep 600; sleep 600`.replaceAll("'", "'\\''")
      const running = yield* Effect.forkChild(slowly(4)(run(`${trap}echo $$ >> ${pids}; sh -c '${inner}'; echo 1`)))
      const started = yield* pidsIn(pids, 2)
      assert.deepStrictEqual(started.map(runs), [true, true])
      const [took] = yield* Effect.timed(Fiber.interrupt(running))
      assert.deepStrictEqual(started.map(runs), [false, false])
      assert.isBelow(Duration.toMillis(took) / 4, 1000)
    }))
})

const runtimes = [
  { name: "Node", runtime: process.execPath },
  { name: "Bun", runtime: join(import.meta.dirname, "../../../node_modules/bun/bin/bun.exe") }
]

describe.each(runtimes)("MfaProcessShell on a terminal, by $name", ({ runtime }) => {
  const runner = (command: string) => ({
    command: runtime,
    args: [join(import.meta.dirname, "mfaProcessRunner.ts"), command],
    env: { PATH: path }
  })

  it.live("what the command says on stderr is seen on the terminal, and not on our stderr", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const command = "echo 'touch your key' >&2; test -t 2 && echo 123456"
      const started = yield* terminal.start(runner(command))
      const { stderr, stdout } = yield* started.exit
      assert.deepStrictEqual({ stderr, stdout }, { stderr: "", stdout: "123456\n" })
      assert.deepStrictEqual(terminal.screen, ["touch your key"])
    }))

  it.live("a command may ask on the terminal itself", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const started = yield* terminal.start(runner("printf 'PIN: ' >&2; read pin < /dev/tty; echo ${pin}56"))
      yield* terminal.waitFor("PIN: ")
      yield* terminal.type("1234\r")
      assert.strictEqual((yield* started.exit).stdout, "123456\n")
    }))

  it.live.each(["elsewhere", "background"] as const)("without a terminal (%s) it is seen nowhere", (place) =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const started = yield* terminal.start({ ...runner("echo 'touch your key' >&2; echo 123456"), place })
      const { stderr, stdout } = yield* started.exit
      assert.deepStrictEqual({ stderr, stdout }, { stderr: "", stdout: "123456\n" })
      assert.strictEqual(terminal.written, "")
    }))
})
