import { writeText } from "./Descriptor.ts"
import { takeFirstVariables } from "./FirstVariables.ts"
import { hit } from "./hit.ts"

takeFirstVariables()
const outcome = hit(process.argv.slice(2), process.env, Date.now())
if (outcome._tag === "Served") {
  writeText(1, outcome.output)
  // All is written. Left to itself, Node would first tidy up what the system takes back anyway, for a millisecond.
  process.exit()
} else {
  const { run } = await import("./program.ts")
  run(outcome)
}
