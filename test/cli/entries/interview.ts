/**
 * A wizard that does as its arguments say: `interview.ts proc|ps STEPS`, with the steps as JSON. Prints what came of
 * them as one line of JSON, and ends as a program does that is told to stop. Whatever it waits for a moment for, it waits
 * for SLOWNESS times as long, where that is in its environment.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { slowly } from "../../fixtures/SlowClock.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import * as SignalsProcess from "../../../src/layers/host/SignalsProcess.ts"
import * as InterviewTerminal from "../../../src/layers/interview/InterviewTerminal.ts"
import { writeText } from "../../../src/layers/terminal/WriteText.ts"
import { Signals } from "../../../src/services/host/Signals.ts"
import { runSteps, type Step } from "../../suites/InterviewSteps.ts"

const [kind, steps] = process.argv.slice(2)

const wizard = Effect.gen(function*() {
  const { stopped } = yield* Signals
  return yield* Effect.raceFirst(runSteps(JSON.parse(steps ?? "[]") as ReadonlyArray<Step>), stopped)
}).pipe(
  Effect.flatMap((outcomes) => Effect.sync(() => writeText(1, `${JSON.stringify(outcomes)}\n`))),
  Effect.provide([inEnvironment(kind === "ps" ? InterviewTerminal.layerPs : InterviewTerminal.layer), SignalsProcess.layer])
)

const slowness = Number(process.env["SLOWNESS"] ?? 1)

Effect.runFork(slowly(slowness)(wizard)).addObserver((exit) => process.exit(Exit.isSuccess(exit) ? 0 : 130))
