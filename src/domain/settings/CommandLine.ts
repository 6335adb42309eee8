import { type FlagName, flagSpecs, type FlagValues } from "./Flags.ts"

/** The only word on the command line of the process that holds the keychain's library, which we start ourselves. */
export const keychainWord = ":keychain"

/**
 * Reads a command line that only prints credentials: known flags, each `--name value` or `--name=value`, the last of
 * several the same one winning, as in the Go program (of those that may be given several times all count, with commas
 * between them). Undefined for everything else (a sub-command, --help, an unknown
 * flag, a value that looks like a flag), which the full command line parser answers.
 */
export const parseCommandLine = (words: ReadonlyArray<string>): FlagValues | undefined => {
  const values: { [Name in FlagName]?: string } = {}
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    if (!word.startsWith("--")) return undefined
    const equals = word.indexOf("=")
    const name = word.slice(2, equals < 0 ? undefined : equals)
    if (!isFlagName(name)) return undefined
    if (flagSpecs[name].value === undefined) {
      if (equals >= 0) return undefined
      values[name] = "true"
    } else if (equals >= 0) {
      values[name] = withBefore(name, values[name], word.slice(equals + 1))
    } else {
      const value = words[++index]
      if (value === undefined || value.startsWith("-")) return undefined
      values[name] = withBefore(name, values[name], value)
    }
  }
  return values
}

/** The last of several counts, save where all do. */
const withBefore = (name: FlagName, before: string | undefined, value: string): string =>
  before !== undefined && flagSpecs[name].several === true ? `${before},${value}` : value

const isFlagName = (name: string): name is FlagName => Object.hasOwn(flagSpecs, name)
