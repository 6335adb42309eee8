import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "@effect/vitest"
import { installOp } from "../../simulator/op/install.ts"
import { defaultState, type OpState, writeState } from "../../simulator/op/State.ts"

export interface Ran {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  /** Text for stdin: through a FIFO, as `op` wants it, or through the socket that Node makes of a pipe. */
  readonly stdin?: { readonly by: "fifo" | "socket"; readonly text: string }
}

/** A stand-in of its own in a folder with a space, parentheses and a quote in its name. */
export interface TestOp {
  readonly path: string
  readonly state: string
  readonly run: (argv: ReadonlyArray<string>, options?: RunOptions) => Promise<Ran>
}

/** Runs a program to its end, stdin empty unless given. */
const runProgram = (program: string, argv: ReadonlyArray<string>, options: RunOptions): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, argv, {
      env: { PATH: process.env["PATH"], ...options.env },
      stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout?.setEncoding("utf8").on("data", (text: string) => stdout += text)
    child.stderr?.setEncoding("utf8").on("data", (text: string) => stderr += text)
    child.on("error", reject)
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }))
    child.stdin?.on("error", () => {}).end(options.stdin?.text)
  })

/** Installs a stand-in, for one test, with a state that differs from the default in some parts. */
export const useOp = (overrides: Partial<OpState> = {}): TestOp => {
  const folder = mkdtempSync(join(tmpdir(), "op (it's a test) "))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const state = writeState(join(folder, "state.json"), defaultState(overrides))
  const path = installOp(join(folder, "bin"), { state })
  return {
    path,
    state,
    run: (argv, options = {}) =>
      options.stdin?.by === "fifo"
        ? runProgram("/bin/sh", ["-c", 'cat | exec "$0" "$@"', path, ...argv], options)
        : runProgram(path, argv, options)
  }
}

/** Asks for the default item. */
export const get = ["item", "get", "AWS", "--vault", "Private", "--format", "json"]

/** What stands behind `[ERROR]` and its time, if that is all there is. */
export const message = (stderr: string): string | undefined =>
  /^\[ERROR\] \d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2} ([\s\S]+)\n$/.exec(stderr)?.[1]

/** How often, and for how many milliseconds, to look for something that another process does. */
export const patience = { interval: 10, timeout: 100_000 }
