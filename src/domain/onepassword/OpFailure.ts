import * as account from "./OpAccountFailure.ts"
import * as item from "./OpItemFailure.ts"
import type { OpReference } from "./OpProblem.ts"
import * as program from "./OpProgramFailure.ts"

/** Everything that can keep an item from being read. */
export type OpFailure = program.OpProgramTrouble | account.OpAccountTrouble | item.OpLookupTrouble

/** How a run of `op` ended that did not end well. */
export interface FailedRun {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal?: string | undefined
  readonly stderr: string
  readonly reference: OpReference
}

type Row = readonly [said: RegExp, failure: (match: RegExpExecArray, reference: OpReference) => OpFailure]

const idsIn = (text: string): ReadonlyArray<string> => text.match(/\b[a-z2-7]{26}$/gmu) ?? []

/**
 * What `op` 2.x says, in the words of its recorded output and its users' reports, and what that means. Rows that begin
 * with a quoted name come first and are anchored: a vault may be called "authorization timeout".
 */
const rows: ReadonlyArray<Row> = [
  [/^".*" isn't an item in the ".*" vault/su, (_, reference) => new item.ItemNotFound(reference)],
  [/^".*" isn't an item\./su, (_, reference) => new item.ItemNotFoundAnywhere(reference)],
  [/^".*" isn't a vault in this account/su, (_, reference) => new item.VaultNotFound(reference)],
  [/^"(.*?)" isn't a field in the "/su, ([, field = ""], reference) => fieldMissing(field, reference)],
  [/^item '.*' does not have a field '(.*)'/su, ([, field = ""], reference) => fieldMissing(field, reference)],
  [/^More than one item matches/u, ({ input }, reference) => new item.SeveralItems(reference, idsIn(input))],
  [/^More than one vault matches/u, ({ input }, reference) => new item.SeveralVaults(reference, idsIn(input))],
  [/^invalid secret reference '.*?': (.*)/u, ([, reason = ""]) => new item.ReferenceInvalid(reason)],
  [/^no account found for filter *$/mu, () => new account.NoAccountFound()],
  [/^no account found for filter (.+)/u, ([, filter = ""], reference) => new account.AccountUnknown(reference, filter)],
  [
    /^found no accounts for filter "(.*)"/u,
    ([, filter = ""], reference) => new account.AccountUnknown(reference, filter)
  ],
  [
    /^found multiple accounts for filter "(.*)"/u,
    ([, filter = ""], reference) => new account.AccountAmbiguous(reference, filter)
  ],
  // What follows may speak of sockets and time-outs as if it were about 1Password's servers.
  [
    /connecting to desktop app(?:: *(.*))?/isu,
    ([text, said = text], reference) => withoutApp(said, reference)
  ],
  [/multiple accounts found/iu, () => new account.SeveralAccounts()],
  [/No accounts configured/iu, () => new account.NoAccountsConfigured()],
  [/You are not currently signed in/iu, () => new account.SignedOut()],
  [/account is not signed in/iu, (_, reference) => new account.AccountNotSignedIn(reference)],
  [/authorization prompt dismissed/iu, () => new account.ApprovalDismissed()],
  [/authorization timeout/iu, () => new account.ApprovalTimedOut()],
  [/context deadline exceeded/iu, () => new program.AppBusy()],
  [/make sure 1Password CLI is installed correctly/iu, (_, reference) => new program.OpNotTrusted(reference)],
  [/cannot connect to 1Password app/iu, () => new program.AppNotRunning()],
  [/cannot setup session/iu, () => new account.AppOffline()],
  [
    /no such host|dial tcp|network is unreachable|connection refused|TLS handshake timeout/iu,
    () => new account.ServiceOffline()
  ],
  [/Service Account (?:used in this integration has been )?deleted/iu, () => new account.ServiceAccountDeleted()],
  [/DecodeSACredentials|unrecognized auth type/iu, () => new account.ServiceTokenMalformed()],
  [/service account token set, but not authenticated/iu, () => new account.ServiceAccountIdle()],
  [/a vault query must be provided/iu, () => new account.ServiceAccountNeedsVault()],
  [/too many requests(?:.*retry in (\d+ \w+))?/isu, ([, wait]) => new account.RateLimited(wait)],
  [
    /session expired|\(401\)|could not find session token|no active session found/iu,
    () => new account.OpSessionExpired()
  ],
  [
    /\(403\)|\(101\)|do not have permission|aren't authorized/iu,
    (_, reference) => new account.AccessForbidden(reference)
  ],
  [/interactive IO not available/iu, () => new program.OpNeedsTerminal()],
  [/^unknown (?:shorthand )?(?:flag|command).*/imu, ([text]) => new program.OpTooOld(text)],
  [/ERROR: Util\w+:\d+: .*failed/u, (_, reference) => new program.InteropOff(reference.cliPath)]
]

const fieldMissing = (field: string, { item: title }: OpReference): OpFailure =>
  new item.FieldMissing(title, field, undefined, "op_access_key_id_field and op_secret_access_key_field")

/** `said` is what follows `connecting to desktop app`, all of which is about this machine. */
const withoutApp = (said: string, reference: OpReference): OpFailure => {
  if (/timed out|deadline exceeded/iu.test(said)) return new program.AppBusy()
  if (/make sure 1Password CLI is installed correctly/iu.test(said)) return new program.OpNotTrusted(reference)
  if (/cannot connect to 1Password app/iu.test(said)) return new program.AppNotRunning()
  return new program.AppUnreachable(said === "" ? "op does not say why" : said)
}

/** What `op read` and `op item get` put before the cause. */
const wrappings = /^(?:could not read secret '.*?': |could not get item .*?: (?=")|error initializing client: ?)/u

const causeOf = (message: string): string => {
  let cause = message
  for (let found = wrappings.exec(cause); found !== null; found = wrappings.exec(cause)) cause = cause.slice(found[0].length)
  return cause
}

/** The first message that `op` marked as an error, with the lines that belong to it. */
const errorIn = (stderr: string): string | undefined =>
  /^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (.*?)(?=\n\[[A-Z]+\] |$(?![\s\S]))/msu.exec(stderr)?.[1]

/** A service account token begins so; `op` is not known to print one, and it must not be shown if it does. */
const withoutTokens = (text: string): string => text.replace(/\bops_[\w+/=.-]+/gu, "ops_…")

/** No message of `op` comes near so many characters; more would only make the matching slow. */
const longest = 16_384

/** Whether a path names a program of Windows, which WSL starts through its interop. */
export const isWindowsProgram = (path: string): boolean => /\.exe$/iu.test(path)

/**
 * The failure that a run of `op` amounts to, by its exit status and by what it wrote to stderr: exit 1 and
 * `[ERROR] <date> <time> <message>` as a rule, exit 2 for a Go panic. Unknown words are shown, on one line and bounded.
 */
export const classifyOpFailure = ({ exitCode = 1, reference, signal, stderr }: FailedRun): OpFailure => {
  if (signal !== undefined) return new program.OpKilled(signal)
  const text = withoutTokens(stderr.replaceAll("\r\n", "\n"))
  const panic = /^panic: (.*)/mu.exec(text)?.[1]
  if (exitCode === 2 && panic !== undefined) return new program.OpCrashed(panic)
  const error = errorIn(text)
  const cause = error === undefined ? "" : causeOf(error).trim()
  // An error without a cause is explained, if at all, by the lines before it.
  const said = cause === "" ? text.trim().slice(-longest) : cause.slice(0, longest)
  for (const [pattern, failure] of rows) {
    const match = pattern.exec(said)
    if (match !== null) return failure(match, reference)
  }
  if (error !== undefined) return new account.OpRefused(cause === "" ? error : cause)
  if (said === "") return new program.OpSilent(exitCode)
  // A shell that was handed a Windows program which the kernel would not start reports 126 or 127.
  if (exitCode > 125 && isWindowsProgram(reference.cliPath)) return new program.InteropOff(reference.cliPath)
  return new program.OpBroken(exitCode, said)
}
