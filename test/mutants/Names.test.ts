import { assert, describe, it } from "@effect/vitest"
import { mutantsOf } from "../../mutants/Mutants.ts"
import { sampleOf } from "../../mutants/Sample.ts"

const namesOf = (path: string, text: string): ReadonlyArray<string> => mutantsOf([{ path, text }]).map(({ name }) => name)

const text = "export const isOld = (age: number): boolean => age > 60 && age < 200"

describe("a mutant's name", () => {
  it("is its function, its operator and its text", () => {
    assert.include(namesOf("src/domain/Age.ts", text), "isOld: relational > to >=: age > 60")
  })

  it("stays when the file moves, other functions come before, and lines and types change", () => {
    const names = namesOf("src/domain/Age.ts", text)
    const before = "const other = (text: string): string => text.trim()\n\n"
    const moved = namesOf("src/domain/people/People.ts", `${before}export const isOld = (age: Age) =>\n  age > 60 &&\n  age < 200`)
    assert.deepStrictEqual(moved.filter((name) => name.startsWith("isOld")), names)
  })

  it("stays when an arrow that gives an Effect is made by Effect.fn", () => {
    const body = "function*() {\n  const place = yield* Place\n  if (place === \"here\") return 1\n  yield* place.leave\n}"
    const arrow = namesOf("a.ts", `export const leave = (from: string) => Effect.gen(${body})`)
    assert.isNotEmpty(arrow)
    assert.deepStrictEqual(namesOf("a.ts", `export const leave = Effect.fn("leave")(${body.replace("()", "(from: string)")})`), arrow)
    assert.deepStrictEqual(namesOf("a.ts", `export const leave = Effect.fnUntraced(${body.replace("()", "(from: string)")})`), arrow)
  })

  it("tells the functions within a function apart, and two alike by their number", () => {
    assert.deepStrictEqual(namesOf("a.ts", "const outer = () => {\n  const inner = () => !a\n  return [!a, !a]\n}").filter((name) => name.includes("unary")), [
      "outer.inner: unary ! dropped: !a",
      "outer: unary ! dropped: !a",
      "outer: unary ! dropped: !a #2"
    ])
  })
})

describe("a sample", () => {
  const mutants = mutantsOf([{ path: "a.ts", text }])
  const names = (count: number, seed: string) => sampleOf(mutants, count, seed).map(({ name }) => name)

  it("is the same for the same seed, and another for another", () => {
    assert.deepStrictEqual(names(5, "1"), names(5, "1"))
    assert.notDeepEqual(names(5, "1"), names(5, "2"))
  })

  it("holds the smaller one", () => assert.deepStrictEqual(names(6, "1").slice(0, 3), names(3, "1")))

  it("is the same wherever the file is", () => {
    const moved = mutantsOf([{ path: "elsewhere/b.ts", text }])
    assert.deepStrictEqual(sampleOf(moved, 5, "1").map(({ name }) => name), names(5, "1"))
  })
})
