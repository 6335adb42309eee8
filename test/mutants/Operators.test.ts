import { assert, describe, it } from "@effect/vitest"
import { parseAst } from "rolldown/parseAst"
import { javaScriptOf, mutantsOf } from "../../mutants/Mutants.ts"
import { patternEdits } from "../../mutants/RegexEdits.ts"
import { withMutants } from "../../mutants/Schemata.ts"
import { scope } from "../../mutants/Scope.ts"
import { sourcesOf } from "../../mutants/Sources.ts"

/** What an operator makes of a text, by itself. */
const made = (text: string, operator: string): ReadonlyArray<string> =>
  mutantsOf([{ path: "x.ts", text }]).filter((mutant) => mutant.operator === operator).map(({ after }) => after)

describe("the operators", () => {
  it.each([
    ["condition", "if (ready) go()", ["true", "false", "!(ready)"]],
    ["condition", "x = a === b ? 1 : 2", ["true", "false"]],
    ["condition", "while (more) step()", ["false"]],
    ["logical", "x = a && b", ["a || b", "a", "b"]],
    ["logical", "x = (a || b) && c", ["(a || b) || c", "a || b", "c", "a && b", "a", "b"]],
    ["nullish", "x = a ?? b", ["a", "b"]],
    ["equality", "x = a === b", ["a !== b"]],
    ["relational", "x = a < b", ["a <= b", "a >= b"]],
    ["arithmetic", "x = a + b * 2", ["a - b * 2", "b / 2"]],
    ["arithmetic", "x = \"a\" + b", []],
    ["arithmetic", "x += 1", ["x -= 1"]],
    ["unary", "x = !a; y++", ["a", "y--"]],
    ["boolean", "x = true", ["false"]],
    ["string", "x = \"a\"; y = \"\"", ["\"\"", "\"something\""]],
    ["string", "import x from \"y\"; \"use strict\"; x = { \"key\": 1 }", []],
    ["string", "x = Effect.fn(\"name\")(f)", []],
    ["words", "x = \"there is nothing\"; y = `no ${x} here`", ["\"\"", "\"\""]],
    ["chaining", "x = a?.b.c", ["a.b"]],
    ["chaining", "x = a?.[0] ?? b?.(c)", ["a[0]", "b(c)"]],
    ["literal", "x = [1]; y = { a }; z = []", ["[]", "{}"]],
    ["block", "function f() { a(); b() }", ["{}"]],
    ["block", "function f() { return a }", []],
    ["block", "class A extends B { constructor() { super(); a() } }", []],
    ["block", "if (a) { b(); c() } else { d(); e() }", ["{}"]],
    ["return", "f = () => a", ["undefined"]],
    ["return", "function f() { return a }", ["undefined"]],
    ["return", "f = () => Effect.gen(function*() { return 1 })", []],
    ["statement", "a(); b = 1", ["(nothing)", "(nothing)"]],
    ["method", "x = a.some(b)", ["a.every(b)"]],
    ["method", "x = a.filter(b).length", ["a"]],
    ["method", "x = Math.min(a, b)", ["Math.max(a, b)"]],
    ["method", "x = Option.filter(a, b)", []],
    ["method", "x = a.toString()", []],
    ["regex", "x = /^a$/u", ["/a$/u", "/^a/u"]],
    ["effect", "x = Effect.ensuring(a, b)", ["a"]],
    ["effect", "x = a.pipe(Effect.catchTag(\"B\", c))", ["(effect) => effect"]],
    ["effect", "x = Effect.acquireRelease(a, b)", ["a"]]
  ])("%s: %s", (operator, text, expected) => assert.deepStrictEqual(made(text, operator), expected))

  it("take a pattern apart only where it is a pattern", () => {
    assert.deepStrictEqual(patternEdits("[^+$]\\d+\\$", "").map(({ pattern }) => pattern), ["[+$]\\d+\\$", "[^+$]\\D+\\$", "[^+$]\\d*\\$"])
    assert.deepStrictEqual(patternEdits("a??(?:b)?", "").map(({ pattern }) => pattern), ["a?(?:b)?", "a??(?:b)"])
  })
})

/** What `main` of a text gives with one of its mutants, or with none. */
const valueOf = (text: string, active: number): unknown => {
  const code = withMutants(javaScriptOf(text), mutantsOf([{ path: "x.ts", text }]).map((mutant, id) => ({ id, mutant })))
  return new Function("__mutant", `${code}\nreturn main()`)((id: number) => id === active)
}

const idOf = (text: string, name: string): number => {
  const found = mutantsOf([{ path: "x.ts", text }]).findIndex((mutant) => mutant.name.includes(name))
  assert.isAtLeast(found, 0, name)
  return found
}

describe("a file with all its mutants in it", () => {
  const text = [
    "const list: ReadonlyArray<string> | undefined = [\"b\", \"a\"]",
    "const main = () => {",
    "  let told = 0",
    "  const tell = (): void => { told++ }",
    "  tell()",
    "  const first = list?.slice().toSorted().at(0) ?? \"none\"",
    "  return [first, told]",
    "}"
  ].join("\n")

  it("is what it was while none is switched on", () => assert.deepStrictEqual(valueOf(text, -1), ["a", 1]))

  it.each([
    ["statement dropped: tell()", ["a", 0]],
    ["toSorted dropped", ["b", 1]],
    ["right of ??", ["none", 1]],
    ["++ to --", ["a", -1]]
  ])("is another one with a mutant of it: %s", (name, expected) => assert.deepStrictEqual(valueOf(text, idOf(text, name)), expected))

  it("is a program still, each file of ours", () => {
    for (const source of sourcesOf({ ...scope, rooms: ["src"], except: [] })) {
      const numbered = mutantsOf([source]).map((mutant, id) => ({ id, mutant }))
      const code = withMutants(javaScriptOf(source.text), numbered)
      assert.doesNotThrow(() => parseAst(code), undefined, source.path)
      const there = new Set([...code.matchAll(/__mutant\((\d+)\)/g)].map(([, id]) => Number(id)))
      assert.strictEqual(there.size, numbered.length, source.path)
    }
  })
})
