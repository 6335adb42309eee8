import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { script } from "../../fixtures/Programs.ts"
import { eventually } from "../Eventually.ts"
import { keptSession } from "../KeepSession.ts"
import { inSession, isAlive, signalNow } from "../Processes.ts"
import { artifacts, binary, type Home, installed, makeHome, onInstalled } from "../Program.ts"

const gone = (pid: number) => eventually(`the end of process ${pid}`, () => isAlive(pid) ? undefined : true)

/** An `op` that never answers, with a child that has its output too; a stubborn one has to be killed. */
const installHangingOp = (home: Home, stubborn: boolean): void =>
  writeFileSync(
    join(home.path, "bin", "op"),
    [
      "#!/bin/sh",
      "sleep 3600 &",
      ...(stubborn ? ["trap '' INT QUIT TERM HUP"] : []),
      `echo "$$ $!" >>'${join(home.path, "calls")}'`,
      "while :; do wait; sleep 3600; done",
      ""
    ].join("\n")
  )

/** The call of that number, counted from 0, once it is there. */
const hanging = (home: Home, number = 0) =>
  eventually("a hanging call of op", () => {
    const calls = join(home.path, "calls")
    const lines = existsSync(calls) ? readFileSync(calls, "utf8").split("\n").slice(0, -1) : []
    const [pid, child] = (lines[number] ?? "").split(" ").map(Number)
    return pid === undefined || child === undefined ? undefined : { pid, child }
  })

const ends = [
  { what: "Ctrl-C", code: 130, end: (home: Home) => home.terminal.type("\x03") },
  { what: "Ctrl-\\", code: 131, end: (home: Home) => home.terminal.type("\x1c") },
  { what: "a terminal that is closed", code: 129, signal: "SIGHUP" },
  { what: "SIGTERM", code: 143, signal: "SIGTERM" }
] as const

const plaintext = "[old]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"

describe.each(artifacts)("a wizard of $name that waits for op", (artifact) => {
  for (const words of [["setup", "new"], ["import", "old"], ["rotate", "dev"]]) {
    it.live(`can be left by Ctrl-C, and says that nothing was changed, on a line of its own: ${words[0]}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact })
        writeFileSync(join(home.path, ".aws", "credentials"), plaintext, { mode: 0o600 })
        const before = readFileSync(join(home.path, ".aws", "config"), "utf8")
        installHangingOp(home, false)
        const run = yield* home.run(words, { stderr: "tty" })
        yield* hanging(home)
        yield* home.terminal.type("\x03")
        assert.deepInclude(yield* run.exit, { code: 130, stdout: "" })
        assert.deepStrictEqual(home.terminal.screen.filter((line) => line.includes("Nothing was changed")), ["Nothing was changed."])
        assert.strictEqual(readFileSync(join(home.path, ".aws", "config"), "utf8"), before)
      }))
  }
})

describe.each(artifacts)("a signal of the terminal's keys that op hears before $name", (artifact) => {
  const calls = [["--profile", "dev"], ["import", "old"]].flatMap((words) => [
    { words, signal: "INT", ends: "kill -INT $$", code: 130 },
    // op is written in Go, whose programs show where they are and end by themselves.
    { words, signal: "QUIT", ends: "printf 'SIGQUIT: quit\\nPC=0x46e2a1 m=0\\n' >&2; exit 2", code: 131 }
  ])

  it.live.each(calls)("is no failure of op's ($words, $signal)", ({ code, ends, signal, words }) =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      writeFileSync(join(home.path, ".aws", "credentials"), plaintext, { mode: 0o600 })
      // As soon as its end has been noticed, and not before.
      script(
        join(home.path, "bin", "op"),
        `(while kill -0 $$; do :; done; kill -${signal} $PPID) >/dev/null 2>&1 &`,
        ends
      )
      const run = yield* home.run(words)
      assert.deepInclude(yield* run.exit, { code, stdout: "" })
    }))
})

describe.each(artifacts)("to $name, a second SIGHUP of a closing terminal", (artifact) => {
  it.live("takes nothing from the exit code in the last moment", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const once = join(home.path, "once.cjs")
      writeFileSync(once, "process.on('exit', () => process.kill(process.pid, 'SIGHUP'))\n")
      const env = artifact === binary ? { BUN_OPTIONS: `--preload ${once}` } : { NODE_OPTIONS: `--require ${once}` }
      installHangingOp(home, false)
      const run = yield* home.run(["--profile", "dev"], { place: "elsewhere", env })
      yield* hanging(home)
      yield* run.signal("SIGHUP")
      assert.deepInclude(yield* run.exit, { code: 129, signal: null, stdout: "", stderr: "" })
    }))
})

describe.each(artifacts)("a call of $name whose op hangs", (artifact) => {
  const alike = onInstalled(artifact)
  for (const stubborn of [false, true]) {
    alike(`ends it and what it started at the deadline${stubborn ? ", also when it will not go" : ""}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact })
        installHangingOp(home, stubborn)
        const run = yield* home.run(["--profile", "dev", "--timeout", "3s"])
        const { child, pid } = yield* hanging(home)
        const { code, stderr, stdout } = yield* run.exit
        assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" })
        assert.match(stderr, /^error: no credentials after 3s: still waiting for 1Password\nhint: approve its prompt/)
        // Nobody else ends them, and by themselves they would stay for an hour.
        yield* gone(pid)
        yield* gone(child)
        assert.deepStrictEqual(home.terminal.screen, [])
      }))
  }

  for (const { code, what, ...how } of ends) {
    it.live(`cleans up after ${what}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact })
        installHangingOp(home, true)
        const run = yield* home.run(["--profile", "dev"])
        const { child, pid } = yield* hanging(home)
        yield* home.terminal.waitFor("waiting for 1Password …")
        yield* "signal" in how ? run.signal(how.signal) : how.end(home)
        assert.deepInclude(yield* run.exit, { code, stdout: "", stderr: "" })
        yield* gone(pid)
        yield* gone(child)
        assert.notInclude(home.terminal.screen.join(), "waiting")
      }))
  }

  it.live("ends it also while it goes on starting others", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const busy = "while :; do sleep 3600 & last=$!; sleep 0.005; kill -9 $last; done"
      writeFileSync(join(home.path, "bin", "op"), `#!/bin/sh\ntrap '' TERM\n: >'${home.path}/started'\n${busy}\n`)
      const run = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
      yield* Effect.addFinalizer(() => Effect.sync(() => inSession(run.pid).forEach((pid) => signalNow(pid, "SIGKILL"))))
      yield* eventually("a call of op", () => existsSync(join(home.path, "started")) ? true : undefined)
      assert.isAbove(inSession(run.pid).length, 1)
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 143, stdout: "", stderr: "" })
      // What was left would stay for an hour.
      yield* eventually("the end of all that it started", () => inSession(run.pid).length === 0 ? true : undefined)
    }))

  it.live("leaves at once at the second Ctrl-C, without an end of the cleaning", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      installHangingOp(home, true)
      const leave = Effect.fnUntraced(function*(number: number) {
        const run = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
        const { child, pid } = yield* hanging(home, number)
        yield* run.signal("SIGINT")
        // The child goes at the SIGTERM that cleaning begins with; op itself is given a quarter of a second.
        yield* gone(child)
        signalNow(run.pid, "SIGINT")
        assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
        const left = isAlive(pid)
        signalNow(-run.pid, "SIGKILL")
        return left
      })
      let left = false
      // On a machine that is slow at the wrong moment the cleaning may be over before the second signal.
      for (let number = 0; number < 10 && !left; number++) left = yield* leave(number)
      assert.isTrue(left)
    }))
})

describe.each(installed)("a call of $name that waits for STS", (artifact) => {
  it.live("ends with Ctrl-C, and the code that it sent is not sent again", () =>
    Effect.gen(function*() {
      const quick = "otpauth://totp/AWS?secret=FAKESEEDFAKESEED&period=5"
      const home = yield* makeHome({
        artifact,
        item: { seed: quick },
        sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ mfa: { [defaultSerial]: quick } }) }, delayMs: 60_000 }
      })
      const run = yield* home.run(["--profile", "dev"])
      yield* eventually("a request", () => home.sts.requests[0])
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
      home.sts.state.delayMs = 0
      const again = yield* Effect.flatMap(home.run(["--profile", "dev"], { place: "elsewhere" }), ({ exit }) => exit)
      assert.deepInclude(again, { code: 0, stderr: "" })
      // A code that is sent twice is refused.
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
    }))
})

describe.each(artifacts)("a call of $name whose output is full and read by nobody", (artifact) => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it.live(`is ended by ${signal}, and the session is kept`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
        const output = join(home.path, "output")
        execFileSync("mkfifo", [output])
        const reader = yield* Effect.acquireRelease(
          Effect.sync(() => openSync(output, constants.O_RDWR | constants.O_NONBLOCK)),
          (descriptor) => Effect.sync(() => closeSync(descriptor))
        )
        assert.throws(() => {
          for (;;) writeSync(reader, Buffer.alloc(4096))
        }, /EAGAIN/)
        const run = yield* home.terminal.start({
          command: "/bin/sh",
          args: ["-c", "exec \"$@\" >\"$0\"", output, artifact.command, ...artifact.args, "--profile", "dev"],
          env: home.env
        })
        yield* eventually("a session", () => keptSession(home))
        yield* eventually("the end", () => {
          if (!isAlive(run.pid)) return true
          signalNow(run.pid, signal)
          return undefined
        })
        assert.notStrictEqual((yield* run.exit).code, 0)
      }))
  }
})
