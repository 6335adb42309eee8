import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import type { Environment } from "../domain/base/Environment.ts"
import { mayColor } from "./terminal/OutputTerminal.ts"

const unused = Effect.die(new Error("no flag or argument of ours needs this"))

/**
 * What the command line framework asks of its platform: whether its help may be coloured, and much for kinds of flags
 * that we do not have. Node's own layers, and the framework's own look at the terminal, would touch stdin and stdout,
 * which makes a pipe non-blocking for everybody who shares it, a command that we become included.
 */
export const layer = (environment: Environment) => Layer.mergeAll(
  Layer.succeed(TerminalCapabilities.TerminalCapabilities, {
    canColor: mayColor(environment),
    canAnimate: false,
    canPrompt: false
  }),
  FileSystem.layerNoop({}),
  Path.layer,
  Stdio.layerTest({}),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: Effect.succeed(80),
      rows: Effect.succeed(24),
      size: unused,
      readInput: unused,
      readLine: unused,
      display: () => unused
    })
  ),
  Layer.succeed(ChildProcessSpawner.ChildProcessSpawner, ChildProcessSpawner.make(() => unused))
)
