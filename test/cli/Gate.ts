import type { Effect } from "effect"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { eventually } from "./Eventually.ts"
import type { Home } from "./Program.ts"

/** An `op` that takes as long as the test wants, like a dialog that is on the screen. */
export interface Gate {
  /** The program, for `--op-cli-path` and `op_cli_path`. */
  readonly path: string
  /** Those that came so far, by process id, whether they were let through or not. */
  readonly arrived: () => ReadonlyArray<number>
  /** Waits until somebody is there, and tells the first one. */
  readonly waiting: Effect.Effect<number>
  /** Lets everybody through, now and later. */
  readonly open: () => void
}

/** Puts a gate before the `op` of a home. It becomes that `op` once it is open, without another process. */
export const installGate = (home: Home): Gate => {
  const path = join(home.path, "gated-op")
  const log = `${path}.log`
  const key = `${path}.key`
  writeFileSync(
    path,
    [
      "#!/bin/sh",
      `echo $$ >>'${log}'`,
      // A call that nobody lets through ends with its home, instead of looking for the key for ever.
      `while [ ! -e '${key}' ]; do [ -e "$0" ] || exit 1; sleep 0.01; done`,
      `exec '${join(home.path, "bin", "op")}' "$@"`,
      ""
    ].join("\n")
  )
  chmodSync(path, 0o755)
  const arrived = (): ReadonlyArray<number> =>
    existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1).map(Number) : []
  return {
    path,
    arrived,
    waiting: eventually("a call of op", () => arrived()[0]),
    open: () => writeFileSync(key, "")
  }
}
