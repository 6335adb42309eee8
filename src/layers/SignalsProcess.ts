import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stopExitCodes, Stopped, type StopSignal } from "../domain/Stopped.ts"
import { Signals } from "../services/Signals.ts"
import { leave } from "./Leaving.ts"

const stopSignals = Object.keys(stopExitCodes) as ReadonlyArray<StopSignal>

/**
 * Listens from the moment it is built until its scope closes; a second signal leaves at once, whatever is still being
 * cleaned up.
 */
export const layer = Layer.effect(Signals, Effect.gen(function*() {
  const stop = yield* Deferred.make<never, Stopped>()
  const onSignal = (signal: NodeJS.Signals) => {
    const stopped = new Stopped(signal as StopSignal)
    if (!Deferred.doneUnsafe(stop, Effect.fail(stopped))) leave(stopped.exitCode)
  }
  const letGo = Effect.sync(() => {
    for (const signal of stopSignals) process.off(signal, onSignal)
  })
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      for (const signal of stopSignals) process.on(signal, onSignal)
    }),
    () => letGo
  )
  return Signals.of({ stopped: Deferred.await(stop), letGo })
}))
