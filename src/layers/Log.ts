import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { printable } from "../domain/base/Printable.ts"
import type { LogLevel } from "../domain/settings/Settings.ts"
import * as RuntimeWarnings from "./host/RuntimeWarnings.ts"
import { writeText } from "./terminal/WriteText.ts"

const levels = { error: "Error", warning: "Warn", info: "Info", debug: "Debug" } as const

/** Java's SDK never reads a pipe of 64 KiB empty: a log that is longer would stop us for good (bytes). */
const longest = 32 * 1024

const farewell = "the log ends here: it may not be longer than 32 KiB\n"

/** How many bytes the log may still have: one process has one stderr, however often the layer is built. */
let left = longest - farewell.length

const writeLine = (line: string): void => {
  if (left < 0) return
  left -= Buffer.byteLength(line)
  writeText(2, left < 0 ? farewell : line)
}

/**
 * The log goes to stderr, a line a step with the milliseconds since the process was started, and ends when it is long.
 * The runtime's own warnings are part of it.
 */
export const layer = (level: LogLevel): Layer.Layer<never> => Layer.provideMerge(RuntimeWarnings.layer, layerLogger(level))

const layerLogger = (level: LogLevel): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([
      Logger.make(({ date, logLevel, message }) => {
        const words = (Array.isArray(message) ? message : [message]).map(String).join(" ")
        const since = Math.round(date.getTime() - performance.timeOrigin)
        writeLine(`${logLevel.toLowerCase()} +${since} ms: ${printable(words, 500)}\n`)
      })
    ]),
    Layer.succeed(References.MinimumLogLevel, levels[level])
  )
