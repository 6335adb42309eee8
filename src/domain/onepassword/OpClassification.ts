import { OpFailure, type OpReference, sayings } from "./OpFailure.ts"

/** How a run of `op` ended that did not end well. */
export interface FailedRun {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal?: string | undefined
  readonly stderr: string
  readonly reference: OpReference
}

/** The failure of the first row that knows what was said. */
const toldIn = (text: string, reference: OpReference, among = sayings): OpFailure | undefined => {
  for (const { pattern, tag } of among) {
    const match = pattern.exec(text)
    if (match === null) continue
    const [all, ...groups] = match
    const found = groups.find((group) => group !== undefined) ?? all
    return tag === "AppUnreachable" ? withoutApp(found, reference) : OpFailure[tag](reference, found)
  }
  return undefined
}

/**
 * `text` is what follows `connecting to desktop app`. It may speak of sockets and time-outs as if it were about
 * 1Password's servers, and all of it is about this machine.
 */
const withoutApp = (text: string, reference: OpReference): OpFailure => {
  if (/timed out|deadline exceeded/iu.test(text)) return OpFailure.AppBusy()
  const local = sayings.filter(({ tag }) => tag === "OpNotTrusted" || tag === "AppNotRunning")
  return toldIn(text, reference, local) ?? OpFailure.AppUnreachable(reference, text)
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
  if (signal !== undefined) return OpFailure.OpKilled(signal)
  const text = withoutTokens(stderr.replaceAll("\r\n", "\n"))
  const panic = /^panic: (.*)/mu.exec(text)?.[1]
  if (exitCode === 2 && panic !== undefined) return OpFailure.OpCrashed(panic)
  const error = errorIn(text)
  const cause = error === undefined ? "" : causeOf(error).trim()
  // An error without a cause is explained, if at all, by the lines before it.
  const said = cause === "" ? text.trim().slice(-longest) : cause.slice(0, longest)
  const known = toldIn(said, reference)
  if (known !== undefined) return known
  if (error !== undefined) return OpFailure.OpRefused(cause === "" ? error : cause)
  if (said === "") return OpFailure.OpSilent(exitCode)
  // A shell that was handed a Windows program which the kernel would not start reports 126 or 127.
  if (exitCode > 125 && isWindowsProgram(reference.cliPath)) return OpFailure.InteropOff(reference)
  return OpFailure.OpBroken(exitCode, said)
}
