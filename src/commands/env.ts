import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { chosenChain, inCacheOf } from "./ChosenChain.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { envFormats, envText, formatOfShell, isForShell } from "../exec/EnvText.ts"
import { sessionVariablesOf, withoutSessionOf } from "../exec/SessionVariables.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { sinceNow } from "../session/terminal/Deadline.ts"
import { allFlags, givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Prints the variables of a session, for a shell to evaluate or for a file. */
export const env = (environment: Environment) =>
  Command.make(
    "env",
    {
      word: profileWord,
      format: Flag.Literals("format", envFormats).pipe(
        Flag.withDescription("for which shell, or which kind of file [the shell that SHELL names]"),
        Flag.withDefault(formatOfShell(environment))
      ),
      unset: toggle("unset", "take the session out of this shell again"),
      ...tableFlags(allFlags)
    },
    Effect.fnUntraced(function*({ format, unset, word, ...told }) {
      if (unset) {
        if (!isForShell(format)) return yield* Effect.fail(UsageFailure.BadUsage(`--unset is for a shell, and ${format} is none`))
        return yield* print(envText(format, yield* withoutSessionOf(environment)))
      }
      const chain = yield* chosenChain(givenFlags(told), Option.getOrUndefined(word), environment)
      const variables = yield* inCacheOf(chain.settings)(sessionVariablesOf(chain, environment))
      return yield* print(envText(format, variables))
    }, sinceNow)
  ).pipe(
    Command.withDescription(
      "Prints lines that set the variables of a session or role, and unset those that would stand in its way."
    ),
    Command.withShortDescription("print a session for a shell or a file"),
    Command.withExamples([
      { command: "eval \"$(op-aws-credential-process env dev)\"", description: "Into this shell (bash, zsh, sh)" },
      { command: "op-aws-credential-process env dev --format fish | source", description: "Into this shell (fish)" },
      { command: "eval \"$(op-aws-credential-process env --unset)\"", description: "Out of it again" },
      { command: "op-aws-credential-process env dev --format dotenv > .env", description: "Into a file" }
    ])
  )
