import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { anyProfile, asksForProfiles, withProfileNames } from "../domain/CompletionScript.ts"
import { type FlagName, flagSpecs } from "../domain/Flags.ts"
import { printBytes } from "../layers/StandardOutput.ts"

const profiles = { _tag: "Choice", values: [anyProfile] } as const

/** Names of arguments that a profile may stand in: `profile`, and what `exec` has before its `--`. */
const takesProfile = ({ name }: Completions.ArgumentDescriptor): boolean => /^\[?profile\b/.test(name)

/** What follows the profile of `exec` is a command, whose arguments are files more often than not. */
const argumentsOf = (argument: Completions.ArgumentDescriptor): ReadonlyArray<Completions.ArgumentDescriptor> => {
  if (!takesProfile(argument)) return [argument]
  const profile = { ...argument, variadic: false, type: profiles }
  return argument.variadic
    ? [profile, { ...argument, name: "command", type: { _tag: "Path", pathType: "either" } }]
    : [profile]
}

/** What may stand behind a flag. The framework is told of texts alone, because what they mean is decided elsewhere. */
const typeOf = ({ name, type }: Completions.FlagDescriptor): Completions.FlagType => {
  const choices = Object.hasOwn(flagSpecs, name) ? flagSpecs[name as FlagName].choices : undefined
  return name === "profile" ? profiles : choices === undefined ? type : { _tag: "Choice", values: choices }
}

/** The same commands, with one choice that stands for all profiles wherever a profile may stand. */
const marked = (command: Completions.CommandDescriptor): Completions.CommandDescriptor => ({
  ...command,
  flags: command.flags.map((flag) => ({ ...flag, type: typeOf(flag) })),
  arguments: command.arguments.flatMap(argumentsOf),
  subcommands: command.subcommands.map(marked)
})

/** The framework's `--completions`, whose scripts know the profiles of the AWS config as well. */
export const completions: typeof GlobalFlag.Completions = GlobalFlag.Action({
  flag: GlobalFlag.Completions.flag,
  run: (asked, { command }) =>
    Effect.gen(function*() {
      if (Option.isNone(asked)) return
      const shell = asked.value
      const descriptor = Completions.fromCommand(command)
      const script = asksForProfiles(shell)
        ? withProfileNames(shell, Completions.generate(command.name, shell, marked(descriptor)))
        : Completions.generate(command.name, shell, descriptor)
      yield* printBytes(new TextEncoder().encode(`${script}\n`))
    })
})
