import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * Takes the runtime's own warnings (deprecations, experiments, a library's end of support) off stderr, which some AWS
 * clients read together with stdout, and puts them into the debug log.
 */
export const layer: Layer.Layer<never> = Layer.effectDiscard(Effect.gen(function*() {
  const log = Effect.runForkWith(yield* Effect.context<never>())
  process.removeAllListeners("warning")
  process.on("warning", (warning) => log(Effect.logDebug(`${warning.name}: ${warning.message}`)))
}))
