import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stopExitCodes, type StopSignal } from "../../domain/base/Stopped.ts"
import { StopFailure } from "../../domain/base/StopFailure.ts"
import { leave } from "./Leaving.ts"
import { Signals } from "../../services/host/Signals.ts"

const stopSignals = Object.keys(stopExitCodes) as ReadonlyArray<StopSignal>

/**
 * Listens from the moment it is built until the process ends: a terminal that is closed sends SIGHUP twice, and what
 * comes when all is cleaned up must not take the exit code from what came before. A second signal leaves at once,
 * whatever is still being cleaned up, and so does one that comes after that.
 */
export const layer = Layer.effect(Signals, Effect.gen(function*() {
  const stop = yield* Deferred.make<never, StopFailure<"Stopped">>()
  let over = false
  const onSignal = (signal: NodeJS.Signals) => {
    const stopped = StopFailure.Stopped(signal as StopSignal)
    if (over || !Deferred.doneUnsafe(stop, Effect.fail(stopped))) leave(stopped.exitCode)
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      for (const signal of stopSignals) process.on(signal, onSignal)
    }),
    () => Effect.sync(() => void (over = true))
  )
  return Signals.of({ stopped: Deferred.await(stop) })
}))
