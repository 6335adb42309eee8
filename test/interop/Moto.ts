import { Context, Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { python } from "./Python.ts"

/** Moto as a server: an AWS that others wrote, which takes any key and any code. */
export class Moto extends Context.Service<Moto, { readonly url: string }>()("op-aws-credential-process/test/Moto") {}

/** Starts it on a port of its own choice. */
export const layer: Layer.Layer<Moto> = Layer.effect(
  Moto,
  Effect.gen(function*() {
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(python, ["-u", "-m", "moto.server", "-p", "0", "-H", "127.0.0.1"], { stdio: ["ignore", "ignore", "pipe"] })
      ),
      (process) => Effect.sync(() => process.kill("SIGKILL"))
    )
    const url = yield* Effect.callback<string>((resume) => {
      const said: Array<string> = []
      createInterface({ input: server.stderr }).on("line", (line) => {
        said.push(line)
        const found = /Running on (http:\S+)/.exec(line)?.[1]
        if (found !== undefined) resume(Effect.succeed(found))
      }).on("close", () => resume(Effect.die(new Error(`moto did not start: ${said.join("\n")}`))))
    })
    return { url }
  })
)
