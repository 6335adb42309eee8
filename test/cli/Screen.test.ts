import { assert, describe, it } from "@effect/vitest"
import { render, withoutColors } from "./Screen.ts"
import { markOf, readMarks } from "./SessionProtocol.ts"

describe("a screen", () => {
  it("has the lines that were written", () => {
    assert.deepStrictEqual(render("one\r\ntwo\r\n"), ["one", "two"])
  })

  it("keeps the column at a line feed alone", () => {
    assert.deepStrictEqual(render("one\ntwo"), ["one", "   two"])
  })

  it("writes over what is there after a return, and erases a line when told so", () => {
    assert.deepStrictEqual(render("waiting\rdone"), ["doneing"])
    assert.deepStrictEqual(render("waiting\r\x1b[2Kdone"), ["done"])
    assert.deepStrictEqual(render("waiting\rdone\x1b[K"), ["done"])
  })

  it("wraps a line that is too long, whose first part erasing does not reach", () => {
    assert.deepStrictEqual(render("1234567890abc", 10), ["1234567890", "abc"])
    assert.deepStrictEqual(render("1234567890abc\r\x1b[2K", 10), ["1234567890"])
  })

  it("goes up, and erases what is below", () => {
    assert.deepStrictEqual(render("one\r\ntwo\r\nthree\x1b[2A\rONE"), ["ONE", "two", "three"])
    assert.deepStrictEqual(render("one\r\ntwo\r\nthree\r\x1b[1A\x1b[Jnew"), ["one", "new"])
    assert.deepStrictEqual(render("one\x1b[5A\rup"), ["upe"])
  })

  it("knows characters of two columns and of none", () => {
    assert.deepStrictEqual(render("ab名\u0301c", 4), ["ab名\u0301", "c"])
    assert.deepStrictEqual(render("abc名", 4), ["abc", "名"])
  })

  it("has no colours where they are taken away", () => {
    assert.deepStrictEqual(render(withoutColors("\x1b[1;31mred\x1b[0m")), ["red"])
  })

  it("can be looked at whenever a piece of what is written has arrived", () => {
    const raw = `one\r\n\x1b[1m\x1b[12Atwo\x1b[0m${markOf(12)}\r\x1b[2K`
    for (let length = 0; length <= raw.length; length++) {
      render(withoutColors(readMarks(raw.slice(0, length)).written))
    }
    assert.deepStrictEqual(render(withoutColors(readMarks(raw).written)), [])
    // Whoever ends with half a sequence has written it.
    assert.throws(() => render(readMarks(`half \x1b[${markOf(1)}`).written), /escape sequence/)
  })

  it("refuses what it does not know", () => {
    assert.throws(() => render("\x1b[31mred"), /escape sequence/)
    assert.throws(() => render("\x1b[2J"), /escape sequence/)
    assert.throws(() => render("\x07"), /control character/)
  })
})
