import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { type ESTree, parseSync, Visitor } from "rolldown/utils"

const instead = "write Effect.fnUntraced(function*(…) { … }, what follows), or Effect.fn(\"Service.method\") where a service offers it"

type Arrow = ESTree.ArrowFunctionExpression

/** What an arrow does, where it does one thing only. */
const onlyStep = ({ body }: Arrow): ESTree.Expression | null | undefined => {
  if (body.type !== "BlockStatement") return body
  const [only, ...more] = body.body
  return more.length === 0 && only?.type === "ReturnStatement" ? only.argument : undefined
}

/**
 * How an expression is made of `Effect.gen`: it is one, or one that something follows, in a pipe or around it. `Effect.fn`
 * takes what follows as well, but makes a function without type parameters of one that has some, and hands what follows
 * its own arguments, which `Effect.ignore` and `Effect.forever` would take for options.
 */
const madeOfGen = (step: ESTree.Node | null | undefined): "alone" | "followed" | undefined => {
  if (step?.type !== "CallExpression" || step.callee.type !== "MemberExpression") return undefined
  const { object, property } = step.callee
  const name = property.type === "Identifier" ? property.name : ""
  if (name === "pipe") return madeOfGen(object) && "followed"
  if (object.type !== "Identifier" || object.name !== "Effect") return undefined
  if (name === "gen") return "alone"
  return ["scoped", "uninterruptible", "asVoid", "option", "result"].includes(name) ? madeOfGen(step.arguments[0]) && "followed" : undefined
}

/** The lines of a file at which an arrow does nothing but wrap `Effect.gen`. */
const wrappers = (file: string, text: string): ReadonlyArray<number> => {
  const lines: Array<number> = []
  new Visitor({
    ArrowFunctionExpression(arrow) {
      const made = madeOfGen(onlyStep(arrow))
      if (made === "alone" || (made === "followed" && arrow.typeParameters == null)) {
        lines.push(text.slice(0, arrow.start).split("\n").length)
      }
    }
  }).visit(parseSync(file, text).program)
  return lines
}

describe("a function that returns an Effect", () => {
  it("is made by Effect.fn or Effect.fnUntraced, and no arrow around Effect.gen", () => {
    const files = globSync(["src/**/*.ts", "test/fakes/**/*.ts", "test/fixtures/**/*.ts"]).filter((file) => !file.endsWith(".test.ts"))
    assert.isNotEmpty(files)
    const against = files.flatMap((file) => wrappers(file, readFileSync(file, "utf8")).map((line) => `${file}:${line}: ${instead}`))
    assert.deepStrictEqual(against, [])
  })

  it.each([
    ["const f = (a) =>\n  Effect.gen(function*() {})", [1]],
    ["f(1,\n  () => { return Effect.gen(function*() {}) })", [2]],
    ["const f = (a) => Effect.gen(function*() {}).pipe(Effect.asVoid)", [1]],
    ["const f = (a) => Effect.scoped(Effect.gen(function*() {}))", [1]],
    ["const f = <A>(a: A) => Effect.scoped(Effect.gen(function*() {}))", []],
    ["const f = <A>(a: A) => Effect.gen(function*() {})", [1]],
    ["const f = Effect.fnUntraced(function*(a) { yield* Effect.gen(function*() {}) })", []]
  ])("is told from others: %s", (text, lines) => assert.deepStrictEqual(wrappers("sample.ts", text), lines))
})

describe("the environment", () => {
  it("is read by the doors alone: everybody else is handed it, or asks ProcessEnvironment", () => {
    const doors = ["FirstVariables.ts", "commands/cli.ts", "layers/keychain/KeychainProcess.ts", "main.ts", "program.ts"]
    const against = globSync("src/**/*.ts").filter((file) => readFileSync(file, "utf8").includes("process.env"))
    assert.deepStrictEqual(against.map((file) => file.slice("src/".length)).sort(), doors)
  })
})
