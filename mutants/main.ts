/**
 * `npm run mutants [-- --sample N] [--seed S] [--rooms A,B] [--only TEXT] [--names FILE] [--out DIRECTORY] [--thorough] [--fresh] [--list]`:
 * changes the program in a small way, N times, and tells which changes no test notices. docs/mutants.md has more.
 */
import { createHash } from "node:crypto"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { mutantsOf } from "./Mutants.ts"
import { report, summary } from "./Report.ts"
import { runMutants } from "./Run.ts"
import { sampleOf } from "./Sample.ts"
import { leftOut, scope } from "./Scope.ts"
import { slowTestsOf, sourcesOf, testsOf } from "./Sources.ts"

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "1500" },
    seed: { type: "string", default: "1" },
    rooms: { type: "string" },
    only: { type: "string" },
    names: { type: "string" },
    out: { type: "string", default: ".cache/mutants" },
    thorough: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    list: { type: "boolean", default: false }
  }
})

const all = mutantsOf(sourcesOf(values.rooms === undefined ? scope : { ...scope, rooms: values.rooms.split(",") }))
  .filter(({ name, operator, path }) => !leftOut.includes(operator) && (values.only === undefined || name.includes(values.only) || path.includes(values.only)))

/** The very sample of an earlier run, as far as it is still there. */
const namesOf = (file: string): ReadonlySet<string> =>
  new Set((JSON.parse(readFileSync(file, "utf8")) as { readonly mutants: ReadonlyArray<{ readonly name: string }> }).mutants.map(({ name }) => name))

const names = values.names === undefined ? undefined : namesOf(values.names)
const chosen = names === undefined ? sampleOf(all, Number(values.sample), values.seed) : all.filter(({ name }) => names.has(name))
const gone = names === undefined ? 0 : names.size - chosen.length

if (values.list) {
  for (const { line, name, path } of chosen) console.log(`${path}:${line} ${name}`)
  process.exit(0)
}

const words = [
  `${chosen.length} of ${all.length} mutants`,
  names === undefined ? `seed ${values.seed}` : `the sample of an earlier run, of which ${gone} are not there any more`,
  ...values.rooms === undefined ? [] : [`in ${values.rooms}`],
  ...values.only === undefined ? [] : [`with "${values.only}" in their name or path`],
  `Node ${process.versions.node}`
].join(", ")
console.error(words)

/** A line that is written over on a terminal, and now and then where there is none. */
let said = 0
const say = (progress: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progress}`)
  else if (said++ % 25 === 0) console.error(progress)
}

const everything = { rooms: ["src", "test", "simulator"], except: [] }
const key = createHash("sha256").update(JSON.stringify(sourcesOf({ ...scope, ...everything }))).digest("hex")
if (values.fresh) for (const file of ["key", "coverage.ndjson", "verdicts.ndjson"]) rmSync(join(values.out, file), { force: true })
const ran = await runMutants(chosen, testsOf(scope), { key, place: values.out, say, slow: slowTestsOf(scope), thorough: values.thorough })
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K")

writeFileSync(join(values.out, "report.md"), report(ran, words))
writeFileSync(
  join(values.out, "report.json"),
  `${JSON.stringify({ sample: words, summary: summary(ran), broken: ran.broken, mutants: ran.judged.map(({ mutant, verdict }) => ({
    name: mutant.name, operator: mutant.operator, at: `${mutant.path}:${mutant.line}`, before: mutant.before, after: mutant.after, fate: verdict.fate, by: verdict.by
  })) }, undefined, 1)}\n`
)
console.log(`${join(values.out, "report.md")} lists what nobody noticed`)
console.log(summary(ran))
