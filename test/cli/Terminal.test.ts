import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Terminal } from "./Terminal.ts"

const sh = (script: string) => ({ command: "/bin/sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" } })

describe("a terminal", () => {
  it.live("keeps the streams of a process apart from what it writes on the terminal", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start(sh("echo out; echo err >&2; echo screen >/dev/tty; exit 3"))
      assert.deepStrictEqual(yield* run.exit, { code: 3, signal: null, stdout: "out\n", stderr: "err\n", unread: "" })
      assert.deepStrictEqual(terminal.screen, ["screen"])
    }))

  it.live("gives a process the terminal for its streams, or a file", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open({ columns: 43 })
      const script = "test -t 0 && test -t 2 && test -f /dev/stdout && stty size && echo seen >&2"
      const run = yield* terminal.start({ ...sh(script), stdin: "tty", stdout: "file", stderr: "tty" })
      const { code, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: "24 43\n" })
      assert.deepStrictEqual(terminal.screen, ["seen"])
    }))

  it.live("types what is asked for, where the second wait is for the second question", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const ask = "printf 'code: ' >/dev/tty; read code </dev/tty; echo \"$code\""
      const run = yield* terminal.start(sh(`${ask}; ${ask}`))
      yield* terminal.waitFor("code: ")
      yield* terminal.type("one\r")
      yield* terminal.waitFor(/co.e: /)
      yield* terminal.type("two\r")
      assert.strictEqual((yield* run.exit).stdout, "one\ntwo\n")
      assert.deepStrictEqual(terminal.screen, ["code: one", "code: two"])
    }))

  it.live("sends Ctrl-C to its foreground group", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const inFront = yield* terminal.start(sh("echo ready >/dev/tty; exec sleep 600"))
      const behind = yield* terminal.start({ ...sh("exec sleep 600"), place: "background" })
      const elsewhere = yield* terminal.start({ ...sh("exec sleep 600"), place: "elsewhere" })
      yield* terminal.waitFor("ready")
      yield* terminal.type("\x03")
      assert.strictEqual((yield* inFront.exit).signal, "SIGINT")
      yield* behind.signal("SIGTERM")
      yield* elsewhere.signal("SIGKILL")
      assert.strictEqual((yield* behind.exit).signal, "SIGTERM")
      assert.strictEqual((yield* elsewhere.exit).signal, "SIGKILL")
    }))

  it.live("is there for a process of its session only", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const behind = yield* terminal.start({ ...sh(": >/dev/tty"), place: "background" })
      const elsewhere = yield* terminal.start({ ...sh(": >/dev/tty"), place: "elsewhere" })
      assert.strictEqual((yield* behind.exit).code, 0)
      assert.notStrictEqual((yield* elsewhere.exit).code, 0)
    }))

  it.live("is shared by fifty processes, each with its own streams", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const numbers = Array.from({ length: 50 }, (_, number) => number)
      const runs = yield* Effect.forEach(
        numbers,
        (number) => terminal.start(sh(`echo ${number}; echo "seen ${number}" >/dev/tty`)),
        { concurrency: "unbounded" }
      )
      const ended = yield* Effect.forEach(runs, ({ exit }) => exit)
      assert.deepStrictEqual(ended.map(({ stdout }) => stdout), numbers.map((number) => `${number}\n`))
      assert.deepStrictEqual([...terminal.screen].sort(), numbers.map((number) => `seen ${number}`).sort())
    }))

  it.live("tells what a process left unread of its input, and its exit code all the same", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start({ ...sh("head -c 3 >/dev/null; exit 4"), stdin: { data: "abcdef" } })
      const { code, unread } = yield* run.exit
      assert.deepStrictEqual({ code, unread }, { code: 4, unread: "def" })
    }))

  it.live("lets a process feel that nobody reads its output any more", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const script = "printf 'go: ' >/dev/tty; read _ </dev/tty; echo lost; echo lost"
      const run = yield* terminal.start({ command: "perl", args: ["-e", "exec '/bin/sh', '-c', shift", script] })
      yield* terminal.waitFor("go: ")
      yield* run.closeStdout
      yield* terminal.type("\r")
      const { signal, stdout } = yield* run.exit
      assert.deepStrictEqual({ signal, stdout }, { signal: "SIGPIPE", stdout: "" })
    }))

  it.live("says at once that a process cannot be started, and that what is waited for will not come", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const started = yield* Effect.exit(terminal.start({ command: "/nonexistent/program" }))
      assert.match(String(started), /ENOENT/)
      const other = yield* Terminal.open()
      yield* other.start(sh("echo nothing >/dev/tty"))
      assert.match(String(yield* Effect.exit(other.waitFor("something"))), /something did not come/)
    }))
})
