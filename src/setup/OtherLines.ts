import { splitCredentialProcess } from "../domain/aws-config/CredentialProcessLine.ts"
import { parseGoDuration } from "../domain/base/GoDuration.ts"
import { parseCommandLine } from "../domain/settings/CommandLine.ts"

/** A `credential_process` line that runs aws-vault. */
export interface AwsVaultLine {
  /** The profile that it gets credentials for. */
  readonly named: string
  /** How long its sessions last, where the line says so and this program can do the same. */
  readonly duration?: string
}

/** Flags of aws-vault that are followed by their value, where that is not joined to them by `=`. */
const withValue = new Set([
  "--backend",
  "--biometrics",
  "--duration",
  "-d",
  "--file-dir",
  "--format",
  "--keychain",
  "--kwallet-app-id",
  "--kwallet-folder",
  "--libsecret-collection",
  "--mfa-token",
  "-t",
  "--op-timeout",
  "--pass-cmd",
  "--pass-dir",
  "--pass-prefix",
  "--prompt",
  "--region",
  "--secret-service-collection"
])

/**
 * Reads the words of a line such as `aws-vault exec NAME --json` or `aws-vault export --format=json NAME`; undefined for
 * any other program, and for a line of aws-vault's that prints no credentials.
 */
export const awsVaultLine = (words: ReadonlyArray<string>): AwsVaultLine | undefined => {
  const [program = "", ...rest] = words
  if (!/(?:^|[/\\])aws-vault(?:\.exe)?$/.test(program)) return undefined
  const plain: Array<string> = []
  const flags = new Map<string, string>()
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!
    if (!word.startsWith("-")) {
      plain.push(word)
      continue
    }
    const equals = word.indexOf("=")
    if (equals > 0) flags.set(word.slice(0, equals), word.slice(equals + 1))
    else flags.set(word, withValue.has(word) ? rest[++at] ?? "" : "")
  }
  const [command, named, ...more] = plain
  const prints = command === "exec"
    ? flags.has("--json") || flags.has("-j")
    : command === "export" && flags.get("--format") === "json"
  if (!prints || named === undefined || more.length > 0) return undefined
  const duration = flags.get("--duration") ?? flags.get("-d")
  const seconds = duration === undefined ? undefined : parseGoDuration(duration)
  return {
    named,
    ...duration === undefined || seconds === undefined || seconds < 900 || seconds > 36 * 3600
      ? undefined
      : { duration }
  }
}

/** What a `credential_process` line that asks `op` for a key says of the item, by the profile's keys. */
export type OpLine = ReadonlyMap<string, string>

interface Call {
  readonly plain: ReadonlyArray<string>
  readonly flags: ReadonlyMap<string, string>
}

/** Flags of `op` and its `item get` that are followed by nothing. */
const alone = new Set(["--reveal", "--otp", "--no-color", "--include-archive", "--debug", "--iso-timestamps", "--no-newline", "-n", "--share-link"])

/** What begins and ends a command, with the quotes around one that stands in another. */
const between = /"?\$\(|\)"?|[|;&(`\n]+/gu

/** A script's words, as far as a shell would see them; what separates commands is a word of its own. */
const wordsOf = (script: string): ReadonlyArray<string> => {
  const divided = script.replace(between, " ; ")
  return splitCredentialProcess(divided) ?? divided.replace(/["'\\]/gu, " ").split(/\s+/u).filter((word) => word !== "")
}

const isOp = (word: string): boolean => /^(?:.*[/\\])?op(?:\.exe)?$/u.test(word)

/** The calls of `op` in there, each with its words and flags; after `--` there is another command. */
const callsIn = (words: ReadonlyArray<string>): ReadonlyArray<Call> => {
  const calls: Array<Call> = []
  for (let at = 0; at < words.length; at++) {
    if (!isOp(words[at]!)) continue
    const plain: Array<string> = []
    const flags = new Map<string, string>()
    for (at++; at < words.length && words[at] !== ";" && words[at] !== "--"; at++) {
      const one = words[at]!
      const equals = one.indexOf("=")
      if (!one.startsWith("-")) plain.push(one)
      else if (equals > 0) flags.set(one.slice(0, equals), one.slice(equals + 1))
      else flags.set(one, alone.has(one) ? "" : words[++at] ?? "")
    }
    calls.push({ plain, flags })
  }
  return calls
}

const isSecret = (field: string): boolean => /secret/iu.test(field)

/** Which of some fields is which half of the key: the secret says so. */
const fieldKeys = (fields: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> => {
  const secret = fields.find(isSecret)
  const id = fields.find((field) => !isSecret(field) && /key|id/iu.test(field))
  return [
    ...id === undefined ? [] : [["op_access_key_id_field", id] as const],
    ...secret === undefined ? [] : [["op_secret_access_key_field", secret] as const]
  ]
}

const labelled = (fields: string): ReadonlyArray<string> =>
  fields.split(",").map((field) => field.trim().replace(/^(?:label|type)=/u, "")).filter((field) => field !== "")

/** A name as the profile's key can hold it, and no variable of the script's. */
const isName = (text: string | undefined): text is string => text !== undefined && text !== "" && !text.includes("$")

const ofItemGet = ({ flags, plain }: Call): OpLine | undefined => {
  const [item, get, name] = plain
  if (item !== "item" || get !== "get" || !isName(name)) return undefined
  const vault = flags.get("--vault")
  const account = flags.get("--account")
  return new Map([
    ...isName(account) ? [["op_account", account] as const] : [],
    ...isName(vault) ? [["op_vault", vault] as const] : [],
    ["op_item", name],
    ...fieldKeys(labelled(flags.get("--fields") ?? flags.get("--field") ?? ""))
  ])
}

const ofRead = (calls: ReadonlyArray<Call>): OpLine | undefined => {
  const references = calls.flatMap(({ flags, plain: [read, reference = ""] }) => {
    const [vault, item, ...field] = read === "read" && reference.startsWith("op://") ? reference.slice(5).split("?")[0]!.split("/") : []
    return isName(vault) && isName(item) && field.length > 0
      ? [{ vault, item, field: field.join("."), account: flags.get("--account") }]
      : []
  })
  const [first] = references
  if (first === undefined || references.some(({ item, vault }) => item !== first.item || vault !== first.vault)) return undefined
  return new Map([
    ...isName(first.account) ? [["op_account", first.account] as const] : [],
    ["op_vault", first.vault],
    ["op_item", first.item],
    ...fieldKeys(references.map(({ field }) => field))
  ])
}

/** The command that gets a code from an item by itself, where a line has one: it goes on doing that. */
const codeCommand = (calls: ReadonlyArray<Call>): string | undefined => {
  const call = calls.find(({ flags, plain: [item, get, name] }) => item === "item" && get === "get" && isName(name) && flags.has("--otp"))
  if (call === undefined) return undefined
  const named = ["--vault", "--account"].flatMap((flag) => {
    const value = call.flags.get(flag)
    return isName(value) ? [flag, quoted(value)] : []
  })
  return ["op item get", quoted(call.plain[2]!), ...named, "--otp"].join(" ")
}

const quoted = (word: string): string => /^[\w./:@%+=,-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** What can stand in the config: anything else, such as a line break in quotes, is no name that anybody has. */
const isValue = (text: string): boolean => text !== "" && text === text.trim() && !/\p{Cc}/u.test(text)

/**
 * Reads a line in which a shell asks 1Password's program for a key: `sh -c "op item get 'X' --vault Y --fields
 * label=A,label=B --format json | jq …"`, or two calls of `op read`. Undefined for any other line.
 */
export const opLine = (line: string): OpLine | undefined => {
  const words = splitCredentialProcess(line)
  if (words === undefined) return undefined
  const at = words.findIndex((word) => word === "-c" || word === "-lc" || word === "-ec")
  const isShell = /^(?:.*\/)?(?:env|(?:ba|da|z|k)?sh)$/u.test(words[0] ?? "")
  const calls = callsIn(isShell && at > 0 ? wordsOf(words[at + 1] ?? "") : wordsOf(line))
  if (calls.length === 0) return undefined
  const withoutCodes = calls.filter(({ flags }) => !flags.has("--otp"))
  const said = withoutCodes.map(ofItemGet).find((one) => one !== undefined) ?? ofRead(withoutCodes)
  if (said === undefined || ![...said.values()].every(isValue)) return undefined
  const code = codeCommand(calls)
  const own = calls.find(({ flags }) => flags.has("--otp"))?.plain[2] === said.get("op_item")
  // A code of the same item is found there without a command.
  return code === undefined || own || !isValue(code) ? said : new Map([...said, ["mfa_process", code]])
}

/** The profile whose credentials a line of `aws configure export-credentials` prints; undefined for any other line. */
export const exportedProfile = (words: ReadonlyArray<string>): string | undefined => {
  const [program = "", configure, command, ...rest] = words
  if (!/(?:^|[/\\])aws(?:\.exe)?$/u.test(program) || configure !== "configure" || command !== "export-credentials") return undefined
  return parseCommandLine(rest.flatMap((word, at) =>
    word.startsWith("--profile=") ? [word] : word === "--profile" ? [word, rest[at + 1] ?? ""] : []))?.profile ?? "default"
}
