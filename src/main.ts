import { keychainWord } from "./domain/settings/CommandLine.ts"
import { takeFirstVariables, takeInherited } from "./FirstVariables.ts"
import { hit } from "./hit.ts"
import { writeNow, writeText } from "./layers/terminal/WriteText.ts"

takeFirstVariables()
const inherited = takeInherited()
const outcome = hit(process.argv.slice(2), process.env, Date.now())
const left = outcome._tag === "Served" ? writeNow(1, outcome.output) : undefined
if (outcome._tag === "Served" && left === undefined) {
  // All is written. Left to itself, Node would first tidy up what the system takes back anyway, for a millisecond.
  process.exit()
} else if (process.argv[2] === keychainWord) {
  await import("./layers/keychain/KeychainProcess.ts")
} else {
  const { run } = await import("./program.ts").catch((cause: NodeJS.ErrnoException) => {
    writeText(2, `error: the program cannot be loaded (${cause.code ?? cause.name})\n`)
    writeText(2, "hint: raise the limit of open files (`ulimit -n`) if that is it (EMFILE), or install the program again\n")
    process.exit(2)
  })
  run(outcome, left, inherited)
}
