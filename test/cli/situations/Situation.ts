import type { Effect } from "effect"
import type { Home, HomeOptions, RunOptions } from "../Program.ts"
import type { Ended, Run } from "../Terminal.ts"

/** Something that goes wrong, as a person meets it. */
export interface Situation {
  /** Completes "what happens when …". */
  readonly name: string
  /** The exit code. With 0 the credentials are printed, and a warning is on the terminal. */
  readonly code: number
  /** The command tells of its work as well: before the error, or on stdout. */
  readonly talks?: true
  readonly home?: Omit<HomeOptions, "artifact">
  /** What is on the command line; `--profile dev` unless it says otherwise. */
  readonly args?: ReadonlyArray<string>
  /** In a session of its own, which has no terminal, unless it says otherwise. */
  readonly run?: RunOptions
  /** What has to be done before the call. */
  readonly before?: (home: Home) => Effect.Effect<void> | void
  /** What the person does, or what happens, while the program runs. */
  readonly meanwhile?: (home: Home, run: Run) => Effect.Effect<void>
}

/** What is another thing each time, and what stands for it. */
const variable: ReadonlyArray<readonly [RegExp, string]> = [
  [/\/\S*\/op-aws-test-[^/\s"]*/g, "~"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>"],
  [/\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ| \d\d:\d\d \S+?(?=:? ))/g, "<time>"],
  [/\b(pid|kill|kill -9) \d+/g, "$1 <pid>"]
]

/** What a person sees: the error, or on the terminal the warning, which is one long line there. */
export const seenIn = (home: Home, ended: Ended): string => {
  const { columns, screen } = home.terminal
  const warning = (): string => screen.map((line) => line.padEnd(columns)).join("").trimEnd()
  const [, error = ended.stderr] = /(?:^|\n)(error: .+\nhint: .+\n)$/.exec(ended.stderr) ?? []
  const shown = ended.code === 0 ? warning() : error.trimEnd()
  return variable.reduce((text, [pattern, word]) => text.replace(pattern, word), shown)
}
