const program = "op-aws-credential-process"

const names = "_op_aws_credential_process--profiles"

/**
 * Stands for the profile names in a generated script, as the one choice that there is. Plain letters, so that every
 * shell's quoting leaves it as it is.
 */
export const anyProfile = "AnyProfileOfTheAwsConfig"

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

export const asksForProfiles = (shell: string): shell is AskingShell => Object.hasOwn(dialects, shell)

/** The generated script with the names of profiles, looked up when they are needed, in place of `anyProfile`. */
export const withProfileNames = (shell: AskingShell, script: string): string => {
  const { choice, definition, lookup }: Dialect = dialects[shell]
  const patched = script.replace(choice, lookup)
  return definition === undefined
    ? patched
    : patched.replace(definition.before, (line) => `${definition.lines.join("\n")}\n${line}`)
}
