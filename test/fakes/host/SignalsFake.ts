import { Context, Deferred, Effect, Layer } from "effect"
import { StopFailure } from "../../../src/domain/base/StopFailure.ts"
import type { StopSignal } from "../../../src/domain/base/Stopped.ts"
import { Signals } from "../../../src/services/host/Signals.ts"

interface Shape {
  /** Whoever sends signals: the first one counts. */
  send(signal: StopSignal): Effect.Effect<void>
}

/** The signals of one process, which arrive when a test sends them. */
export class SignalsFake extends Context.Service<SignalsFake, Shape>()("test/fakes/SignalsFake") {
  static readonly layer: Layer.Layer<Signals | SignalsFake> = Layer.effectContext(
    Effect.map(Deferred.make<never, StopFailure<"Stopped">>(), (arrived) =>
      Context.make(SignalsFake, {
        send: (signal) => Effect.asVoid(Deferred.fail(arrived, StopFailure.Stopped(signal)))
      }).pipe(Context.add(Signals, { stopped: Deferred.await(arrived) })))
  )
}
