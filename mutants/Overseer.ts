import { fork } from "node:child_process"
import { openSync, closeSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { FileCovered, Job, Message, Trial, Verdict } from "./Job.ts"
import type { Numbered } from "./Schemata.ts"

/** How a worker came to its end: by itself, or while it was at something. */
interface End {
  readonly at: Extract<Message, { readonly kind: "begun" }> | undefined
  readonly hung: boolean
}

/** Runs one worker to its end, and ends it where a test does not: an endless loop does not hear of any limit. */
const work = (job: Job, place: string, hear: (message: Message) => void): Promise<End> => {
  const file = join(place, "job.json")
  writeFileSync(file, JSON.stringify(job))
  const log = openSync(join(place, "worker.log"), "a")
  const environment = {
    ...process.env,
    TZ: "UTC",
    // Properties beside Python's parsers take seconds each, and are not run where there is no such Python.
    TEST_PYTHON: "/nowhere/python"
  }
  const worker = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [file], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: environment,
    stdio: ["ignore", "ignore", log, "ipc"]
  })
  return new Promise((resolve) => {
    let at: End["at"]
    let hung = false
    let timer: NodeJS.Timeout | undefined
    worker.on("message", (message: Message) => {
      clearTimeout(timer)
      at = message.kind === "begun" ? message : undefined
      if (message.kind === "begun") {
        timer = setTimeout(() => {
          hung = true
          worker.kill("SIGKILL")
        }, 3 * message.limit)
      }
      hear(message)
    })
    worker.on("close", () => {
      clearTimeout(timer)
      closeSync(log)
      resolve({ at, hung })
    })
  })
}

/** What each test comes by; `known` files were looked at before. */
export const covered = async (
  numbered: ReadonlyArray<Numbered>,
  paths: ReadonlyArray<string>,
  place: string,
  hear: (file: FileCovered) => void
): Promise<void> => {
  let left = paths
  while (left.length > 0) {
    const done = new Set<string>()
    const put = (file: FileCovered) => {
      done.add(file.path)
      hear(file)
    }
    const { at, hung } = await work({ kind: "cover", numbered, paths: left }, place, (message) => {
      if (message.kind === "covered") put(message.file)
    })
    if (at !== undefined) put({ path: String(at.what), loading: [], tests: [], broken: hung ? "it never ended" : "it ended the process" })
    else if (done.size === 0) throw new Error(`the worker did nothing: see ${join(place, "worker.log")}`)
    left = left.filter((path) => !done.has(path))
  }
}

/** What becomes of each mutant. */
export const judged = async (
  numbered: ReadonlyArray<Numbered>,
  trials: ReadonlyArray<Trial>,
  patience: number,
  place: string,
  hear: (verdict: Verdict) => void
): Promise<void> => {
  let left = trials
  while (left.length > 0) {
    const done = new Set<number>()
    const put = (verdict: Verdict) => {
      done.add(verdict.id)
      hear(verdict)
    }
    const { at, hung } = await work({ kind: "try", numbered, trials: left, patience }, place, (message) => {
      if (message.kind === "judged") put(message.verdict)
    })
    if (at !== undefined) put({ id: Number(at.what), fate: hung ? "timed out" : "killed", by: at.by })
    else if (done.size === 0) throw new Error(`the worker did nothing: see ${join(place, "worker.log")}`)
    left = left.filter(({ id }) => !done.has(id))
  }
}

/** The tests for each mutant that any of them comes by, the quickest first. */
export const trialsOf = (numbered: ReadonlyArray<Numbered>, files: ReadonlyArray<FileCovered>): ReadonlyArray<Trial> =>
  numbered.flatMap(({ id, mutant }) => {
    const isLoaded = files.some(({ loading }) => loading.includes(id))
    const tests = files.flatMap(({ loading, path, tests }) => {
      const all = loading.includes(id)
      return tests.flatMap(({ passes, reached, took }, at) => passes && (all || reached.includes(id)) ? [{ path, at, took }] : [])
    })
    // Of all that load a module those come first that are named like it: they look at what it says.
    const name = mutant.path.slice(mutant.path.lastIndexOf("/") + 1, -".ts".length)
    const rank = ({ path }: { readonly path: string }): number => isLoaded && !path.includes(`/${name}.`) ? 1 : 0
    return tests.length === 0 ? [] : [{ id, isLoaded, tests: tests.sort((one, other) => rank(one) - rank(other) || one.took - other.took) }]
  })
