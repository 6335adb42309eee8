import { it } from "@effect/vitest"
import { Arbitrary, Effect } from "effect"
import { TestClock, TestConsole } from "effect/testing"
import { Layer } from "effect"
import { writeSync } from "node:fs"
import { histories } from "./HistoryArbitrary.ts"
import { live } from "./Histories.property.test.ts"

it.live("dbg", () => Effect.gen(function*() {
  let n = 0
  yield* Arbitrary.checkEffect(histories, (history) => Effect.gen(function*() {
    const began = performance.now()
    const timer = setTimeout(() => writeSync(2, `SLOW ${n} ${JSON.stringify(history)}\n`), 4000)
    yield* live(history).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(TestConsole.layer, TestClock.layer())))
    clearTimeout(timer)
    const took = performance.now() - began
    n++
    if (took > 500) writeSync(2, `${n} ${Math.round(took)} ms ${history.steps.length}\n`)
    return true
  }), { runs: 150, seed: 1 })
}), 60000)
