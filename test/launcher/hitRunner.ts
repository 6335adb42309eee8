/** Runs the hit path under Bun, once for each case of stdin, and prints what is served, or nothing, in a line each. */
import { readFileSync } from "node:fs"
import { hit } from "../../src/hit.ts"

const cases = JSON.parse(readFileSync(0, "utf8")) as ReadonlyArray<{
  readonly words: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  readonly now: number
}>
for (const { environment, now, words } of cases) {
  const outcome = hit(words, environment, now)
  console.log(outcome._tag === "Served" ? outcome.output.trimEnd() : "")
}
