import type * as CliError from "effect/cli/CliError"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"

const program = "op-aws-credential-process"

/** What the command line framework found wrong, in two lines, with the nearest name where it knows one. A word alone may be meant for a profile. */
export const badUsage = (error: CliError.CliError): UsageFailure<"BadUsage"> => {
  switch (error._tag) {
    case "ShowHelp": {
      const [first] = error.errors
      return first === undefined ? UsageFailure.BadUsage("a sub-command is missing") : badUsage(first)
    }
    case "UnknownSubcommand": {
      const { parent = [program], subcommand, suggestions: [near] } = error
      const command = parent.join(" ")
      return UsageFailure.BadUsage(
        `there is no sub-command "${subcommand}"`,
        `${near === undefined ? "" : `\`${command} ${near}\` or `}--profile ${subcommand}`
      )
    }
    case "UnrecognizedOption": {
      const { command = [program], option, suggestions: [near] } = error
      const [, ...names] = command
      return UsageFailure.BadUsage(`${names.length === 0 ? "there is" : `\`${names.join(" ")}\` has`} no flag ${option}`, near)
    }
    default:
      return UsageFailure.BadUsage(error.message)
  }
}
