/**
 * A program that uses the terminal as its argument says: `ask.ts proc|ps STEPS [nohup]`, with the steps as JSON. Prints
 * what came of them as one line of JSON. Ctrl-C is an interruption of its fiber, and exit code 130.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { inEnvironment } from "../../fixtures/Variables.ts"
import * as TtyDevice from "../../../src/layers/terminal/TtyDevice.ts"
import { runSteps, type Step } from "../../suites/TtySteps.ts"

const [kind, steps, nohup] = process.argv.slice(2)

if (nohup !== undefined) process.on("SIGHUP", () => {})

const interrupted = Effect.callback<never>((resume) => void process.once("SIGINT", () => resume(Effect.interrupt)))

const played = runSteps(JSON.parse(steps ?? "[]") as ReadonlyArray<Step>).pipe(
  Effect.flatMap((outcomes) => Console.log(JSON.stringify(outcomes))),
  Effect.provide(inEnvironment(kind === "ps" ? TtyDevice.layerPs : TtyDevice.layer))
)

const fiber = Effect.runFork(Effect.raceFirst(interrupted, played))
fiber.addObserver((exit) => process.exit(Exit.isSuccess(exit) ? 0 : 130))
