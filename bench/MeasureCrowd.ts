import type { Crowd } from "./Figures.ts"
import { makeHome, words } from "./Home.ts"
import { runJob } from "./RunJob.ts"
import { median } from "./Statistics.ts"
import type { Sts } from "./Sts.ts"
import type { Subject } from "./Subjects.ts"

const size = 50
const rounds = 3

/** Many cold calls at once: what they cost those who are asked, and how long the last one waits. */
export const measureCrowd = async ({ command, name }: Subject, place: string, sts: Sts): Promise<Crowd> => {
  const home = makeHome(`${place}/crowd-${name}`, sts.url, { withCode: true })
  const callsBefore = sts.calls.length
  const call = { command: [...command, ...words], env: home.env, forgets: [home.cache] }
  const firsts: Array<number> = []
  const lasts: Array<number> = []
  const sessions: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const ended = await runJob({ kind: "together", launch: call, count: size })
    if (ended.some(({ code }) => code !== 0)) throw new Error(`not all of ${size} had a session`)
    const times = ended.map(({ milliseconds }) => milliseconds)
    firsts.push(Math.min(...times))
    lasts.push(Math.max(...times))
    sessions.push(new Set(ended.map(({ output }) => output)).size)
  }
  return {
    name,
    count: size,
    opCalls: home.opCalls() / rounds,
    stsCalls: (sts.calls.length - callsBefore) / rounds,
    sessions: Math.max(...sessions),
    first: median(firsts),
    last: median(lasts)
  }
}
