import { opError, OpError } from "./Errors.ts"

/** A command line as pflag understands it: flags anywhere, `--f v` or `--f=v`, `--` ends them. */
export interface Arguments {
  /** `item get`, `read`, `--version`, ... */
  readonly command: string
  readonly positionals: ReadonlyArray<string>
  /** The last value of each flag that takes one. */
  readonly values: ReadonlyMap<string, string>
  /** All values of each flag that takes one, in order. */
  readonly lists: ReadonlyMap<string, ReadonlyArray<string>>
  readonly switches: ReadonlySet<string>
}

const globalValues = ["account", "config", "encoding", "format", "session"]
const globalSwitches = ["cache", "debug", "iso-timestamps", "no-color", "help", "version"]

const commandFlags: Readonly<Record<string, { readonly values?: Array<string>; readonly switches?: Array<string> }>> = {
  "account list": {},
  whoami: {},
  signin: { switches: ["force"] },
  "vault list": {},
  "vault get": {},
  "item list": { values: ["vault", "categories", "tags"], switches: ["favorite", "include-archive", "long"] },
  "item get": { values: ["vault", "fields"], switches: ["include-archive", "otp", "reveal"] },
  "item create": { values: ["category", "title", "vault", "tags", "template"], switches: ["dry-run", "favorite"] },
  "item edit": { values: ["title", "vault", "tags", "template"], switches: ["dry-run"] },
  "item template get": {},
  "item template list": {},
  read: { switches: ["no-newline"] },
  inject: { values: ["in-file", "out-file"] },
  "plugin run": {},
  "plugin init": {},
  "plugin inspect": {},
  "plugin clear": {},
  "service-account ratelimit": {}
}

const shorthands: Readonly<Record<string, string>> = {
  h: "help",
  v: "version",
  n: "no-newline",
  i: "in-file",
  o: "out-file"
}

const allValues = new Set([...globalValues, ...Object.values(commandFlags).flatMap((flags) => flags.values ?? [])])
const allSwitches = new Set([
  ...globalSwitches,
  ...Object.values(commandFlags).flatMap((flags) => flags.switches ?? [])
])

const commandOf = (words: ReadonlyArray<string>): { command: string; length: number } => {
  for (const length of [3, 2, 1]) {
    const command = words.slice(0, length).join(" ")
    if (words.length >= length && Object.hasOwn(commandFlags, command)) return { command, length }
  }
  const parents = Object.keys(commandFlags).map((command) => command.split(" ")[0])
  const first = words[0] ?? ""
  throw new OpError(
    parents.includes(first) && words.length > 1
      ? `unknown command "${words[1]}" for "op ${first}"`
      : `unknown command "${first}" for "op"`
  )
}

/**
 * Parses argv (without the program's name). `--version` and `--help` win over everything else. Throws OpError for an
 * unknown command and for a flag that the command, in this version of `op`, does not have.
 */
export const parseArguments = (argv: ReadonlyArray<string>, version: string): Arguments => {
  const positionals: Array<string> = []
  const lists = new Map<string, Array<string>>()
  const switches = new Set<string>()
  const seen: Array<{ name: string; shown: string }> = []
  const rest = [...argv]
  while (rest.length > 0) {
    const word = rest.shift() ?? ""
    if (word === "--") {
      positionals.push(...rest.splice(0))
    } else if (word === "-" || !word.startsWith("-")) {
      positionals.push(word)
    } else {
      const [, dashes, spelled = "", , inline] = /^(--?)([^=]*)(=([\s\S]*))?$/.exec(word) ?? []
      const name = dashes === "-" ? shorthands[spelled] : spelled
      if (name !== undefined && allValues.has(name)) {
        const value = inline ?? rest.shift()
        if (value === undefined) throw new OpError(`flag needs an argument: ${dashes}${spelled}`)
        lists.set(name, [...lists.get(name) ?? [], value])
      } else if (name !== undefined && allSwitches.has(name)) {
        if (inline === undefined || /^(1|t|true)$/i.test(inline)) switches.add(name)
        else switches.delete(name)
      } else {
        throw opError("unknown-flag", { flag: `${dashes}${spelled}` })
      }
      seen.push({ name, shown: `${dashes}${spelled}` })
    }
  }
  const values = new Map([...lists].map(([name, all]) => [name, all.at(-1) ?? ""]))
  const parsed = (command: string, length: number): Arguments => ({
    command,
    positionals: positionals.slice(length),
    values,
    lists,
    switches
  })
  if (switches.has("version")) return parsed("--version", 0)
  if (switches.has("help") || positionals.length === 0) return parsed("--help", 0)
  const [major = 0] = versionNumbers(version)
  if (major < 2) throw new OpError(`unknown command "${positionals[0]}" for "op"`)
  const { command, length } = commandOf(positionals)
  const flags = commandFlags[command] ?? {}
  const known = [...globalValues, ...globalSwitches, ...flags.values ?? [], ...flags.switches ?? []]
  for (const { name, shown } of seen) {
    if (!known.includes(name) || (name === "reveal" && !hasReveal(version))) {
      throw opError("unknown-flag", { flag: shown })
    }
  }
  return parsed(command, length)
}

const versionNumbers = (version: string): Array<number> => version.split(".").map(Number)

/** Whether this version of `op` conceals values in its readable output and has `--reveal` to show them. */
export const hasReveal = (version: string): boolean => {
  const [major = 0, minor = 0] = versionNumbers(version)
  return major > 2 || (major === 2 && minor >= 30)
}

/**
 * Reads one CSV record as Go's encoding/csv does, which pflag's string slices use. Throws OpError in the words of
 * that package; columns count bytes from 1.
 */
export const parseCsv = (flag: string, text: string): ReadonlyArray<string> => {
  const fail = (column: number, reason: string): never => {
    throw new OpError(
      `invalid argument ${JSON.stringify(text)} for "--${flag}" flag: parse error on line 1, column ${
        Buffer.byteLength(text.slice(0, column)) + 1
      }: ${reason}`
    )
  }
  const fields: Array<string> = []
  let position = 0
  for (;;) {
    if (text[position] === '"') {
      let field = ""
      position += 1
      for (;;) {
        const quote = text.indexOf('"', position)
        if (quote < 0) return fail(text.length, 'extraneous or missing " in quoted-field')
        field += text.slice(position, quote)
        position = quote + 1
        if (text[position] !== '"') break
        field += '"'
        position += 1
      }
      if (position < text.length && text[position] !== ",") {
        return fail(position - 1, 'extraneous or missing " in quoted-field')
      }
      fields.push(field)
    } else {
      const comma = text.indexOf(",", position)
      const end = comma < 0 ? text.length : comma
      const quote = text.slice(position, end).indexOf('"')
      if (quote >= 0) return fail(position + quote, 'bare " in non-quoted-field')
      fields.push(text.slice(position, end))
      position = end
    }
    if (position >= text.length) return fields
    position += 1
  }
}
