import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { join } from "node:path"
import { compileCache } from "../../fixtures/CompileCache.ts"
import { itWhere } from "../../fixtures/ItWhere.ts"
import { type Launch, Terminal } from "../../cli/Terminal.ts"
import type { Step } from "../../suites/TtySteps.ts"
import { looksAround, type Scene, ttySuite } from "../../suites/TtySuite.ts"

const entry = join(import.meta.dirname, "../../cli/entries/ask.ts")
const bun = join(import.meta.dirname, "../../../node_modules/bun/bin/bun.exe")

const oldNode = process.env["TEST_NODE_22"]

interface Runtime {
  readonly name: string
  readonly runtime: string
  /** Which of the two ways to learn about the process's place on the terminal is used. */
  readonly kind: "proc" | "ps"
}

const runtimes: ReadonlyArray<Runtime> = [
  { name: "Node", runtime: process.execPath, kind: "proc" },
  { name: "Node with ps", runtime: process.execPath, kind: "ps" },
  { name: "Bun", runtime: bun, kind: "proc" },
  ...(oldNode === undefined ? [] : [{ name: "Node 22", runtime: oldNode, kind: "proc" } as const])
]

const program = ({ kind, runtime }: Runtime, steps: ReadonlyArray<Step>): Launch => ({
  command: runtime,
  args: [entry, kind, JSON.stringify(steps)],
  env: { PATH: "/usr/bin:/bin", ...compileCache }
})

/** Makes the group of a process the one that may read, as a shell does for `fg` and `bg`. */
const giveTerminalTo = (terminal: Terminal, pid: number) =>
  Effect.gen(function*() {
    const script = `use POSIX; $SIG{TTOU} = "IGNORE"; POSIX::tcsetpgrp(0, getpgrp(${pid})) or die "$!"`
    const run = yield* terminal.start({ command: "perl", args: ["-e", script], stdin: "tty" })
    const { code, stderr } = yield* run.exit
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
  })

const outcomesOf = (stdout: string): unknown => JSON.parse(stdout)

const play = (runtime: Runtime) =>
  Effect.fnUntraced(function*(scene: Scene) {
    const terminal = yield* Terminal.open()
    const place = scene.terminal === "none" ? "elsewhere" : scene.terminal ?? "foreground"
    const run = yield* terminal.start({ ...program(runtime, scene.steps), place })
    for (const { to, type } of scene.answers ?? []) {
      yield* terminal.waitFor(to)
      yield* terminal.type(type)
    }
    const { stderr, stdout } = yield* run.exit
    assert.strictEqual(stderr, "")
    return { outcomes: outcomesOf(stdout) as ReadonlyArray<string>, screen: terminal.screen }
  })

describe.each(runtimes)("on $name", (runtime) => {
  // The oldest Node and `ps` are other ways to the same device: what they may do otherwise is seen on all.
  const alike = itWhere(["Node", "Bun"].includes(runtime.name))
  ttySuite(`a terminal, by ${runtime.name}`, play(runtime), runtime.kind === "ps" ? looksAround : undefined)

  it.live("Ctrl-C leaves the question on a line of its own and ends the program as it chooses", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start(program(runtime, [{ ask: "code: " }]))
      yield* terminal.waitFor("code: ")
      yield* terminal.type("12")
      yield* terminal.waitFor("12")
      yield* terminal.type("\x03")
      const { code, signal, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, signal, stdout }, { code: 130, signal: null, stdout: "" })
      yield* terminal.waitFor("\n")
      assert.deepStrictEqual(terminal.screen, ["code: 12^C"])
      assert.match(terminal.written, /\n$/)
    }))

  alike("what was typed before the question is no answer to it", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start(program(runtime, [{ print: "ready", until: "SIGUSR2" }, { ask: "code: " }]))
      yield* terminal.waitFor("ready")
      yield* terminal.type("early\ragain\r")
      yield* terminal.waitFor("again\r\n")
      yield* run.signal("SIGUSR2")
      yield* terminal.waitFor("code: ")
      yield* terminal.type("123456\r")
      const { stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["printed", "answered \"123456\""])
    }))

  alike("standard input is not touched", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const data = "the user's own data\n".repeat(3)
      const run = yield* terminal.start({ ...program(runtime, [{ ask: "code: " }]), stdin: { data } })
      yield* terminal.waitFor("code: ")
      yield* terminal.type("123456\r")
      const { stdout, unread } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["answered \"123456\""])
      assert.strictEqual(unread, data)
    }))

  it.live("a window that is closed over the question ends the program by its signal", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start(program(runtime, [{ ask: "code: " }]))
      yield* terminal.waitFor("code: ")
      yield* terminal.hangUp
      const { signal } = yield* run.exit
      assert.strictEqual(signal, "SIGHUP")
    }))

  alike("a window that is closed ends the question where its signal is ignored, after giving it time", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const { args = [], ...launch } = program(runtime, [{ ask: "code: " }])
      const run = yield* terminal.start({ ...launch, args: [...args, "nohup"] })
      yield* terminal.waitFor("code: ")
      const [waited, { stdout }] = yield* Effect.timed(Effect.andThen(terminal.hangUp, run.exit))
      assert.deepStrictEqual(outcomesOf(stdout), ["PromptEnded"])
      assert.isAbove(Duration.toMillis(waited), 900)
    }))

  alike("the terminal's mode is never changed, so that SIGKILL leaves nothing to restore", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const mode = Effect.gen(function*() {
        const stty = yield* terminal.start({ command: "stty", args: ["-a"], stdin: "tty" })
        return (yield* stty.exit).stdout
      })
      const before = yield* mode
      const run = yield* terminal.start(program(runtime, [{ ask: "code: " }]))
      yield* terminal.waitFor("code: ")
      assert.strictEqual(yield* mode, before)
      yield* run.signal("SIGKILL")
      assert.strictEqual((yield* run.exit).signal, "SIGKILL")
      assert.strictEqual(yield* mode, before)
      assert.include(before, "icanon")
    }))

  alike("a question that was stopped is asked again when its job continues", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start(program(runtime, [{ ask: "code: " }]))
      yield* terminal.waitFor("code: ")
      yield* run.signal("SIGSTOP")
      yield* run.signal("SIGCONT")
      yield* terminal.waitFor("code: ")
      yield* terminal.type("123456\r")
      const { stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["answered \"123456\""])
    }))

  it.live("a question that is sent to the background is neither read nor stopped", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const other = yield* terminal.start({ command: "sleep", args: ["600"], place: "background" })
      const steps: ReadonlyArray<Step> = [{ ask: "first: ", within: "4 seconds" }, { ask: "second: " }]
      const run = yield* terminal.start(program(runtime, steps))
      yield* terminal.waitFor("first: ")
      yield* giveTerminalTo(terminal, other.pid)
      yield* terminal.type("111111\r")
      const { stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["too late", "NoTerminal"])
      assert.deepStrictEqual(terminal.screen, ["first: 111111"])
    }))

  alike("a question that comes back from the background is asked again", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const other = yield* terminal.start({ command: "sleep", args: ["600"], place: "background" })
      const run = yield* terminal.start(program(runtime, [{ ask: "code: " }]))
      yield* terminal.waitFor("code: ")
      yield* giveTerminalTo(terminal, other.pid)
      yield* giveTerminalTo(terminal, run.pid)
      yield* run.signal("SIGCONT")
      yield* terminal.waitFor("code: ")
      yield* terminal.type("123456\r")
      const { stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["answered \"123456\""])
    }))

  alike("a terminal that takes nothing (Ctrl-S) holds up neither a deadline nor a line that is shown", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      yield* terminal.type("\x13")
      const steps: ReadonlyArray<Step> = [
        { ask: "code: ", within: "300 millis" },
        { show: "waiting" },
        { print: "lost" }
      ]
      const run = yield* terminal.start(program(runtime, steps))
      yield* run.wrote("]")
      yield* terminal.type("\x11")
      const { stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["too late", "shown", "printed"])
      assert.deepStrictEqual(terminal.screen, [])
    }))

  it.live("all processes on a terminal give it the same name, and those on another one another", () =>
    Effect.gen(function*() {
      const names = Effect.gen(function*() {
        const terminal = yield* Terminal.open()
        const runs = yield* Effect.replicateEffect(terminal.start(program(runtime, [{ look: "device" }])), 2)
        return yield* Effect.forEach(runs, ({ exit }) => Effect.map(exit, ({ stdout }) => stdout))
      })
      const [here, alsoHere] = yield* names
      const [there] = yield* names
      assert.match(here ?? "", /^\["on tty-[A-Za-z0-9-]+"\]\n$/)
      assert.strictEqual(alsoHere, here)
      assert.notStrictEqual(there, here)
    }))

  alike("nothing is shown in place on a terminal that cannot erase, and lines still are printed", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open({ term: "dumb" })
      const run = yield* terminal.start(program(runtime, [{ show: "waiting" }, { print: "kept" }, { show: "" }]))
      yield* run.exit
      yield* terminal.waitFor("kept\r\n")
      assert.strictEqual(terminal.written, "kept\r\n")
    }))

  alike("a shown line is cut to the width of a narrow window", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open({ columns: 30 })
      const steps: ReadonlyArray<Step> = [{ show: "w".repeat(20) + "é".repeat(20) }, { ask: "code: " }]
      const run = yield* terminal.start(program(runtime, steps))
      yield* terminal.waitFor("code: ")
      assert.include(terminal.written, `\r\x1b[2K${"w".repeat(20)}${"é".repeat(4)}\r`)
      assert.deepStrictEqual(terminal.screen, ["code:"])
      yield* terminal.type("1\r")
      yield* run.exit
    }))
})
