import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type FlagName, flagSpecs, type FlagValues } from "../domain/Flags.ts"
import { BadUsage } from "../domain/UsageFailure.ts"
import { version } from "../version.ts"
import { printSessionOf } from "./printSession.ts"

type RootFlags = { readonly [Name in FlagName]: Flag.Flag<Option.Option<string>> }

/** The flags of the table, as the framework knows them; what they mean is decided where the hit path decides it. */
const rootFlags = Object.fromEntries(
  Object.entries(flagSpecs).map(([name, spec]) => {
    const described = [
      spec.description,
      ...(spec.choices === undefined ? [] : [`(${spec.choices.join(", ")})`]),
      ...(spec.default === undefined ? [] : [`[${spec.default}]`])
    ].join(" ")
    const flag = spec.value === undefined
      ? Flag.map(Flag.withoutNegation(Flag.Boolean(name)), String)
      : Flag.withMetavar(Flag.String(name), `<${spec.value}>`)
    return [name, Flag.optional(Flag.withDescription(flag, described))]
  })
) as RootFlags

const givenOf = (flags: { readonly [Name in FlagName]: Option.Option<string> }): FlagValues =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([name, value]) => Option.isSome(value) && value.value !== "false" ? [[name, value.value]] : [])
  )

const rootOf = (words: ReadonlyArray<string>) =>
  Command.make("op-aws-credential-process", rootFlags, (flags) => printSessionOf(givenOf(flags), words, process.env)).pipe(
    Command.withDescription(
      "Prints temporary AWS credentials for a credential_process: the access key stays in 1Password, MFA is asked for once a session."
    )
  )

/** Errors are ours to print; what the framework shows on request goes to stdout as usual. */
const presenter = CliOutput.layerPresenter({
  present: (event) => event._tag === "InvalidInvocation" ? Effect.void : CliOutput.defaultPresenter.present(event)
})

/** The whole command line: sub-commands, help, version, completions, and what is to be said about bad usage. */
export const cli = (words: ReadonlyArray<string>) =>
  Command.runWith(rootOf(words), { version })(words).pipe(
    Effect.catchIf(CliError.isCliError, (error) => Effect.fail(new BadUsage(wrong(error)))),
    Effect.provide([
      presenter,
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
      NodeServices.layer
    ])
  )

const wrong = (error: CliError.CliError): string =>
  error._tag === "ShowHelp" ? error.errors.map(({ message }) => message).join("; ") || "a sub-command is missing" : error.message
