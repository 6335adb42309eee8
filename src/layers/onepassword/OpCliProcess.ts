import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Environment } from "../../domain/base/Environment.ts"
import { findOp } from "./OpProgram.ts"
import { runOp } from "./OpRun.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { type ItemReference, OpCli } from "../../services/onepassword/OpCli.ts"
import { Failure } from "../../domain/base/Failure.ts"

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
    return item instanceof Failure ? yield* Effect.fail(item) : item
  })
})

/** `op` as a child process: the environment says where it is found, and it runs in all of that but `AWS_*`. */
export const layer: Layer.Layer<OpCli, never, ProcessEnvironment> = Layer.effect(OpCli, Effect.map(ProcessEnvironment, make))
