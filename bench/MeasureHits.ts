import type { Compared, Instructions, Memory } from "./Figures.ts"
import { bareWords, fillCache, fillRole, type Home, makeHome, words } from "./Home.ts"
import { instructionsOf } from "./InstructionCount.ts"
import type { Launch, Measured } from "./Job.ts"
import { runJob } from "./RunJob.ts"
import { spread } from "./Statistics.ts"
import type { Subject, Subjects } from "./Subjects.ts"

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

/** What a hit may look like besides one profile that is named. */
interface Kind {
  readonly title: string
  readonly words: ReadonlyArray<string>
  readonly others: number
  readonly bare?: boolean
}

const plain: Kind = { title: "", words, others: 0 }
const thousand: Kind = { title: ", 1,000 profiles and entries", words, others: 1000 }
const tenThousand: Kind = { title: ", 10,000 profiles", words, others: 10_000 }
const bare: Kind = { title: ", without --profile among 100 of ours", words: bareWords, others: 100, bare: true }
const role: Kind = { title: ", a role's", words: ["--profile", "admin"], others: 0 }
const kinds = [plain, thousand, tenThousand, bare, role]

/** A home with a session in its cache, which a first call of the program has put there. */
const warmHome = async (subject: Subject, path: string, sts: string, kind: Kind): Promise<Home> => {
  const home = makeHome(path, sts, { withCode: true, others: kind.others, bare: kind.bare ?? false })
  const first = { command: [...subject.command, ...(kind.bare ? bareWords : words)], env: home.env }
  await runJob({ kind: "rounds", launches: [first], count: 1 })
  fillCache(home, Math.min(kind.others, thousand.others))
  if (kind === role) fillRole(home)
  return home
}

/** Hits beside the empty runtimes or each other, of every kind, what memory they take, and how many instructions. */
export const measureHits = async ({ others, ours }: Subjects, place: string, sts: string, count: number) => {
  const [first] = ours
  const homes = new Map<Kind, Home>()
  for (const kind of kinds) homes.set(kind, await warmHome(first!, `${place}/home${homes.size}`, sts, kind))
  const small = homes.get(plain)!
  const launches = new Map<string, Launch>()
  const nameOf = (subject: Subject, kind: Kind) => `${subject.name}${kind.title}`
  const pairs: Array<readonly [name: string, beside: string]> = []
  for (const subject of [...ours, ...others]) {
    launches.set(subject.beside.name, { command: subject.beside.command(small), env: small.env })
    // Only ours find a profile by its line, and only the first of them is measured in each kind.
    for (const kind of subject === first ? kinds : others.includes(subject) ? [plain] : [plain, thousand, tenThousand]) {
      const { env } = homes.get(kind)!
      launches.set(nameOf(subject, kind), { command: [...subject.command, ...kind.words], env })
      pairs.push([nameOf(subject, kind), kind === plain ? subject.beside.name : nameOf(subject, plain)])
    }
  }
  for (const other of others) pairs.push([first!.name, other.name])
  if (ours.length > 2) pairs.push([nameOf(first!, tenThousand), nameOf(ours[1]!, tenThousand)])
  const runs = await inRounds(launches, count)
  const rows = pairs.map(([name, beside]) => compared(name, beside, runs.get(name)!, runs.get(beside)!))
  const isPlain = ({ name }: Compared) => [...ours, ...others].some((subject) => subject.name === name)
  const peaks = await runJob({ kind: "peaks", launches: Array.from({ length: 15 }, () => [...launches.values()]).flat() })
  const names = [...launches.keys()]
  const memoryOf = (name: string) =>
    Math.max(...peaks.flatMap((peak, index) => names[index % names.length] === name && peak !== undefined ? [peak] : []))
  const inMemory = pairs.filter(([name, beside]) => launches.has(beside) && [...ours, ...others].some((subject) => subject.name === name))
  return {
    hits: rows.filter(isPlain),
    many: rows.filter((row) => !isPlain(row)),
    memory: peaks.includes(undefined) ? [] : inMemory.map(([name, beside]): Memory => ({
      name,
      mebibytes: memoryOf(name),
      beside,
      ratio: memoryOf(name) / memoryOf(beside)
    })),
    instructions: [...launches].flatMap(([name, launch]): ReadonlyArray<Instructions> => {
      // Node's engine is a compiler on several threads, which is no fixed number.
      const millions = launch.command[0] === process.execPath ? undefined : instructionsOf(launch)
      return millions === undefined ? [] : [{ name, millions }]
    })
  }
}
