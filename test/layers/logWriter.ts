/** Writes so many lines of so many times two bytes to the debug log, from two layers in turn. */
import * as Effect from "effect/Effect"
import * as Log from "../../src/layers/Log.ts"

const [count = "", width = ""] = process.argv.slice(2)

const line = Effect.logDebug("é".repeat(Number(width))).pipe(Effect.provide(Log.layer("debug")))

Effect.runSync(Effect.forEach(Array.from({ length: Number(count) / 2 }), () => Effect.andThen(line, line), { discard: true }))
