import { isatty } from "node:tty"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import type { Look } from "../../domain/base/TerminalText.ts"

/** What a locale that can show more than ASCII ends in (locale(7)). */
const unicode = /utf-?8$/i

/** How text looks best on our standard output. */
export const outputLook = (environment: Environment): Look => ({
  // Only a terminal is asked, as touching `process.stdout` sets a pipe to non-blocking for all who share it.
  columns: isatty(1) ? process.stdout.columns || 80 : undefined,
  color: mayColor(environment),
  unicode: unicode.test(variable(environment, "LC_ALL", "LC_CTYPE", "LANG") ?? "")
})

/** Colour only on a terminal, and not where NO_COLOR (https://no-color.org) or TERM=dumb asks for none. */
export const mayColor = (environment: Environment): boolean =>
  isatty(1) && variable(environment, "NO_COLOR") === undefined && environment["TERM"] !== "dumb"
