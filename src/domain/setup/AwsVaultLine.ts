import { parseGoDuration } from "../GoDuration.ts"

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
