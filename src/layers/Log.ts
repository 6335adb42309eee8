import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { writeText } from "../Descriptor.ts"
import { printable } from "../domain/Printable.ts"
import type { LogLevel } from "../domain/Settings.ts"
import * as RuntimeWarnings from "./RuntimeWarnings.ts"

const levels = { error: "Error", warning: "Warn", info: "Info", debug: "Debug" } as const

/** Java's SDK never reads a pipe of 64 KiB empty: a log that is longer would stop us for good. */
const longest = 32 * 1024

/**
 * The log goes to stderr, a line a step with the milliseconds since the start, and ends quietly when it is long. The
 * runtime's own warnings are part of it.
 */
export const layer = (level: LogLevel): Layer.Layer<never> => Layer.provideMerge(RuntimeWarnings.layer, layerLogger(level))

const layerLogger = (level: LogLevel): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([
      Effect.map(Clock.currentTimeMillis, (startedAt) => {
        let left = longest
        return Logger.make(({ date, logLevel, message }) => {
          const words = (Array.isArray(message) ? message : [message]).map(String).join(" ")
          const line = `${logLevel.toLowerCase()} +${date.getTime() - startedAt} ms: ${printable(words, 500)}\n`
          if (line.length > left) return
          left -= line.length
          writeText(2, line)
        })
      })
    ]),
    Layer.succeed(References.MinimumLogLevel, levels[level])
  )
