import { Context, Effect, Layer } from "effect"
import { spawn, spawnSync } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const python = process.env["TEST_PYTHON"] || "python3"

/** Why this machine's Python cannot be asked, or undefined where it can. */
export const lacking = (module: string): string | undefined => {
  const probe = spawnSync(python, ["-c", `import ${module}`], { encoding: "utf8" })
  if (probe.error !== undefined) return `${python} cannot be started: ${probe.error.message}`
  return probe.status === 0 ? undefined : `${python} has no ${module} (TEST_PYTHON may name another Python)`
}

/** One Python process that answers for `shlex` and for botocore; one request at a time. */
export class PythonReference extends Context.Service<PythonReference, {
  /** The words, or null where Python refuses the text. */
  readonly split: (text: string) => Effect.Effect<ReadonlyArray<string> | null>
  /** What botocore makes of the files, or null where it refuses one. Keys without a value are left out. */
  readonly read: (files: { readonly config: string; readonly credentials: string }) => Effect.Effect<Reading | null>
}>()("op-aws-credential-process/test/PythonReference") {}

export interface Reading {
  readonly profiles: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const script = fileURLToPath(new URL("reference.py", import.meta.url))

export const layer: Layer.Layer<PythonReference> = Layer.effect(
  PythonReference,
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(python, ["-X", "utf8", script], { stdio: ["pipe", "pipe", "inherit"] })),
      (process) => Effect.sync(() => process.stdin.end())
    )
    const lines = createInterface({ input: child.stdout })
    const ask = <A>(request: object) =>
      Effect.callback<A>((resume) => {
        const answered = (line: string) => {
          lines.off("close", ended)
          resume(Effect.sync(() => JSON.parse(line)))
        }
        const ended = () => resume(Effect.die(new Error(`Python ended before it answered ${JSON.stringify(request)}`)))
        lines.once("line", answered).once("close", ended)
        child.stdin.write(`${JSON.stringify(request)}\n`)
      })
    return {
      split: (text) => ask<ReadonlyArray<string> | null>({ do: "split", text }),
      read: (files) => ask<Reading | null>({ do: "read", ...files })
    }
  })
)
