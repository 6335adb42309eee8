import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { CommandFailure } from "../../domain/exec/CommandFailure.ts"
import { standingOf } from "../host/ProgramPath.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Commands } from "../../services/exec/Commands.ts"

/** Where POSIX systems keep their programs, for an environment without PATH (confstr(3), _CS_PATH). */
const usualPath = "/bin:/usr/bin"

/**
 * Every file that a shell would try, in order. An empty part of PATH is the current directory, as POSIX has it: it is
 * the person's own command, in their own directory.
 */
const candidates = (name: string, environment: Environment): ReadonlyArray<string> =>
  name.includes("/")
    ? [name]
    : (variable(environment, "PATH") ?? usualPath).split(":").map((folder) => `${folder === "" ? "." : folder}/${name}`)

/** Commands in the environment's PATH. */
export const layer: Layer.Layer<Commands, never, ProcessEnvironment> = Layer.effect(
  Commands,
  Effect.map(ProcessEnvironment, (environment) => ({
    find: (name) =>
      Effect.suspend(() => {
        const paths = name === "" ? [] : candidates(name, environment)
        const found = paths.map((path) => ({ path, standing: standingOf(path) }))
        const runnable = found.find(({ standing }) => standing === "executable")
        if (runnable !== undefined) return Effect.succeed(runnable.path)
        const inTheWay = found.find(({ standing }) => standing === "not-executable")
        return Effect.fail(
          inTheWay === undefined
            ? CommandFailure.CommandNotFound(name)
            : CommandFailure.CommandNotExecutable(inTheWay.path, "is a directory, or may not be executed")
        )
      })
  }))
)
