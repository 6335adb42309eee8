import { execFile } from "node:child_process"

/** How a development tool ended. */
export interface Ended {
  readonly failed: boolean
  readonly output: string
  /** One line that says why it failed. */
  readonly reason: string
}

/** Runs a development tool to its end, or for so long as a slow network can take. */
export const runTool = (
  command: string,
  words: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }
): Promise<Ended> =>
  new Promise((resolve) =>
    execFile(command, [...words], { ...options, encoding: "utf8", timeout: 600_000 }, (error, stdout, stderr) =>
      resolve({
        failed: error !== null,
        output: `${stdout}${stderr}`,
        reason: `${stderr}${stdout}`.trim().split("\n")[0] || String(error)
      }))
  )

/** What stands in the name of a test that cannot be run for want of something. */
export const skipped = (lacking: string | undefined): string => lacking === undefined ? "" : ` (skipped: ${lacking})`
