import { spawnSync } from "node:child_process"
import type { Launch } from "./Job.ts"

/** How many million instructions a program takes, as valgrind counts them, where that is installed: on any day the same. */
export const instructionsOf = ({ command, env }: Launch): number | undefined => {
  const { stderr } = spawnSync("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", ...command], {
    env: { ...env },
    encoding: "utf8"
  })
  const found = /refs:\s+([\d,]+)/.exec(stderr ?? "")
  return found === null ? undefined : Number(found[1]!.replaceAll(",", "")) / 1e6
}
