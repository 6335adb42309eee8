import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { render, withoutColors } from "../../cli/Screen.ts"
import { textOf } from "../../property/AwsConfigArbitrary.ts"
import { cutEnd, cutStart, widthOf } from "../../../src/domain/base/TerminalText.ts"
import { choiceQuestion, matching, optionLine } from "../../../src/domain/interview/ChoiceQuestion.ts"
import { confirmQuestion } from "../../../src/domain/interview/ConfirmQuestion.ts"
import {
  drawn,
  erased,
  fitting,
  type Frame,
  plain,
  replacedBy,
  settledLines,
  typeOn,
  type View,
  wholeLine
} from "../../../src/domain/interview/Frame.ts"
import { decodeKeystrokes, type Keystroke } from "../../../src/domain/interview/Keystroke.ts"
import { lineQuestion } from "../../../src/domain/interview/LineQuestion.ts"
import { plainChoice, plainConfirm, plainLine } from "../../../src/domain/interview/PlainQuestion.ts"
import { type Question, toldLines } from "../../../src/domain/interview/Question.ts"

const view: View = { columns: 39, rows: 12, color: false, unicode: true }

const strokesIn = (keys: string): ReadonlyArray<Keystroke> => decodeKeystrokes(keys, true).strokes

/** What a terminal shows after each key, and the answer if there was one. */
const run = <State, A>(question: Question<State, A>, keys: string, on: View = view) => {
  let state = question.start
  let shown: Frame | undefined
  let written = "above\r\n"
  const draw = () => {
    const frame = fitting(question.frame(state, on), on)
    written += drawn(frame, shown, on)
    shown = frame
  }
  draw()
  for (const stroke of strokesIn(keys)) {
    const turn = question.press(state, stroke, on)
    if ("answer" in turn) {
      written += replacedBy(settledLines(question.text, turn.shown, on), shown, on)
      return { answer: turn.answer, screen: render(withoutColors(written), on.columns + 1), written }
    }
    state = turn.state
    draw()
  }
  return { frame: shown!, screen: render(withoutColors(written), on.columns + 1), written }
}

const options = [
  { label: "AWS", detail: "Private" },
  { label: "Server", detail: "Ops Team" },
  { label: "Zürich", detail: "Private" },
  ...Array.from({ length: 20 }, (_, index) => ({ label: `Item ${index}` }))
]

describe("a choice", () => {
  it("matches every word that was typed, in any case and in either part", () => {
    assert.deepStrictEqual(matching(options, ""), options.map((_, index) => index))
    assert.deepStrictEqual(matching(options, "PRIV"), [0, 2])
    assert.deepStrictEqual(matching(options, "private aws"), [0])
    assert.deepStrictEqual(matching(options, "team  serv"), [1])
    assert.deepStrictEqual(matching(options, "zu\u0308r"), [2])
    assert.deepStrictEqual(matching(options, "sops"), [])
  })

  it.each([
    ["\r", 0],
    ["\x1b[B\x1b[B\r", 2],
    ["\x1b[A\r", 22],
    ["\x1b[A\x1b[B\r", 0],
    ["\x1b[F\x1b[H\x1b[B\r", 1],
    ["\x1b[6~\r", 9],
    ["\x1b[6~\x1b[6~\x1b[6~\x1b[6~\r", 22],
    ["\x1b[6~\x1b[5~\r", 0],
    ["\x1b[Bpriv\x1b[B\r", 2],
    ["priv\x15\r", 0],
    ["xyz\r\x7f\x7f\x7fzür\r", 2]
  ] as const)("after %j is %i", (keys, answer) => {
    assert.strictEqual(run(choiceQuestion("Item", options), keys).answer, answer)
  })

  it("gives the detail its room where the label is long", () => {
    const long = "a".repeat(30)
    assert.deepStrictEqual(optionLine({ label: long, detail: "Private" }, 30, "…"), [`${"a".repeat(20)}…`, "Private"])
    assert.deepStrictEqual(optionLine({ label: long, detail: "b".repeat(30) }, 30, "…"), [`${"a".repeat(15)}…`, `${"b".repeat(11)}…`])
    const fits = "a".repeat(21)
    assert.deepStrictEqual(optionLine({ label: fits, detail: "b".repeat(30) }, 30, "…"), [fits, `${"b".repeat(6)}…`])
    assert.deepStrictEqual(optionLine({ label: "a", detail: "b".repeat(30) }, 30, "…"), ["a", `${"b".repeat(26)}…`])
    assert.deepStrictEqual(optionLine({ label: "a\x1b[31m\nb" }, 30, "…"), ["a[31m b", ""])
  })

  it("says so when nothing matches, and can be searched in ASCII", () => {
    assert.deepStrictEqual(run(choiceQuestion("Item", options), "q", { ...view, unicode: false }).screen, [
      "above",
      "? Item  q",
      "  nothing matches \"q\"",
      "  arrows, type to search, Esc leaves"
    ])
  })
})

describe("a line", () => {
  it.each([
    ["abc\r", "abc"],
    [" a b \r", "a b"],
    ["abc\x1b[D\x1b[DX\r", "aXbc"],
    ["abc\x01\x1b[3~\x05\x7f\r", "b"],
    ["one two\x17three\r", "one three"],
    ["abc\x15d\r", "d"],
    ["abc\x1b[D\x0bd\r", "abd"],
    ["e\u0301\x7fx\r", "x"],
    ["👩👩\x7f\r", "👩"],
    ["\r", "usual"],
    ["  \r", "usual"]
  ])("after %j is %j", (keys, answer) => {
    const { answer: given, screen } = run(lineQuestion({ question: "Name", usual: "usual", hidden: false }), keys)
    assert.strictEqual(given, answer)
    assert.deepStrictEqual(screen, ["above", `? Name  ${answer}`])
  })

  it("is asked for until it will do", () => {
    const question = lineQuestion({ question: "Name", hidden: false, check: (text) => text === "good" ? undefined : "it has to be good, whatever else it may be" })
    assert.deepStrictEqual(run(question, "goo\r").screen, ["above", "? Name  goo", "! it has to be good, whatever else it", "  may be"])
    assert.deepStrictEqual(run(question, "goo\rd").screen, ["above", "? Name  good"])
    assert.strictEqual(run(question, "goo\rd\r").answer, "good")
  })

  it("that is hidden shows neither itself nor its length", () => {
    const question = lineQuestion({ question: "Key", hidden: true })
    const shown = ["F", "FAKE", "FAKE".repeat(30)].map((key) => run(question, key).screen)
    for (const screen of shown) assert.deepStrictEqual(screen, ["above", "? Key  ****"])
    const { answer, written } = run(question, "FAKE/secret\x1b[D\x7f\r")
    assert.strictEqual(answer, "FAKE/secrt")
    for (const part of ["F", "sec"]) assert.notInclude(written, part)
  })
})

describe("a yes or no", () => {
  it("waits for the Enter key, as every other question does", () => {
    assert.isUndefined(run(confirmQuestion("Sure?", true), "y").answer)
  })

  it.each([["y\r", true], ["No\r", false], ["\r", true], ["q\rn\r", false], ["y\x7fn\r", false]] as const)("after %j is %s", (keys, answer) => {
    assert.strictEqual(run(confirmQuestion("Sure?", true), keys).answer, answer)
  })
})

const wide = textOf([..."ab ", "é", "名", "👩", "e\u0301", "long word ", "\x1b[31m", "\n"], { minLength: 1, maxLength: 30 })
const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 })))
const views = Arbitrary.map(Arbitrary.all({ columns: natural, rows: natural, flags: natural }), ({ columns, flags, rows }): View => ({
  columns: 19 + columns,
  rows: 5 + rows,
  color: flags % 2 === 0,
  unicode: flags % 3 === 0
}))
const keys = textOf([..."ab é", "名", "👩", "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[6~", "\x7f", "\x15", "\x01", "zz"], { maxLength: 12 })

describe("what a question looks like", () => {
  const questions = ({ labels, question }: { readonly question: string; readonly labels: ReadonlyArray<string> }): ReadonlyArray<Question<never, unknown>> =>
    [
      choiceQuestion(question, labels.map((label, index) => index % 2 === 0 ? { label } : { label, detail: `${label}!` })),
      lineQuestion({ question, usual: labels[0]!, hidden: false, check: () => labels[0] }),
      lineQuestion({ question, hidden: true }),
      confirmQuestion(question, true)
    ] as unknown as ReadonlyArray<Question<never, unknown>>

  it.prop("fits the window, and nothing of an earlier look stays", [
    Arbitrary.all({ question: wide, labels: Arbitrary.array(wide, { minLength: 1, maxLength: 20 }), keys, view: views })
  ], ([{ keys, labels, question, view }]) => {
    for (const machine of questions({ question, labels })) {
      const { frame, screen, written } = run(machine, keys, view)
      assert.isDefined(frame)
      assert.isAtMost(frame!.lines.length, view.rows)
      for (const line of frame!.lines) assert.isAtMost(widthOf(plain(line)), view.columns, plain(line))
      const lines = frame!.lines.map((line) => plain(line).trimEnd())
      assert.deepStrictEqual(screen, ["above", ...lines].slice(0, ["above", ...lines].findLastIndex((line) => line !== "") + 1))
      assert.isAtMost(frame!.cursor.column, view.columns)
      assert.deepStrictEqual(render(withoutColors(written + erased(frame, view)), view.columns + 1), ["above"])
      if (!view.color) assert.notMatch(written, /\x1b\[\d+m/)
    }
  }, { arbitrary: { runs: 300 } })
})

describe("a question line by line", () => {
  it("takes a number, or a part of a name that only one has", () => {
    const question = plainChoice("Item", options, view)
    assert.deepInclude(question.read(" 3 "), { answer: 2 })
    assert.deepInclude(question.read("ops"), { answer: 1 })
    assert.deepInclude(question.read("private"), { again: ["  1 AWS  Private", "  3 Zürich  Private"] })
    assert.deepStrictEqual(question.read("nope"), { again: ["nothing matches \"nope\""] })
    assert.deepStrictEqual(question.read("24"), { again: ["nothing matches \"24\""] })
    assert.strictEqual(question.lines.at(-1), "  and 3 more: type a part of the name")
  })

  it("takes the first of those that were listed last for the Enter key alone, and says which that is", () => {
    const question = plainChoice("Item", options, view)
    assert.deepStrictEqual([question.prompt, question.read(" ")], ["number, or a part of the name (1): ", { answer: 0, shown: "> AWS" }])
    const narrowed = question.read("r")
    const next = "next" in narrowed ? narrowed.next : undefined
    assert.match(next?.prompt ?? "", /\(\d+\): $/)
    const first = "again" in narrowed ? Number.parseInt(narrowed.again[0] ?? "", 10) : 0
    assert.strictEqual(next?.prompt, `number, or a part of the name (${first}): `)
    assert.deepInclude(next?.read(""), { answer: first - 1 })
  })

  it("takes yes, no and what is usual", () => {
    const question = plainConfirm("Sure?", false)
    assert.deepStrictEqual(["y", "no", "", "q"].map((typed) => question.read(typed)), [
      { answer: true },
      { answer: false },
      { answer: false },
      { again: ["type y or n"] }
    ])
  })

  it("takes a line that will do", () => {
    const question = plainLine({ question: "Name", usual: "a", hidden: false, check: (text) => text === "b" ? "not b" : undefined }, { columns: 40 })
    assert.strictEqual(question.prompt, "? Name (a): ")
    assert.deepStrictEqual([question.read(""), question.read(" b "), question.read("c")], [{ answer: "a" }, { again: ["! not b"] }, { answer: "c" }])
    const narrow = plainLine({ question: "Name", hidden: false, check: () => "that is no name" }, { columns: 12 })
    assert.deepStrictEqual(narrow.read("x"), { again: ["! that is no", "  name"] })
  })
})

describe("what is told", () => {
  it("is wrapped at the width, but for indented lines and those of a difference", () => {
    const text = "A sentence of several words.\n  a command that is long\n- a line that is long\n\n+ another\n"
    assert.deepStrictEqual(toldLines(text, { columns: 12, color: true }), [
      "A sentence",
      "of several",
      "words.",
      "  a command that is long",
      "- a line that is long",
      "",
      "+ another"
    ])
    assert.deepStrictEqual(toldLines(text, { columns: undefined, color: true })[0], "A sentence of several words.")
  })

  it("has no controls but colours, and those only where they are wanted", () => {
    const text = "\x1b[1;32m+ a\x1b[0m\x1b[2J\x07\u202e b"
    assert.deepStrictEqual(toldLines(text, { columns: 40, color: true }), ["\x1b[1;32m+ a\x1b[0m[2J b"])
    assert.deepStrictEqual(toldLines(text, { columns: 40, color: false }), ["+ a[2J b"])
  })
})

describe("a text that is cut", () => {
  it.prop("has so many columns at most, and is whole where it fits", [Arbitrary.all({ text: wide, columns: natural })], ([
    { columns, text }
  ]) => {
    for (const cut of [cutEnd, cutStart]) {
      for (const mark of ["…", ""]) {
        const result = cut(text, columns, mark)
        if (columns > 0) assert.isAtMost(widthOf(result), columns)
        if (widthOf(text) <= columns) assert.strictEqual(result, text)
      }
    }
  }, { arbitrary: { runs: 500 } })
})

describe("a typed line", () => {
  it.prop("loses nothing when the cursor moves", [Arbitrary.all({ text: wide, moves: keys })], ([{ moves, text }]) => {
    let line = { before: text, after: "" }
    for (const stroke of strokesIn(moves)) {
      if ("key" in stroke && ["left", "right", "home", "end"].includes(stroke.key)) line = typeOn(line, stroke)
    }
    assert.strictEqual(wholeLine(line), text)
  })
})
