import { spawn } from "@lydell/node-pty"
import { rmSync } from "node:fs"
import type { Miss } from "./Figures.ts"
import { type Home, makeHome, words } from "./Home.ts"
import { runJob } from "./RunJob.ts"
import { median, spread } from "./Statistics.ts"
import type { Sts } from "./Sts.ts"
import type { Subject, Subjects } from "./Subjects.ts"

/** One call in a terminal of its own, whose question is answered with a code at once. */
const typedCall = (command: ReadonlyArray<string>, { cache, env }: Home): Promise<number> => {
  rmSync(cache, { recursive: true, force: true })
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const terminal = spawn("/bin/sh", ["-c", "exec \"$@\" > /dev/null", "sh", ...command], { env, cols: 200 })
    let screen = ""
    let answered = false
    terminal.onData((text) => {
      screen += text
      if (answered || !screen.trimEnd().endsWith(":")) return
      answered = true
      terminal.write("123456\r")
    })
    terminal.onExit(({ exitCode }) =>
      exitCode === 0
        ? resolve(performance.now() - from)
        : reject(new Error(`${command.join(" ")} ended with ${exitCode}: ${screen}`))
    )
  })
}

const missOf = (name: string, code: Miss["code"], times: ReadonlyArray<number>, others: number): Miss => ({
  name,
  code,
  milliseconds: spread(times),
  own: spread(times.map((time) => time - others))
})

/** Those that get a session here: not every drop-in takes the STS's address from its environment. */
const thatReachSts = async (subjects: ReadonlyArray<Subject>, home: Home): Promise<ReadonlyArray<Subject>> => {
  const reaching: Array<Subject> = []
  for (const subject of subjects) {
    try {
      await typedCall([...subject.command, ...words], home)
      reaching.push(subject)
    } catch (error) {
      console.error(`# no misses of ${subject.name}: ${(error as Error).message}`)
    }
  }
  return reaching
}

/**
 * Misses with a code that is typed at once, of everybody who can have one, and with one from the item, of ours. What `op`
 * takes is measured by itself in the same rounds, what a terminal takes likewise, and STS says what it took.
 */
export const measureMisses = async (
  { others: theirs, ours }: Subjects,
  place: string,
  sts: Sts,
  count: number
): Promise<ReadonlyArray<Miss>> => {
  const typing = makeHome(`${place}/typing`, sts.url, { withCode: false })
  const coded = makeHome(`${place}/coded`, sts.url, { withCode: true })
  const subjects = [...ours, ...await thatReachSts(theirs, typing)]
  const rounds = await runJob({
    kind: "rounds",
    count,
    launches: [
      { command: [coded.op, "item", "get"], env: coded.env },
      ...ours.map(({ command }) => ({ command: [...command, ...words], env: coded.env, forgets: [coded.cache] }))
    ]
  })
  const times = new Map<Subject, Array<number>>(subjects.map((subject) => [subject, []]))
  const terminals: Array<number> = []
  for (let round = 0; round < count; round++) {
    terminals.push(await typedCall(["/bin/true"], typing))
    for (const subject of subjects) times.get(subject)!.push(await typedCall([...subject.command, ...words], typing))
  }
  const others = median(rounds.map(([op]) => op!.milliseconds)) + median(sts.calls)
  return [
    ...subjects.map((subject) => missOf(subject.name, "typed", times.get(subject)!, others + median(terminals))),
    ...ours.map(({ name }, index) => missOf(name, "item", rounds.map((round) => round[index + 1]!.milliseconds), others))
  ]
}
