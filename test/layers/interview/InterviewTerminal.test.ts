import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { itWhere } from "../../fixtures/ItWhere.ts"
import { type Launch, type Run, Terminal } from "../../cli/Terminal.ts"
import { type Answer, InterviewFake } from "../../fakes/terminal/InterviewFake.ts"
import { runSteps, type Step } from "../../suites/InterviewSteps.ts"
import { interviewSuite, type Scene } from "../../suites/InterviewSuite.ts"

const entry = join(import.meta.dirname, "../../cli/entries/interview.ts")
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

const program = ({ kind, runtime }: Runtime, steps: ReadonlyArray<Step>, env: Launch["env"] = {}): Launch => ({
  command: runtime,
  args: [entry, kind, JSON.stringify(steps)],
  env: { PATH: "/usr/bin:/bin", NO_COLOR: "1", LANG: "C.UTF-8", ...env }
})

const keysFor = (answer: Answer): string =>
  answer === "enter"
    ? "\r"
    : answer === "leave"
    ? "\x03"
    : "confirm" in answer
    ? answer.confirm ? "y\r" : "n\r"
    : `${"choose" in answer ? answer.choose : "text" in answer ? answer.text : answer.secret}\r`

const outcomesOf = (stdout: string): ReadonlyArray<string> => JSON.parse(stdout) as ReadonlyArray<string>

const play = (runtime: Runtime) =>
  Effect.fnUntraced(function*({ answers = [], steps, terminal: where }: Scene) {
    const terminal = yield* Terminal.open()
    const run = yield* terminal.start({ ...program(runtime, steps), place: where === "none" ? "elsewhere" : "foreground" })
    const questions = steps.flatMap((step) => "tell" in step || "look" in step ? [] : [{ step, text: String(Object.values(step)[0]) }])
    // The first answer to a question that wants three characters will not do.
    const asked = questions.flatMap(({ step, text }, index) => {
      const count = questions.slice(0, index + 1).filter((other) => other.text === text).length
      const shown = new RegExp(`(?:^\\? ${text.replace("?", "\\?")}[^]*){${count}}`, "m")
      return "least" in step ? [shown, /^! at least/m] : [shown]
    })
    for (const [index, answer] of answers.entries()) {
      yield* terminal.has(asked[index]!)
      yield* terminal.type(keysFor(answer))
    }
    const { stderr, stdout } = yield* run.exit
    const lines = where === "none" ? stderr.split("\n").slice(0, -1) : terminal.screen
    if (where !== "none") assert.strictEqual(stderr, "")
    return { outcomes: outcomesOf(stdout), lines }
  })

const playFake = ({ answers = [], steps, terminal }: Scene) =>
  Effect.gen(function*() {
    const outcomes = yield* runSteps(steps)
    const lines = yield* (yield* InterviewFake).transcript
    return { outcomes, lines: lines.filter((line) => !line.startsWith("! ")).map((line) => line.replace(/ {2}left$/, "")) }
  }).pipe(Effect.provide(terminal === "none" ? InterviewFake.absent : InterviewFake.layer(answers)))

interviewSuite("the fake", playFake)

const items: Step = {
  choose: "Which item holds the access key of this AWS account?",
  from: [
    ["AWS", "Private, my.1password.com"],
    ["AWS (old)", "A shared vault with a long name"],
    ["名前の長いアイテムの一つとその説明も", "Private"],
    ["A label that is far too long for a narrow window, and goes on"],
    ...Array.from({ length: 300 }, (_, index) => [`Server ${index + 5}`, "Servers"] as const)
  ]
}

const modeOf = Effect.fnUntraced(function*(terminal: Terminal) {
  const stty = yield* terminal.start({ command: "stty", args: ["-g"], stdin: "tty" })
  return (yield* stty.exit).stdout
})

/** Starts a wizard on a new terminal. */
const begin = Effect.fnUntraced(function*(
  runtime: Runtime,
  steps: ReadonlyArray<Step>,
  { env, ...options }: { readonly columns?: number; readonly rows?: number; readonly term?: string; readonly env?: Launch["env"] } = {}
) {
  const terminal = yield* Terminal.open(options)
  const before = yield* modeOf(terminal)
  const run = yield* terminal.start(program(runtime, steps, env))
  return { terminal, run, before }
})

/** Types, and waits for what the screen shows then. */
const press = (terminal: Terminal, keys: string, ...shown: ReadonlyArray<string>) =>
  Effect.andThen(terminal.type(keys), terminal.shows(shown))

/** Types what answers the last question, and waits for the end. */
const enter = (terminal: Terminal, run: Run, keys = "\r") =>
  Effect.andThen(terminal.type(keys), Effect.map(run.exit, ({ stdout }) => outcomesOf(stdout)))

const up = "\x1b[A"
const down = "\x1b[B"
const pageDown = "\x1b[6~"

describe.each(runtimes)("on $name", (runtime) => {
  // The oldest Node and `ps` are other ways to the same device: what they may do otherwise is seen on all.
  const alike = itWhere(["Node", "Bun"].includes(runtime.name))
  interviewSuite(runtime.name, play(runtime))

  const question = "? Which item holds the access key of this AWS account?"

  alike("a long list is shown in parts, searched and chosen from at 80 columns", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [items])
      yield* terminal.shows([
        question,
        "> AWS  Private, my.1password.com",
        "  AWS (old)  A shared vault with a long name",
        "  名前の長いアイテムの一つとその説明も  Private",
        "  A label that is far too long for a narrow window, and goes on",
        ...[5, 6, 7, 8, 9, 10].map((number) => `  Server ${number}  Servers`),
        "  1 of 304, ↑↓ to move, type to search, Esc to leave"
      ])
      yield* press(
        terminal,
        pageDown + down,
        question,
        ...[7, 8, 9, 10, 11].map((number) => `  Server ${number}  Servers`),
        "> Server 12  Servers",
        ...[13, 14, 15, 16].map((number) => `  Server ${number}  Servers`),
        "  12 of 304, ↑↓ to move, type to search, Esc to leave"
      )
      const help = "  ↑↓ to move, type to search, Esc to leave"
      yield* press(terminal, "OLD", `${question}  OLD`, "> AWS (old)  A shared vault with a long name", help)
      yield* press(terminal, "x\r", `${question}  OLDx`, "  nothing matches \"OLDx\"", help)
      yield* press(terminal, "\x15server servers 123", `${question}  server servers 123`, "> Server 123  Servers", help)
      assert.deepStrictEqual(yield* enter(terminal, run), ["122: Server 123"])
      assert.deepStrictEqual(terminal.screen, [`${question}  Server 123`])
    }))

  alike("a list fits a window of 40 columns and 12 lines, whatever its labels are", () =>
    Effect.gen(function*() {
      const tell = "Words that are told are wrapped at the width of the window.\n  op-aws-credential-process setup --profile dev"
      const { run, terminal } = yield* begin(runtime, [{ tell }, items], { columns: 40, rows: 12 })
      const above = [
        "Words that are told are wrapped at the",
        "width of the window.",
        "  op-aws-credential-process setup --prof",
        "ile dev",
        "? Which item holds the access key of",
        "this AWS account?"
      ]
      const first = [
        "  AWS  Private, my.1password.com",
        "  AWS (old)  A shared vault with a lon…",
        "  名前の長いアイテムの一つと…  Private",
        "  A label that is far too long for a n…",
        "  Server 5  Servers",
        "  Server 6  Servers",
        "  Server 7  Servers"
      ]
      yield* terminal.shows([...above, "", "> AWS  Private, my.1password.com", ...first.slice(1), "  1 of 304, ↑↓, or type to search"])
      const last = [298, 299, 300, 301, 302, 303].map((number) => `  Server ${number}  Servers`)
      yield* press(terminal, up, ...above, "", ...last, "> Server 304  Servers", "  304 of 304, ↑↓, or type to search")
      yield* press(terminal, "名前", ...above, "  名前", "> 名前の長いアイテムの一つと…  Private", "  ↑↓, type to search, Esc leaves")
      assert.deepStrictEqual(yield* enter(terminal, run), ["told", "2: 名前の長いアイテムの一つとその説明も"])
      assert.deepStrictEqual(terminal.screen, [...above, "  名前の長いアイテムの一つとその説明も"])
    }))

  it.live("a line is edited, and one that is longer than the window shows where the cursor is", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ text: "Profile", usual: "default" }], { columns: 40 })
      yield* terminal.shows(["? Profile (default)"])
      yield* press(terminal, "abcdefghijklmnopqrstuvwxyz0123456789ABCD", "? Profile (default)  …yz0123456789ABCD")
      yield* press(terminal, "\x01X\x1b[C\x1b[3~", "? Profile (default)  Xacdefghijklmnopq…")
      yield* press(terminal, "\x05\x7fE", "? Profile (default)  …yz0123456789ABCE")
      assert.deepStrictEqual(yield* enter(terminal, run), ["Xacdefghijklmnopqrstuvwxyz0123456789ABCE"])
      assert.deepStrictEqual(terminal.screen, ["? Profile", "  Xacdefghijklmnopqrstuvwxyz0123456789A", "  BCE"])
    }))

  alike("an answer that will not do says why, below what was typed", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ text: "Profile", least: 3 }])
      yield* terminal.shows(["? Profile"])
      yield* press(terminal, "ab\r", "? Profile  ab", "! at least 3 characters")
      yield* press(terminal, "c", "? Profile  abc")
      assert.deepStrictEqual(yield* enter(terminal, run), ["abc"])
    }))

  alike("nothing of a secret is ever written, and a paste of it arrives whole", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ secret: "Secret access key" }])
      const secret = "FAKEabcdefghijklmnopqrstuvwxyz/+0123456789"
      yield* terminal.shows(["? Secret access key"])
      yield* press(terminal, `\x1b[200~${secret}\x1b[201~`, "? Secret access key  ****")
      assert.deepStrictEqual(yield* enter(terminal, run), [secret])
      for (const part of ["FAKE", "abc", "789"]) assert.notInclude(terminal.written, part)
    }))

  alike("yes or no is shown with what is usual, and arrows are none of it", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ confirm: "Write it?", usual: false }])
      yield* terminal.shows(["? Write it? (y/N)"])
      yield* press(terminal, down, "? Write it? (y/N)")
      assert.deepStrictEqual(yield* enter(terminal, run, "Y\r"), ["yes"])
    }))

  it.live.each([["Ctrl-C", "\x03"], ["Escape", "\x1b"], ["Ctrl-D", "\x04"]] as const)("%s leaves, with the terminal as it was", ([, key]) =>
    Effect.gen(function*() {
      const { before, run, terminal } = yield* begin(runtime, [items])
      yield* terminal.has("Esc to leave")
      assert.notStrictEqual(yield* modeOf(terminal), before)
      assert.deepStrictEqual(yield* enter(terminal, run, key), ["InterviewLeft"])
      assert.deepStrictEqual(terminal.screen, [question])
      assert.strictEqual(yield* modeOf(terminal), before)
    }))

  alike.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends the question, with the terminal as it was", (signal) =>
    Effect.gen(function*() {
      const { before, run, terminal } = yield* begin(runtime, [items])
      yield* terminal.has("Esc to leave")
      yield* run.signal(signal)
      assert.strictEqual((yield* run.exit).code, 130)
      assert.deepStrictEqual(terminal.screen, [question])
      assert.match(terminal.written, /\n$/)
      assert.strictEqual(yield* modeOf(terminal), before)
    }))

  alike("a window that is closed leaves", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ text: "Name" }])
      yield* terminal.has("? Name")
      yield* terminal.hangUp
      const { code, signal } = yield* run.exit
      assert.isTrue(code === 130 || signal === "SIGHUP", `${code} ${signal}`)
    }))

  alike("what was typed before a question, lines of a paste included, is no answer to it", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [{ text: "First" }, { text: "Second" }])
      yield* terminal.has("? First")
      yield* terminal.type("one\rtwo\rthree\r")
      yield* terminal.has("? Second")
      assert.deepStrictEqual(yield* enter(terminal, run, "2\r"), ["one", "2"])
    }))

  alike("a sequence that arrives in pieces is one key, and one that means nothing is none", () =>
    Effect.gen(function*() {
      // It waits for the rest of a key for seconds, so that the rest is in time however slow we are.
      const { run, terminal } = yield* begin(runtime, [items], { env: { SLOWNESS: "20" } })
      yield* terminal.has("1 of 304")
      yield* terminal.type("\x1b[B\x1b")
      yield* terminal.has("2 of 304")
      yield* terminal.type("[B")
      yield* terminal.has("3 of 304")
      yield* terminal.type("\x1b[15~\x1b[1;5B")
      yield* terminal.has("4 of 304")
      assert.deepStrictEqual(yield* enter(terminal, run), ["3: A label that is far too long for a narrow window, and goes on"])
    }))

  alike("a question follows the height of its window", () =>
    Effect.gen(function*() {
      const { run, terminal } = yield* begin(runtime, [items])
      yield* terminal.has("1 of 304")
      yield* terminal.resize(6)
      yield* terminal.shows([
        question,
        "> AWS  Private, my.1password.com",
        "  AWS (old)  A shared vault with a long name",
        "  名前の長いアイテムの一つとその説明も  Private",
        "  1 of 304, ↑↓ to move, type to search, Esc to leave"
      ])
      assert.deepStrictEqual(yield* enter(terminal, run), ["0: AWS"])
      assert.deepStrictEqual(terminal.screen, [`${question}  AWS`])
    }))

  alike("a question that was stopped is asked again when its job continues, in the right mode", () =>
    Effect.gen(function*() {
      const { before, run, terminal } = yield* begin(runtime, [{ text: "Name" }])
      yield* terminal.has("? Name")
      yield* press(terminal, "ab", "? Name  ab")
      yield* run.signal("SIGSTOP")
      const sane = yield* terminal.start({ command: "stty", args: [before.trim()], stdin: "tty" })
      yield* sane.exit
      yield* run.signal("SIGCONT")
      yield* terminal.waitFor(/ab[^]*\? Name {2}ab/)
      yield* terminal.type("c")
      yield* terminal.has("? Name  abc")
      assert.deepStrictEqual(yield* enter(terminal, run), ["abc"])
      assert.strictEqual(yield* modeOf(terminal), before)
    }))

  it.live("there is nobody to ask in the background", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open()
      const run = yield* terminal.start({ ...program(runtime, [{ tell: "Hello" }, { text: "Name" }]), place: "background" })
      const { stderr, stdout } = yield* run.exit
      assert.deepStrictEqual(outcomesOf(stdout), ["told", "NobodyToAsk"])
      assert.strictEqual(stderr, "Hello\n")
      assert.strictEqual(terminal.written, "")
    }))

  alike("colours are there unless NO_COLOR asks for none", () =>
    Effect.gen(function*() {
      const steps: ReadonlyArray<Step> = [{ tell: "\x1b[32m+ green\x1b[0m \x1b[2Jnot erased" }, { confirm: "Sure?", usual: true }]
      const screen = ["+ green [2Jnot erased", "? Sure? (Y/n)"]
      const colored = yield* begin(runtime, steps, { env: { NO_COLOR: "" } })
      yield* colored.terminal.shows(screen)
      assert.include(colored.terminal.written, "\x1b[32m+ green\x1b[0m [2Jnot erased")
      assert.include(colored.terminal.written, "\x1b[1mSure?\x1b[0m")
      const bare = yield* begin(runtime, steps)
      yield* bare.terminal.shows(screen)
      assert.notMatch(bare.terminal.written, /\x1b\[[\d;]*m/)
    }))

  alike("a terminal that cannot go back is asked line by line", () =>
    Effect.gen(function*() {
      const steps: ReadonlyArray<Step> = [items, { text: "Name", usual: "dev" }, { secret: "Key" }, { confirm: "Sure?", usual: true }]
      const { before, run, terminal } = yield* begin(runtime, steps, { term: "dumb", env: { LANG: "C" } })
      yield* terminal.waitFor(/name \(\d+\): /)
      yield* terminal.type("server 30\r")
      yield* terminal.waitFor(/name \(\d+\): /)
      yield* terminal.type("zz\x7f\x7fzzz\r")
      yield* terminal.waitFor(/name \(\d+\): /)
      yield* terminal.type("2\r")
      yield* terminal.waitFor("(dev): ")
      yield* terminal.type("名前\x7f\x7fab\x7fc\r")
      yield* terminal.waitFor("Key: ")
      yield* terminal.type("FAKE\r")
      yield* terminal.waitFor("(Y/n) ")
      assert.deepStrictEqual(yield* enter(terminal, run, "n\r"), ["1: AWS (old)", "ac", "FAKE", "no"])
      assert.deepStrictEqual(terminal.screen, [
        question,
        "  1 AWS  Private, my.1password.com",
        "  2 AWS (old)  A shared vault with a long name",
        "  3 名前の長いアイテムの一つとその説明も  Private",
        "  4 A label that is far too long for a narrow window, and goes on",
        ...Array.from({ length: 16 }, (_, index) => `  ${index + 5} Server ${index + 5}  Servers`),
        "  and 284 more: type a part of the name",
        "number, or a part of the name (1): server 30",
        ...[30, 130, 230, 300, 301, 302, 303, 304].map((number) => `  ${number} Server ${number}  Servers`),
        "number, or a part of the name (30): zzz",
        "nothing matches \"zzz\"",
        "number, or a part of the name (30): 2",
        "> AWS (old)",
        "? Name (dev): ac",
        "? Key:",
        "? Sure? (Y/n) n"
      ])
      assert.notInclude(terminal.written, "\x1b")
      assert.notInclude(terminal.written, "FAKE")
      assert.strictEqual(yield* modeOf(terminal), before)
    }))
})
