/**
 * The process in which tests run with mutants: `worker.ts JOB`. It is one for as many mutants as it stands, and the
 * overseer starts another where it hangs, dies, or leaves because it has grown too big.
 */
import { readFileSync } from "node:fs"
import { collect, type Outcome, run, type Test } from "./Harness.ts"
import type { FileCovered, Job, Message, TestFound, Trial } from "./Job.ts"
import { loadWith } from "./Loading.ts"

/** Modules that were loaded stay in memory, and every load is another. */
const biggest = 1_500_000_000

/** A test that takes longer without any mutant is not worth its time. */
const longest = 120_000

const job = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Job
const load = loadWith(job.numbered)
const say = (message: Message): Promise<void> => new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

let active = -1
let reached: Set<number> | undefined
Object.assign(globalThis, {
  __mutant: (id: number): boolean => {
    if (reached === undefined) return id === active
    reached.add(id)
    return false
  }
})

// Between tests nobody is there to be told of what an earlier one has left behind.
process.on("uncaughtException", () => {})
process.on("unhandledRejection", () => {})

let generation = 0

const cover = async (path: string): Promise<FileCovered> => {
  const loading = reached = new Set<number>()
  const found: Array<TestFound> = []
  try {
    for (const test of await collect(() => load(path, ++generation))) {
      const mutants = reached = new Set<number>()
      const start = performance.now()
      const outcome = await run(test, longest)
      found.push({ name: test.name, took: Math.ceil(performance.now() - start), passes: outcome === "passed", reached: [...mutants] })
    }
  } catch (error) {
    return { path, loading: [...loading], tests: [], broken: error instanceof Error ? error.message : String(error) }
  }
  return { path, loading: [...loading], tests: found }
}

let loaded = new Map<string, ReadonlyArray<Test>>()

/** From here on every module of ours is another one: what a mutant may have left in them is gone. */
const startAgain = (): void => {
  generation++
  loaded = new Map()
}

const testsIn = async (path: string): Promise<ReadonlyArray<Test>> => {
  const known = loaded.get(path)
  if (known !== undefined) return known
  const tests = await collect(() => load(path, generation))
  loaded.set(path, tests)
  return tests
}

const attempt = async (path: string, at: number, limit: number): Promise<Outcome> => {
  try {
    const test = (await testsIn(path))[at]
    return test === undefined ? "failed" : await run(test, limit)
  } catch {
    return "failed"
  }
}

const judge = async ({ id, isLoaded, tests }: Trial, patience: number): Promise<void> => {
  if (isLoaded) startAgain()
  active = id
  for (const { at, path, took } of tests) {
    const by = `${path} [${at}]`
    const limit = patience + 20 * took
    await say({ kind: "begun", what: id, limit, by })
    const outcome = await attempt(path, at, limit)
    if (outcome === "passed") continue
    await say({ kind: "judged", verdict: { id, fate: outcome === "failed" ? "killed" : outcome, by } })
    // A test that still waits for something would go on under the next mutant.
    if (outcome === "timed out") process.exit(0)
    startAgain()
    return
  }
  await say({ kind: "judged", verdict: { id, fate: "survived" } })
  if (isLoaded) startAgain()
}

if (job.kind === "cover") {
  for (const path of job.paths) {
    await say({ kind: "begun", what: path, limit: 5 * longest, by: path })
    await say({ kind: "covered", file: await cover(path) })
    if (process.memoryUsage().rss > biggest) break
  }
} else {
  startAgain()
  for (const trial of job.trials) {
    await judge(trial, job.patience)
    if (process.memoryUsage().rss > biggest) break
  }
}
process.exit(0)
