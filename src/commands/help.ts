import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CliOutput from "effect/cli/CliOutput"
import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import type { Environment } from "../domain/base/Environment.ts"
import { exitCodeRows, type HelpPage, type HelpRow, helpText, variableRows } from "./HelpText.ts"
import { mayColor, outputLook } from "../layers/terminal/OutputTerminal.ts"

const program = "op-aws-credential-process"

const flagRow = ({ aliases, description, name, type }: FlagDoc): HelpRow => [
  [`--${name}`, ...aliases].join(", ") + (type === "boolean" ? "" : ` ${/^<.*>$/.test(type) ? type : `<${type}>`}`),
  Option.getOrElse(description, () => "")
]

const commandRows = ({ subcommands = [] }: HelpDoc): ReadonlyArray<HelpRow> =>
  subcommands.flatMap(({ commands }) =>
    commands.map(({ description, name, shortDescription }): HelpRow => [name, shortDescription ?? description]))

/** The first page speaks of the whole program, those of sub-commands of themselves. */
const pageOf = (doc: HelpDoc): HelpPage => {
  const commands = commandRows(doc)
  const isFirst = commands.length > 0
  return {
    description: doc.description,
    usage: isFirst
      ? [`${program} --profile <name> [flags]   (in a credential_process line: prints credentials)`, `${program} <sub-command> [flags]`]
      : [doc.usage],
    sections: [
      { title: "SUB-COMMANDS", rows: commands },
      { title: "ARGUMENTS", rows: (doc.args ?? []).map(({ description, name }) => [name, Option.getOrElse(description, () => "")]) },
      { title: "FLAGS", rows: [...doc.flags, ...doc.globalFlags ?? []].map(flagRow) },
      ...(isFirst ? [{ title: "VARIABLES", rows: variableRows }, { title: "EXIT CODES", rows: exitCodeRows }] : [])
    ],
    examples: (doc.examples ?? []).map(({ command, description = "" }) => [command, description])
  }
}

/** Errors are ours to print. What is shown on request is handed to `show`, help in as many columns as there are. */
export const presenter = (environment: Environment, show: (text: string) => void) =>
  CliOutput.layerPresenter({
    present: (event) => {
      switch (event._tag) {
        case "InvalidInvocation":
          return Effect.void
        case "Help":
          return Effect.sync(() => show(helpText(pageOf(event.helpDoc), outputLook(environment))))
        case "Version": {
          const { formatVersion } = CliOutput.defaultFormatter({ colors: mayColor(environment) })
          return Effect.sync(() => show(`${formatVersion(event.name, event.version)}\n`))
        }
      }
    }
  })

/** `help`, `help SUB-COMMAND` and `version` are what people type before they have read any help. */
export const asFlags = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = words
  return first === "help" ? [...rest, "--help"] : first === "version" && rest.length === 0 ? ["--version"] : words
}
