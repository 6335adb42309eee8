import type { Compared, Memory } from "./Figures.ts"
import { fillCache, type Home, makeHome, words } from "./Home.ts"
import type { Launch, Measured } from "./Job.ts"
import { runJob } from "./RunJob.ts"
import { spread } from "./Statistics.ts"
import type { Runtime, Subject } from "./Subjects.ts"

/** How many profiles and entries are many. */
export const manyProfiles = 1000

const callOf = ({ command }: Subject, { env }: Home): Launch => ({ command: [...command, ...words], env })

const idle = ({ command }: Runtime, { env }: Home): Launch => ({ command, env })

const compared = (
  name: string,
  beside: string,
  ours: ReadonlyArray<Measured>,
  theirs: ReadonlyArray<Measured>
): Compared => ({
  name,
  milliseconds: spread(ours.map(({ milliseconds }) => milliseconds)),
  cpu: spread(ours.map(({ cpu }) => cpu)),
  beside,
  ratio: spread(ours.map(({ milliseconds }, round) => milliseconds / theirs[round]!.milliseconds)),
  cpuRatio: spread(ours.map(({ cpu }, round) => cpu / theirs[round]!.cpu))
})

/** Launches in rounds and gives each launch's runs by its name. */
const inRounds = async (launches: ReadonlyMap<string, Launch>, count: number) => {
  const rounds = await runJob({ kind: "rounds", launches: [...launches.values()], count })
  return new Map([...launches.keys()].map((name, index) => [name, rounds.map((round) => round[index]!)] as const))
}

/** A home with a session in its cache, which a first call of the program has put there. */
const warmHome = async (subject: Subject, path: string, sts: string, others = 0): Promise<Home> => {
  const home = makeHome(path, sts, { withCode: true, others })
  await runJob({ kind: "rounds", launches: [callOf(subject, home)], count: 1 })
  fillCache(home, others)
  return home
}

/** Hits beside the empty runtimes, with one profile and with many, and what memory they take. */
export const measureHits = async (subjects: ReadonlyArray<Subject>, place: string, sts: string, count: number) => {
  const small = await warmHome(subjects[0]!, `${place}/small`, sts)
  const large = await warmHome(subjects[0]!, `${place}/large`, sts, manyProfiles)
  const many = (name: string) => `${name}, ${manyProfiles} profiles`
  const launches = new Map<string, Launch>()
  for (const subject of subjects) {
    launches.set(subject.empty.name, idle(subject.empty, small))
    launches.set(subject.name, callOf(subject, small))
    launches.set(many(subject.name), callOf(subject, large))
  }
  const runs = await inRounds(launches, count)
  const besides = (name: string, other: string) => compared(name, other, runs.get(name)!, runs.get(other)!)
  const peaks = await runJob({ kind: "peaks", launches: Array.from({ length: 15 }, () => [...launches.values()]).flat() })
  const names = [...launches.keys()]
  const memoryOf = (name: string) =>
    Math.max(...peaks.flatMap((peak, index) => names[index % names.length] === name && peak !== undefined ? [peak] : []))
  return {
    hits: subjects.map(({ empty, name }) => besides(name, empty.name)),
    many: subjects.map(({ name }) => besides(many(name), name)),
    memory: peaks.includes(undefined) ? [] : subjects.map(({ empty, name }): Memory => ({
      name,
      mebibytes: memoryOf(name),
      beside: empty.name,
      ratio: memoryOf(name) / memoryOf(empty.name)
    }))
  }
}
