import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { mutantsOf } from "../../mutants/Mutants.ts"
import { report, summary } from "../../mutants/Report.ts"
import { type Ran, runMutants } from "../../mutants/Run.ts"
import { slowTestsOf, sourcesOf, testsOf } from "../../mutants/Sources.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"

const fixture = { rooms: ["test/mutants/fixture/Ages.ts"], except: [], tests: ["test/mutants/fixture"], exceptTests: [], slowTests: ["Borders"], testSuffix: ".checks.ts" }

const chosen = [
  "isOld: relational > to >=: age > 60",
  "isOld: relational > to <=: age > 60",
  "count: unary ++ to --: at++",
  "count: unary ++ to --: old++",
  "unit: string emptied: \"years\"",
  "forgotten: relational < to <=: age < 0"
]

const mutants = mutantsOf(sourcesOf(fixture)).filter(({ name }) => chosen.includes(name))

const run = (place: string, key: string, { said = [], thorough = false }: { readonly said?: Array<string>; readonly thorough?: boolean } = {}) =>
  Effect.tryPromise(() =>
    runMutants(mutants, testsOf(fixture), { key, place, say: (progress) => said.push(progress), slow: slowTestsOf(fixture), thorough, patience: 1500 }))

const fates = ({ judged }: Ran) => Object.fromEntries(judged.map(({ mutant, verdict }) => [mutant.name, verdict.fate]))

describe("a run", () => {
  it.live("tells what tests notice, what they do not, what never ends and what they never come by; and goes on where it was", () =>
    Effect.gen(function*() {
      const place = yield* temporaryDirectory
      const ran = yield* run(place, "a")
      assert.deepStrictEqual(fates(ran), {
        [chosen[0]!]: "survived",
        [chosen[1]!]: "killed",
        [chosen[2]!]: "timed out",
        [chosen[3]!]: "killed",
        [chosen[4]!]: "killed",
        [chosen[5]!]: "not reached"
      })
      assert.strictEqual(summary(ran), "6 mutants: 3 killed, 1 timed out, 1 survived, 1 not reached; score 66.7 %")
      assert.deepStrictEqual(ran.broken, ["test/mutants/fixture/Ages.checks.ts: ages > fail here whatever they are"])
      const page = report(ran, "six mutants")
      assert.include(page, "- test/mutants/fixture/Ages.ts:1 `isOld: relational > to >=: age > 60`\n  `age > 60` → `age >= 60`")
      assert.notInclude(page, "age <= 60")

      // Interrupted after the first two answers, in the middle of a third.
      const file = join(place, "verdicts.ndjson")
      writeFileSync(file, `${readFileSync(file, "utf8").split("\n").slice(0, 2).join("\n")}\n`)
      appendFileSync(file, "{\"id\":")
      const said: Array<string> = []
      assert.deepStrictEqual(fates(yield* run(place, "a", { said })), fates(ran))
      assert.lengthOf(said, 3)
      const again: Array<string> = []
      yield* run(place, "a", { said: again })
      assert.isEmpty(again)

      // Only the slow tests know what is said of sixty.
      assert.deepStrictEqual(fates(yield* run(place, "a", { thorough: true })), { ...fates(ran), [chosen[0]!]: "killed" })

      const { cause } = yield* Effect.flip(run(place, "b"))
      assert.include(String(cause), "other sources")
    }))
})
