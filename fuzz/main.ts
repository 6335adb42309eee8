/**
 * `npm run fuzz [-- --inputs N] [--seed N] [--only TEXT] [--report FILE]`: gives every decoder 100,000 texts that are nearly what
 * it reads, and tells what became of them. Ends with 1 where a promise was broken, with the text that broke it.
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { decoders } from "./decoders.ts"
import { fuzz } from "./Fuzz.ts"
import { failuresIn, report } from "./Report.ts"

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    report: { type: "string" }
  }
})

/** What no single text may take, in milliseconds, on a machine that does other things too. */
const limit = 2000

const results = []
for (const decoder of decoders.filter(({ name }) => name.includes(values.only))) {
  process.stderr.write(`${decoder.name} …\n`)
  results.push(await fuzz(decoder, Number(values.inputs), Number(values.seed), limit))
}

const told = report(results, Number(values.seed))
console.log(told)
if (values.report !== undefined) writeFileSync(values.report, told)
const failures = failuresIn(results)
if (failures !== "") console.error(failures)
process.exit(failures === "" ? 0 : 1)
