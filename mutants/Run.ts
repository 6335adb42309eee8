import { createHash } from "node:crypto"
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FileCovered, Verdict } from "./Job.ts"
import type { Mutant } from "./Mutants.ts"
import { covered, judged, trialsOf } from "./Overseer.ts"

export interface Judged {
  readonly mutant: Mutant
  readonly verdict: Verdict
}

export interface Ran {
  readonly judged: ReadonlyArray<Judged>
  /** Tests that fail, or files of them that do not load, without any mutant. */
  readonly broken: ReadonlyArray<string>
}

export interface Options {
  /** Another one for other sources or tests. */
  readonly key: string
  /** The directory in which every answer is kept. */
  readonly place: string
  readonly say: (progress: string) => void
  /** How long a test may take beyond twenty times what it takes without a mutant, in milliseconds. */
  readonly patience?: number
  /** Files of tests that no mutant is tried against which any other one comes by. */
  readonly slow?: ReadonlyArray<string>
  /** Whether those that survive are tried against these as well. */
  readonly thorough?: boolean
}

/** What was written before, a line each, without one that was cut short. */
const linesOf = <A>(file: string): ReadonlyArray<A> => {
  if (!existsSync(file)) return []
  const text = readFileSync(file, "utf8")
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  if (whole !== text) writeFileSync(file, whole)
  return whole.split("\n").slice(0, -1).map((line) => JSON.parse(line) as A)
}

/**
 * Tries each mutant against the tests that come by it. `place` keeps every answer at once, so that a run that was
 * interrupted goes on where it was; answers about other sources or tests, which `key` tells apart, are refused.
 */
export const runMutants = async (
  mutants: ReadonlyArray<Mutant>,
  paths: ReadonlyArray<string>,
  { key, patience = 5000, place, say, slow = [], thorough = false }: Options
): Promise<Ran> => {
  const numbered = mutants.map((mutant, id) => ({ id, mutant }))
  const whole = createHash("sha256").update(JSON.stringify([key, paths, mutants])).digest("hex")
  const [keyFile, coverFile, verdictFile] = [join(place, "key"), join(place, "coverage.ndjson"), join(place, "verdicts.ndjson")]
  mkdirSync(place, { recursive: true })
  if (existsSync(keyFile) && readFileSync(keyFile, "utf8") !== whole) {
    throw new Error(`${place} holds answers about another sample, other sources or other tests: give another --out, or --fresh`)
  }
  writeFileSync(keyFile, whole)

  const files = [...linesOf<FileCovered>(coverFile)]
  const toCover = paths.filter((path) => !files.some((file) => file.path === path))
  await covered(numbered, toCover, place, (file) => {
    files.push(file)
    appendFileSync(coverFile, `${JSON.stringify(file)}\n`)
    say(`looked at ${files.length} of ${paths.length} files of tests`)
  })

  const verdicts = new Map(linesOf<Verdict>(verdictFile).map((verdict) => [verdict.id, verdict]))
  const quickTrials = trialsOf(numbered, files.filter(({ path }) => !slow.includes(path)))
  const slowTrials = trialsOf(numbered, files.filter(({ path }) => slow.includes(path)))
  const quick = new Set(quickTrials.map(({ id }) => id))
  const trials = [...quickTrials, ...slowTrials.filter(({ id }) => !quick.has(id))]
  const counts = { "killed": 0, "timed out": 0, "survived": 0, "not reached": 0 }
  for (const { fate } of verdicts.values()) counts[fate]++
  const keep = (verdict: Verdict) => {
    const former = verdicts.get(verdict.id)
    if (former !== undefined) counts[former.fate]--
    verdicts.set(verdict.id, verdict)
    counts[verdict.fate]++
    appendFileSync(verdictFile, `${JSON.stringify(verdict)}\n`)
    say(`${verdicts.size} of ${trials.length} mutants tried: ${counts.killed} killed, ${counts["timed out"]} timed out, ${counts.survived} survived`)
  }
  await judged(numbered, trials.filter(({ id }) => !verdicts.has(id)), patience, place, keep)
  if (thorough) {
    const alive = slowTrials.filter(({ id }) => quick.has(id) && verdicts.get(id)?.fate === "survived" && verdicts.get(id)?.slow !== true)
    say(`${alive.length} of those that survived are tried against the slow tests`)
    await judged(numbered, alive, patience, place, (verdict) => keep(verdict.fate === "survived" ? { ...verdict, slow: true } : verdict))
  }
  rmSync(join(place, "job.json"), { force: true })

  return {
    judged: numbered.map(({ id, mutant }) => ({ mutant, verdict: verdicts.get(id) ?? { id, fate: "not reached" } })),
    broken: files.flatMap(({ broken, path, tests }) => [
      ...broken === undefined ? [] : [`${path}: ${broken}`],
      ...tests.filter(({ passes }) => !passes).map(({ name }) => `${path}: ${name}`)
    ])
  }
}
