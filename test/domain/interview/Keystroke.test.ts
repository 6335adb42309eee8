import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { textOf } from "../../property/AwsConfigArbitrary.ts"
import { decodeKeystrokes, type Key, type Keystroke } from "../../../src/domain/interview/Keystroke.ts"

const all = (sent: string) => decodeKeystrokes(sent, true)
const some = (sent: string) => decodeKeystrokes(sent, false)
const key = (name: Key): Keystroke => ({ key: name })

/** Through the decoder in pieces, the rest of each before the next. */
const inPieces = (sent: string, cuts: ReadonlyArray<number>): ReadonlyArray<Keystroke> => {
  let rest = ""
  const strokes: Array<Keystroke> = []
  const places = [...cuts.map((cut) => cut % (sent.length + 1)), sent.length].sort((one, other) => one - other)
  places.forEach((place, index) => {
    const decoded = decodeKeystrokes(rest + sent.slice(places[index - 1] ?? 0, place), index === places.length - 1)
    rest = decoded.rest
    strokes.push(...decoded.strokes)
  })
  return strokes
}

/** Text in a row is one text, however it arrived. */
const joined = (strokes: ReadonlyArray<Keystroke>): ReadonlyArray<Keystroke> =>
  strokes.reduce<ReadonlyArray<Keystroke>>((before, stroke) => {
    const last = before.at(-1)
    return last !== undefined && "text" in last && "text" in stroke
      ? [...before.slice(0, -1), { text: last.text + stroke.text }]
      : [...before, stroke]
  }, [])

describe("keystrokes", () => {
  it.each<readonly [sent: string, strokes: ReadonlyArray<Keystroke>]>([
    ["aé名👩", [{ text: "aé名👩" }]],
    ["ab\rc", [{ text: "ab" }, key("enter"), { text: "c" }]],
    ["\n", [key("enter")]],
    ["\x03", [key("leave")]],
    ["\x04", [key("leave")]],
    ["\x1c", [key("leave")]],
    ["\x1b", [key("leave")]],
    ["\x1b\x1b", [key("leave"), key("leave")]],
    ["\x1b[A\x1bOB\x1b[1;5C\x1b[D", [key("up"), key("down"), key("right"), key("left")]],
    ["\x1b[3~\x1b[5~\x1b[6~\x1b[H\x1b[4~", [key("delete"), key("pageUp"), key("pageDown"), key("home"), key("end")]],
    ["\x7f\x08\x15\x17\x0b\x01\x05", ["backspace", "backspace", "eraseLine", "eraseWord", "eraseRest", "home", "end"].map((name) => key(name as Key))],
    ["\x1b[200~pasted\x1b[201~", [{ text: "pasted" }]],
    ["\x1b[15~\x1bx\x00\x1d\x9b", []],
    ["\x1b[12\x03", [key("leave")]],
    ["\x1b\x03", [key("leave"), key("leave")]]
  ])("%j are %j", (sent, strokes) => {
    assert.deepStrictEqual(all(sent), { strokes: [...strokes], rest: "" })
  })

  it("are waited for where more may come", () => {
    for (const begun of ["\x1b", "\x1b[", "\x1b[1;5", "\x1bO"]) {
      assert.deepStrictEqual(some(`a${begun}`), { strokes: [{ text: "a" }], rest: begun })
    }
    assert.deepStrictEqual(some("\x1b[\x03"), { strokes: [key("leave")], rest: "" })
  })

  it("of a sequence that was cut off are no wish to leave", () => {
    for (const cut of ["\x1b[", "\x1b[1;", "\x1bO"]) assert.deepStrictEqual(all(cut).strokes, [])
  })

  const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })))
  const sent = textOf([..."ab名", "\r", "\x03", "\x7f", "\x1b[A", "\x1b[3~", "\x1bOB", "\x1b[200~", "é"], { maxLength: 10 })

  it.prop("are the same however they arrive", [Arbitrary.all({ sent, cuts: Arbitrary.array(natural, { maxLength: 4 }) })], ([
    { cuts, sent }
  ]) => {
    assert.deepStrictEqual(joined(inPieces(sent, cuts)), joined(all(sent).strokes))
  }, { arbitrary: { runs: 500 } })

  it.prop("never hold what a terminal would act on, and always end", [
    textOf([..."a\x1b[O;1~\x00\x03\x9b\x7f\r", "\ud800"], { maxLength: 12 })
  ], ([sent]) => {
    const { rest, strokes } = all(sent)
    assert.strictEqual(rest, "")
    for (const stroke of strokes) if ("text" in stroke) assert.notMatch(stroke.text, /\p{Cc}/u)
    if (sent.includes("\x03")) assert.isTrue(strokes.some((stroke) => "key" in stroke && stroke.key === "leave"))
  }, { arbitrary: { runs: 500 } })
})
