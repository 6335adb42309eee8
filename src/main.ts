import { writeNow } from "./Descriptor.ts"
import { hit } from "./hit.ts"

const outcome = hit(process.argv.slice(2), process.env, Date.now())
const left = outcome._tag === "Served" ? writeNow(1, outcome.output) : undefined
if (outcome._tag === "Served" && left === undefined) {
  // All is written. Left to itself, Node would first tidy up what the system takes back anyway, for a millisecond.
  process.exit()
} else {
  const { run } = await import("./program.ts")
  run(outcome, left)
}
