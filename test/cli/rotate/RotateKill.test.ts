import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { readLog } from "../../../simulator/op/Log.ts"
import { eventually } from "../Eventually.ts"
import { inSession, signalNow } from "../Processes.ts"
import { artifacts, binary, type Home } from "../Program.ts"
import { heldWorks, inItem, journals, keysOf, rotateHome } from "./RotateHome.ts"

/** How much has happened in the stand-ins: lines in the log of `op`, and requests at AWS. */
const progress = (home: Home) => ({
  op: readLog(join(home.path, "1password", "state.json")).length,
  aws: home.sts.requests.length
})

const rotate = (home: Home) => home.run(["rotate", "dev", "--yes"], { place: "elsewhere" })

/** A run that is killed as soon as so much has happened, and what it left running ends by itself. */
const killAt = (home: Home, where: "op" | "aws", count: number) =>
  Effect.gen(function*() {
    const run = yield* rotate(home)
    const reached = eventually(`${count} of ${where}`, () => progress(home)[where] >= count ? true : undefined)
    yield* Effect.raceFirst(reached, run.exit)
    signalNow(run.pid, "SIGKILL")
    yield* run.exit
    // An op that it has only just started is in no log yet, and writes all the same.
    yield* eventually("the end of what it started", () => inSession(run.pid).length === 0 ? true : undefined)
  })

/** Makes a write to 1Password that was under way older than any can be. */
const letWritesPass = (home: Home): void => {
  for (const name of journals(home)) {
    const path = join(home.cache, "state", name)
    const journal = JSON.parse(readFileSync(path, "utf8")) as { storing?: { key: string; since: number } }
    if (journal.storing !== undefined) journal.storing.since -= 3 * 60_000
    writeFileSync(path, JSON.stringify(journal), { mode: 0o600 })
  }
}

describe.each(artifacts)("rotate with $name, when it is killed", (artifact) => {
  for (const where of ["op", "aws"] as const) {
    it.live(`after a line of the log of ${where}, leaves a key that works, and ends well when it is run again`, () =>
      Effect.gen(function*() {
        const whole = yield* rotateHome({ artifact, sts: { keyDelayMs: 0 } })
        assert.include(yield* (yield* rotate(whole)).exit, { code: 0 })
        const all = progress(whole)[where]
        assert.isAbove(all, 8)
        // The two are one program: every line with one of them, every third with the other.
        const counts = Array.from({ length: all }, (_, index) => index + 1).filter((count) => artifact === binary || count % 3 === 1)
        yield* Effect.forEach(counts, (count) =>
          Effect.scoped(Effect.gen(function*() {
            const home = yield* rotateHome({ artifact, sts: { keyDelayMs: 200 } })
            yield* killAt(home, where, count)
            const story = () =>
              `killed after ${count} of ${where}: ${inItem(home).id} in the item, of ${keysOf(home).join(", ")}`
            assert.isTrue(heldWorks(home), story())
            letWritesPass(home)
            const again = yield* (yield* rotate(home)).exit
            assert.strictEqual(again.code, 0, `${story()}\n${again.stderr}`)
            const { id } = inItem(home)
            assert.deepStrictEqual(keysOf(home), [`${id} active`], story())
            assert.isTrue(heldWorks(home), story())
            assert.deepStrictEqual(journals(home), [], story())
          })), { concurrency: 3, discard: true })
      }))
  }
})
