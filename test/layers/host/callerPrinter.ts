import { Console, Effect } from "effect"
import * as CallerProcess from "../../../src/layers/host/CallerProcess.ts"
import { Caller } from "../../../src/services/host/Caller.ts"

/** A process that, once its stdin has ended, says who it is: `callerPrinter.ts native|ps`. */
const layer = process.argv[2] === "ps" ? CallerProcess.layerPs : CallerProcess.layer

const stdinEnds = Effect.callback<void>((resume) => {
  process.stdin.resume().once("end", () => resume(Effect.void))
})

const program = Effect.gen(function*() {
  const { group, pid } = yield* Caller
  yield* stdinEnds
  yield* Console.log(JSON.stringify({ pid, group: yield* group, again: yield* group }))
})

Effect.runFork(Effect.provide(program, layer))
