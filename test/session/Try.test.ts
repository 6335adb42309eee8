import { assert, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { awsItem, account, vault } from "../../simulator/op/State.ts"
import { answering } from "../fakes/TtyFake.ts"
import { codeOf, fakeSerial } from "../fakes/StsFake.ts"
import { makeSeat, makeWorld, run } from "./Composed.ts"

it.effect("try", () => Effect.gen(function*() {
  const world = makeWorld({ texts: { config: `[profile dev]\nop_vault = Private\nop_item = AWS\nmfa_serial = ${fakeSerial}\n` } })
  yield* TestClock.setTime(1_750_000_000_700)
  const now = yield* Clock.currentTimeMillis
  const seat = yield* makeSeat("a", { person: answering({ type: codeOf(world.sts, now), after: "3 seconds" }) })
  const began = performance.now()
  const endings = yield* run(world, Array.from({ length: 50 }, () => ({ words: ["--profile", "dev"], seat })))
  console.log(performance.now() - began, endings[0], endings[49], world.op.runs, world.sts.calls.length, yield* seat.terminal.transcript, world.notes)
}))
