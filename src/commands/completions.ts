import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { type FlagName, flagSpecs } from "../domain/settings/Flags.ts"

const program = "op-aws-credential-process"

const names = "_op_aws_credential_process--profiles"

/**
 * Stands for the profile names in a generated script, as the one choice that there is. Plain letters, so that every
 * shell's quoting leaves it as it is.
 */
const anyProfile = "AnyProfileOfTheAwsConfig"

const ask = `command ${program} profiles 2>/dev/null`

interface Dialect {
  /** What the generator makes of the one choice. */
  readonly choice: RegExp
  readonly lookup: string
  /** What the look-up needs, and the line that it goes before. */
  readonly definition?: { readonly before: RegExp; readonly lines: ReadonlyArray<string> }
}

/** Bash 3.2, which macOS has, knows no `mapfile`, and takes an empty array for an unset one. */
const bash: Dialect = {
  choice: new RegExp(`(\\S+--choices "\\$cur" "\\$_comp_word") '${anyProfile}'`, "g"),
  lookup: `local _profiles=(); ${names}; $1 \${_profiles[@]+"\${_profiles[@]}"}`,
  definition: {
    before: /^complete -F /m,
    lines: [
      `${names}()`,
      "{",
      "  local _name",
      "  while IFS= read -r _name; do",
      "    _profiles+=(\"$_name\")",
      `  done < <(${ask})`,
      "}",
      ""
    ]
  }
}

const zsh: Dialect = {
  choice: new RegExp(`\\(${anyProfile}\\)`, "g"),
  lookup: names,
  definition: {
    before: /^# Handle both direct invocation and autoload$/m,
    lines: [
      `${names}() {`,
      "  local -a profiles",
      `  profiles=(\${(f)"$(${ask})"})`,
      "  compadd \"$@\" -a profiles",
      "}",
      ""
    ]
  }
}

const fish: Dialect = { choice: new RegExp(`'${anyProfile}'`, "g"), lookup: `'(${ask})'` }

const dialects = { bash, zsh, fish } as const

/** A shell whose scripts can look profile names up while somebody types. */
export type AskingShell = keyof typeof dialects

const asksForProfiles = (shell: string): shell is AskingShell => Object.hasOwn(dialects, shell)

/** The generated script with the names of profiles, looked up when they are needed, in place of `anyProfile`. */
const withProfileNames = (shell: AskingShell, script: string): string => {
  const { choice, definition, lookup }: Dialect = dialects[shell]
  const patched = script.replace(choice, lookup)
  return definition === undefined
    ? patched
    : patched.replace(definition.before, (line) => `${definition.lines.join("\n")}\n${line}`)
}

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

/** The framework's `--completions`, whose scripts know the profiles of the AWS config as well; `show` gets them. */
export const completions = (show: (text: string) => void): typeof GlobalFlag.Completions => GlobalFlag.Action({
  flag: GlobalFlag.Completions.flag,
  run: (asked, { command }) =>
    Effect.sync(() => {
      if (Option.isNone(asked)) return
      const shell = asked.value
      const descriptor = Completions.fromCommand(command)
      const script = asksForProfiles(shell)
        ? withProfileNames(shell, Completions.generate(command.name, shell, marked(descriptor)))
        : Completions.generate(command.name, shell, descriptor)
      show(`${script}\n`)
    })
})
