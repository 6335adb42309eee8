/**
 * Measures the built program beside the empty runtimes, and beside other drop-ins given with `--against PATH`. Prints a
 * table; with `--out DIRECTORY` (docs/bench by default) it is kept there, with all figures and a plot.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { cpus, release, tmpdir, type } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import packageJson from "../package.json" with { type: "json" }
import type { Figures } from "./Figures.ts"
import { measureCrowd } from "./MeasureCrowd.ts"
import { measureDoctor } from "./MeasureDoctor.ts"
import { measureHits } from "./MeasureHits.ts"
import { measureMisses } from "./MeasureMisses.ts"
import { measureSizes } from "./MeasureSizes.ts"
import { plot } from "./Plot.ts"
import { report } from "./Report.ts"
import { startSts } from "./Sts.ts"
import { makeSubjects } from "./Subjects.ts"

const { values } = parseArgs({
  options: {
    against: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "60" },
    out: { type: "string", default: "docs/bench" }
  }
})

const rounds = Number(values.rounds)
const place = mkdtempSync(join(tmpdir(), "op-aws-bench-"))
const sts = await startSts()
const say = (what: string) => console.error(`# ${what}`)

try {
  say("an empty binary to compare with")
  const subjects = makeSubjects(place, values.against)
  say(`hits, ${rounds} rounds`)
  const hits = await measureHits(subjects, place, sts.url, rounds)
  const missRounds = Math.max(5, Math.round(rounds / 3))
  say(`misses, ${missRounds} rounds`)
  const misses = await measureMisses(subjects, place, sts, missRounds)
  say("many at once")
  const crowds = []
  for (const subject of subjects.slice(0, 2)) crowds.push(await measureCrowd(subject, place, sts))
  say("doctor with many profiles")
  const doctors = subjects.slice(0, 2).map((subject) => measureDoctor(subject, place, sts.url))
  say("sizes")
  const figures: Figures = {
    date: new Date().toISOString().slice(0, 10),
    machine: { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, system: `${type()} ${release()}` },
    versions: {
      "op-aws-credential-process": packageJson.version,
      node: process.versions.node,
      bun: packageJson.devDependencies.bun
    },
    rounds,
    ...hits,
    misses,
    crowds,
    doctors,
    sizes: measureSizes()
  }
  const text = report(figures)
  console.log(text)
  mkdirSync(values.out, { recursive: true })
  writeFileSync(join(values.out, "README.md"), text)
  writeFileSync(join(values.out, "results.json"), `${JSON.stringify(figures, undefined, 2)}\n`)
  writeFileSync(join(values.out, "plot.svg"), plot(figures))
} finally {
  sts.close()
  rmSync(place, { recursive: true, force: true })
}
process.exit()
