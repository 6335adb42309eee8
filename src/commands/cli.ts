import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { badUsage } from "./badUsage.ts"
import { clear } from "./clear.ts"
import { completions } from "./completions.ts"
import { doctor } from "./doctor.ts"
import type { Environment } from "../domain/base/Environment.ts"
import type { Successor } from "../domain/exec/Successor.ts"
import { env } from "./env.ts"
import { exec } from "./exec.ts"
import { asFlags, presenter } from "./help.ts"
import { importKeys } from "./import.ts"
import * as AwsFilesNode from "../layers/aws-config/AwsFilesNode.ts"
import * as CliPlatform from "../layers/CliPlatform.ts"
import * as InterviewTerminal from "../layers/interview/InterviewTerminal.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { login } from "./login.ts"
import { printSessionOf } from "./printSession.ts"
import { profiles } from "./profiles.ts"
import { rotate } from "./rotate.ts"
import * as InterviewTurn from "../session/interview/InterviewTurn.ts"
import { setup } from "./setup.ts"
import { status } from "./status.ts"
import { allFlags, givenFlags, tableFlags } from "./TableFlags.ts"
import { version } from "../version.ts"

const rootOf = (words: ReadonlyArray<string>, environment: Environment, becomes: (successor: Successor) => void) =>
  Command.make("op-aws-credential-process", tableFlags(allFlags), (told) => printSessionOf(givenFlags(told), words, environment)).pipe(
    Command.withDescription(
      "Prints temporary AWS credentials for a credential_process: the access key stays in 1Password, MFA is asked for once a session. AWS's clients call it without a sub-command; `setup` writes the profile that they need for it."
    ),
    Command.withExamples([
      { command: "op-aws-credential-process setup", description: "Find the key in 1Password and write a profile: the first thing to do" },
      { command: "aws --profile dev s3 ls", description: "Any AWS client then asks for the code once, and is silent for twelve hours" },
      { command: "op-aws-credential-process login dev", description: "Be asked now, for what cannot ask later" },
      { command: "op-aws-credential-process doctor", description: "When something does not work" }
    ]),
    Command.withSubcommands([
      setup(environment),
      importKeys(environment),
      login(environment),
      exec(environment, words, becomes),
      env(environment),
      status(environment),
      clear(environment),
      doctor(environment),
      rotate(environment),
      profiles
    ])
  )

/**
 * The whole command line: sub-commands, help, version, completions, and what is to be said about bad usage. Gives the
 * program that this one is to become when all is done, if there is one.
 */
export const cli = (typed: ReadonlyArray<string>, variables: Environment) => {
  const words = asFlags(typed)
  // `process.env` asks the system at every look, and a thousand profiles look twenty thousand times.
  const environment = { ...variables }
  const shown: Array<string> = []
  const show = (text: string): void => void shown.push(text)
  return Effect.gen(function*() {
    let successor: Successor | undefined
    const root = rootOf(words, environment, (next) => {
      successor = next
    })
    yield* Command.runWith(root, { version })(words)
    if (shown.length > 0) yield* print(shown.join(""))
    return successor
  }).pipe(
    Effect.catchIf(CliError.isCliError, (error) => Effect.fail(badUsage(error))),
    Effect.provide([
      presenter(environment, show),
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, completions(show)] }),
      CliPlatform.layer(environment),
      AwsFilesNode.layer,
      Layer.provide(InterviewTurn.layer, InterviewTerminal.layer)
    ])
  )
}
