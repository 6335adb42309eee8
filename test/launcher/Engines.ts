import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { builtCases } from "../../scripts/buildLauncher.ts"
import { hit } from "../../src/hit.ts"

/** A call of the hit path. */
export interface HitCase {
  readonly words: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Whether there is a launcher here: the build needs cargo and a C compiler for it, and says so where they are not. */
export const hasLauncher = existsSync(builtCases)

const list = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [`${texts.length}`, ...texts]

const linesOf = (command: string, args: ReadonlyArray<string>, input: string): ReadonlyArray<string> => {
  const { status, stderr, stdout } = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  return stdout.split("\n").slice(0, -1)
}

/** What each case is served by the launcher's engine, with its own host functions; empty where it becomes the program. */
export const servedByLauncher = (cases: ReadonlyArray<HitCase>): ReadonlyArray<string> => {
  const fields = cases.flatMap(({ environment, now, words }) => [
    `${now}`,
    ...list(words),
    ...list(Object.entries(environment).map((entry) => entry.join("=")))
  ])
  return linesOf(builtCases, [], fields.map((field) => `${field}\0`).join(""))
}

/** The same by the engine of the standalone executable. */
export const servedByBun = (cases: ReadonlyArray<HitCase>): ReadonlyArray<string> =>
  linesOf(resolve("node_modules/.bin/bun"), [join(import.meta.dirname, "hitRunner.ts")], JSON.stringify(cases))

/** The same by Node, which runs the tests. */
export const servedByNode = (cases: ReadonlyArray<HitCase>): ReadonlyArray<string> =>
  cases.map(({ environment, now, words }) => {
    const outcome = hit(words, environment, now)
    return outcome._tag === "Served" ? outcome.output.trimEnd() : ""
  })
