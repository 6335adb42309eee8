/**
 * What stands for vitest while mutants run: `it` and `describe` only write the tests of a file down, so that one process
 * can run any of them at any time, thousands of times over. It knows what our tests use of vitest; a file that uses
 * anything else does not load, and is told of.
 */
import { assert, chai, expect, vi } from "vitest"

export { assert, chai, expect, vi }

/** What a test is given. */
interface Context {
  readonly task: { readonly name: string }
  readonly signal: AbortSignal
  readonly expect: typeof expect
  readonly onTestFinished: (then: () => unknown) => void
  readonly onTestFailed: (then: () => unknown) => void
}

type Body = (context: Context) => unknown

export interface Test {
  readonly name: string
  readonly body: Body
}

interface Group {
  readonly name: string
  /** What has to be done once before any test of it. */
  readonly before: Array<() => Promise<unknown>>
}

let tests: Array<Test> = []
let groups: ReadonlyArray<Group> = []
let skipping = false

/** The tests that a module writes down while it is loaded. */
export const collect = async (load: () => Promise<unknown>): Promise<ReadonlyArray<Test>> => {
  tests = []
  groups = [{ name: "", before: [] }]
  skipping = false
  const collected = tests
  await load()
  return collected
}

const within = (name: string, skipped: boolean, body: () => void): void => {
  const [around, skippedAround] = [groups, skipping]
  groups = [...groups, { name, before: [] }]
  skipping = skipping || skipped
  body()
  groups = around
  skipping = skippedAround
}

/** vitest takes options before or after the function. */
const functionIn = (words: ReadonlyArray<unknown>): ((...given: ReadonlyArray<unknown>) => unknown) | undefined =>
  words.find((word): word is (...given: ReadonlyArray<unknown>) => unknown => typeof word === "function")

type Cases = ReadonlyArray<unknown>

const spread = (one: unknown): ReadonlyArray<unknown> => Array.isArray(one) ? one : [one]

const makeIt = (skipped: boolean) => {
  const put = (name: string, body: Body | undefined) => {
    if (skipped || skipping || body === undefined) return
    const around = groups
    tests.push({
      name: [...around.slice(1).map((group) => group.name), name].join(" > "),
      body: async (context) => {
        for (const { before } of around) for (const first of before) await first()
        return await body(context)
      }
    })
  }
  const it = (name: string, ...words: ReadonlyArray<unknown>): void => put(name, functionIn(words))
  return Object.assign(it, {
    each: (cases: Cases) => (name: string, ...words: ReadonlyArray<unknown>): void =>
      cases.forEach((one, index) => put(`${name} [${index}]`, () => functionIn(words)!(...spread(one)))),
    for: (cases: Cases) => (name: string, ...words: ReadonlyArray<unknown>): void =>
      cases.forEach((one, index) => put(`${name} [${index}]`, (context) => functionIn(words)!(one, context)))
  })
}

const makeDescribe = (skipped: boolean) => {
  const describe = (name: string, ...words: ReadonlyArray<unknown>): void => within(name, skipped, () => functionIn(words)?.())
  return Object.assign(describe, {
    each: (cases: Cases) => (name: string, ...words: ReadonlyArray<unknown>): void =>
      cases.forEach((one, index) => within(`${name} [${index}]`, skipped, () => functionIn(words)?.(...spread(one))))
  })
}

export const it = Object.assign(makeIt(false), {
  skip: makeIt(true), todo: makeIt(true), skipIf: (condition: unknown) => makeIt(Boolean(condition)), runIf: (condition: unknown) => makeIt(!condition)
})
export const test = it

export const describe = Object.assign(makeDescribe(false), {
  skip: makeDescribe(true), skipIf: (condition: unknown) => makeDescribe(Boolean(condition)), runIf: (condition: unknown) => makeDescribe(!condition)
})
export const suite = describe

export const beforeAll = (body: () => unknown): void => {
  let done: Promise<unknown> | undefined
  groups.at(-1)!.before.push(() => done ??= Promise.resolve().then(body))
}

/** Any test may be run again at any time, until the process ends. */
export const afterAll = (_body: () => unknown): void => {}

const unknown = (what: string) => (): never => {
  throw new Error(`${what} is not known to mutants/Harness.ts`)
}
export const beforeEach = unknown("beforeEach")
export const afterEach = unknown("afterEach")

/** For `layer()`, which would know the tests within it, to close what they share after the last. */
export const TestRunner = { getCurrentSuite: () => ({ tasks: [] }) }

export type Outcome = "passed" | "failed" | "timed out"

/** Runs a test to its end, or until `limit` milliseconds have passed without it. */
export const run = async ({ body, name }: Test, limit: number): Promise<Outcome> => {
  const controller = new AbortController()
  const after: Array<() => unknown> = []
  const failed: Array<() => unknown> = []
  const context: Context = {
    task: { name }, signal: controller.signal, expect, onTestFinished: (then) => after.push(then), onTestFailed: (then) => failed.push(then)
  }
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<Outcome>((resolve) => timer = setTimeout(() => resolve("timed out"), limit))
  // An error that nobody waits for belongs to the test that runs: vitest fails for it as well.
  let stray: (() => void) | undefined
  const unheard = new Promise<Outcome>((resolve) => stray = () => resolve("failed"))
  process.on("uncaughtException", stray!)
  process.on("unhandledRejection", stray!)
  const ended = (async (): Promise<Outcome> => {
    try {
      await body(context)
      return "passed"
    } catch {
      return "failed"
    }
  })()
  const outcome = await Promise.race([ended, tooLong, unheard])
  clearTimeout(timer)
  if (outcome === "timed out") controller.abort()
  for (const then of outcome === "failed" ? [...failed, ...after] : outcome === "passed" ? after : []) await then()
  process.off("uncaughtException", stray!)
  process.off("unhandledRejection", stray!)
  return outcome
}
