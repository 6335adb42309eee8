import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Environment } from "../../domain/base/Environment.ts"
import { OpOutputUnusable } from "../../domain/onepassword/OpProgramFailure.ts"
import { findOp } from "./OpProgram.ts"
import { runOp } from "./OpRun.ts"
import { type ItemReference, OpCli } from "../../services/onepassword/OpCli.ts"

/** `--` only where it is needed: behind it a name that begins with a dash is no flag to pflag. */
const commandLine = ({ account, item, vault }: ItemReference): ReadonlyArray<string> => {
  const flags = ["--vault", vault, ...(account === undefined ? [] : ["--account", account]), "--format", "json"]
  return item.startsWith("-") ? ["item", "get", ...flags, "--", item] : ["item", "get", item, ...flags]
}

const rehearsal = JSON.stringify({
  id: "-",
  title: "-",
  vault: { id: "-", name: "-" },
  fields: [{ id: "-", type: "-", label: "-", value: "-", totp: "-", section: { id: "-", label: "-" } }]
})

const make = (environment: Environment): OpCli["Service"] => ({
  readItem: Effect.fn("OpCli.readItem")(function*(reference) {
    const program = findOp(reference.cliPath, environment)
    if (typeof program !== "string") return yield* Effect.fail(program)
    const run = runOp({ program, args: commandLine(reference), reference, environment })
    const [text, { parseOpItem }] = yield* Effect.all([
      Effect.retry(Effect.tapError(run, ({ message }) => Effect.logDebug(message)), {
        times: 1,
        while: ({ retry }) => retry
      }),
      // Schema takes longer to load, and to read its first item, than to read another: it does both while op runs.
      Effect.promise(async () => {
        const reading = await import("../../domain/onepassword/OpItemJson.ts")
        reading.parseOpItem(rehearsal)
        return reading
      })
    ], { concurrency: "unbounded" })
    const item = parseOpItem(text)
    return item instanceof OpOutputUnusable ? yield* Effect.fail(item) : item
  })
})

/** `op` as a child process that is given an environment: PATH to be found by, and all but `AWS_*` to run in. */
export const layerWith = (environment: Environment): Layer.Layer<OpCli> => Layer.succeed(OpCli, make(environment))

/** `op` as a child process, in the environment of this one. */
export const layer: Layer.Layer<OpCli> = layerWith(process.env)
