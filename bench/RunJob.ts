import { spawn } from "node:child_process"
import { join, resolve } from "node:path"
import type { Job, Results } from "./Job.ts"

/** Has a job done by the starter, under Bun; this process stays free to play AWS meanwhile. */
export const runJob = async <A extends Job>(job: A): Promise<Results[A["kind"]]> => {
  const child = spawn(resolve("node_modules/.bin/bun"), [join(import.meta.dirname, "starter.ts")], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  child.stdin.end(JSON.stringify(job))
  let output = ""
  child.stdout.on("data", (text) => output += text)
  const code = await new Promise<number | null>((ended) => child.on("close", ended))
  if (code !== 0) throw new Error(`the starter ended with ${code}`)
  return JSON.parse(output)
}
