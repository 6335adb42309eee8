import type { ConfigText } from "./AwsConfigSections.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { find } from "../base/TextSearch.ts"
import { ConfigFailure } from "./ConfigFailure.ts"

/** Where AWS's two files are. */
export interface AwsConfigPaths {
  readonly config: string
  readonly credentials: string
}

/**
 * The two files that AWS's clients read: `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else `config` and
 * `credentials` in `~/.aws`. An empty variable is an unset one. A leading `~/` is expanded, as by boto3, the JavaScript
 * and the Rust SDK (Go does not); nothing else is, and a relative path stays one. `undefined` when `HOME` is needed and
 * not set: the account's own home, which the operating system knows, is to be put there then.
 */
export const awsConfigPaths = (environment: Environment): AwsConfigPaths | undefined => {
  const home = withoutFinalSlashes(variable(environment, "HOME"))
  const config = variable(environment, "AWS_CONFIG_FILE") ?? "~/.aws/config"
  const credentials = variable(environment, "AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials"
  const expand = (path: string): string => path.startsWith("~/") ? `${home}${path.slice(1)}` : path
  const needsHome = config.startsWith("~/") || credentials.startsWith("~/")
  return home === undefined && needsHome ? undefined : { config: expand(config), credentials: expand(credentials) }
}

const withoutFinalSlashes = (path: string | undefined): string | undefined =>
  path?.endsWith("/") ? withoutFinalSlashes(path.slice(0, -1)) : path

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "the operating system does not permit it"],
  ["EISDIR", "it is a directory"],
  ["ELOOP", "its symbolic links go in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EMFILE", "this process may open no more files (see `ulimit -n`)"],
  ["ENFILE", "this machine may open no more files"],
  ["EFBIG", "it is larger than 16 MiB"],
  ["EIO", "the disk reported an error"]
])

/** What comes of one of the two files that could not be read (`cause` is what `node:fs` throws). */
export const unreadConfig = (path: string, cause: unknown): ConfigText | ConfigFailure<"ConfigUnreadable"> => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  if (code === "ENOENT" || code === "ENOTDIR") return { path, text: "" }
  return ConfigFailure.ConfigUnreadable(path, reasons.get(code) ?? (code === "" ? "it cannot be opened" : `error ${code}`))
}

/**
 * One of the two files, through whatever reads files (`read` throws what `node:fs` throws). One that does not exist,
 * or whose directory does not, is an empty one. Undefined where it is not for `read`, which answers so.
 */
export const readConfigText = (
  path: string,
  read: (path: string) => string | undefined
): ConfigText | ConfigFailure<"ConfigUnreadable" | "ConfigNotText"> | undefined => {
  try {
    const text = read(path)
    return text === undefined ? undefined : configText(path, text)
  } catch (cause) {
    return unreadConfig(path, cause)
  }
}

/** What was read of one of the two files, where that is text. */
export const configText = (path: string, text: string): ConfigText | ConfigFailure<"ConfigNotText"> =>
  isText(text) ? { path, text } : ConfigFailure.ConfigNotText(path, text.startsWith("\ufffd\ufffd"))

/** Whether this was UTF-8. Other encodings, such as the UTF-16 of Windows PowerShell's `>`, leave null characters. */
const isText = (text: string): boolean => find(text, "\0") === -1 && !text.startsWith("\ufffd\ufffd")
