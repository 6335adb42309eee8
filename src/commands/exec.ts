import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { inCacheOf, patientChain } from "./ChosenChain.ts"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { CommandFailure } from "../domain/exec/CommandFailure.ts"
import type { Successor } from "../domain/exec/Successor.ts"
import { execEnvironment } from "../exec/ExecEnvironment.ts"
import { sessionVariablesOf } from "../exec/SessionVariables.ts"
import * as CommandsPath from "../layers/exec/CommandsPath.ts"
import { leaveStandardStreamsAlone } from "../layers/terminal/StandardStreams.ts"
import { Commands } from "../services/exec/Commands.ts"
import { sinceNow } from "../session/terminal/Deadline.ts"
import { allFlags, givenFlags, profileWord, tableFlags } from "./TableFlags.ts"

/** What a person gets who names no command: their own shell, or the one that every system has. */
const shellOf = (environment: Environment): string => variable(environment, "SHELL") ?? "/bin/sh"

/**
 * Becomes a command with a session in its environment. `words` is the whole command line, because the framework does
 * not tell the words before `--` from those after it; `becomes` is told what is to come after this program.
 */
export const exec = (environment: Environment, words: ReadonlyArray<string>, becomes: (successor: Successor) => void) =>
  Command.make(
    "exec",
    {
      word: profileWord,
      command: Argument.String("-- command").pipe(
        Argument.withDescription("what to run, with its arguments [your shell]"),
        Argument.variadic()
      ),
      ...tableFlags(allFlags, { patient: true })
    },
    Effect.fnUntraced(function*({ command, word, ...told }) {
      const start = words.indexOf("--")
      const after = start < 0 ? [] : words.slice(start + 1)
      const all = [...Option.toArray(word), ...command]
      const before = all.slice(0, all.length - after.length)
      if (start >= 0 && after.length === 0 || before.length > 1) return yield* Effect.fail(CommandFailure.CommandMissing(before))
      const [name = shellOf(environment), ...args] = after
      leaveStandardStreamsAlone()
      // Whatever cannot be run is refused before anybody is asked for anything.
      const path = yield* (yield* Commands).find(name)
      const chain = yield* patientChain(givenFlags(told), before[0], environment)
      const variables = yield* inCacheOf(chain.settings)(sessionVariablesOf(chain, environment))
      becomes({ path, words: [name, ...args], environment: execEnvironment(environment, variables) })
    }, sinceNow)
  ).pipe(
    Command.provide(CommandsPath.layer),
    Command.withDescription(
      "Becomes the command, with the session or role of a profile in its environment: its signals, its job control and its exit status are its own. 126 and 127 as in shells."
    ),
    Command.withShortDescription("run a command with a session in its environment"),
    Command.withExamples([
      { command: "op-aws-credential-process exec dev -- aws s3 ls", description: "One command" },
      { command: "op-aws-credential-process exec dev", description: "Your shell, for as long as the session lasts" }
    ])
  )
