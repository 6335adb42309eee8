import { type DiskTrouble, troubleHint } from "../base/DiskTrouble.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable, unquotedHint } from "../base/Printable.ts"
import { quoteSh } from "../base/ShellQuoting.ts"

const { usage } = ExitCode

export const ConfigFailure = failures({
  /** A config file that is there but cannot be read: never taken for an empty one. */
  ConfigUnreadable: (path: string, reason: string) => [
    usage,
    `cannot read ${path}: ${reason}`,
    "make the file readable, or point AWS_CONFIG_FILE at another one"
  ],
  /** A file of another encoding than UTF-8, in which no client finds a profile. */
  ConfigNotText: (path: string, marked: boolean) => [
    usage,
    `${path} is not UTF-8 text${marked ? " but UTF-16" : ""}, and AWS's clients read nothing else`,
    `save it as UTF-8: iconv -f UTF-16 -t UTF-8 ${quoteSh(path)} >${quoteSh(`${path}.new`)} && mv ${quoteSh(`${path}.new`)} ${quoteSh(path)}`
  ],
  /** A line that no client reads alike, inside the profile in use. `line` is counted from 1, as editors do. */
  ConfigLineUnreadable: (path: string, line: number, reason: string) => [
    usage,
    `${path}:${line}: ${reason}`,
    "write it as `key = value` at the start of the line, under its [profile …]",
    { path, line }
  ],
  /** Somebody else has written to the file since it was read. */
  AwsFileChanged: (path: string) => [
    usage,
    `${printable(path)} was changed by another program meanwhile, and was left alone`,
    "run the command again"
  ],
  AwsFileUnwritable: (path: string, trouble: DiskTrouble) => [
    usage,
    `${printable(path)} cannot be written: ${printable(trouble.reason)}`,
    troubleHint(trouble, "see to its owner and its permissions")
  ],
  /**
   * A place in one of AWS's files that cannot be changed so that every client reads the change alike. `line` is counted
   * from 1, as editors do; undefined where it is what was to be written that will not do.
   */
  ConfigUneditable: (path: string, line: number | undefined, reason: string) => [
    usage,
    `${printable(path)}${line === undefined ? "" : `:${line}`} cannot be edited: ${reason}`,
    line === undefined ? "choose another name or value" : "put it right in an editor, and run the command again",
    { path, line }
  ],
  /**
   * The policy's file is not there or cannot be read. `source` says where it was named, `cause` is what `node:fs` throws;
   * undefined where it is no regular file.
   */
  PolicyUnreadable: (file: string, source: string, cause?: unknown) => [
    usage,
    `cannot read the policy ${printable(file, 300)} (${printable(source, 120)}): ${reasonOf(cause)}`,
    unquotedHint(file) ?? "put the policy there as a file that you can read, or name another one; without it no session is handed out"
  ]
})

export type ConfigFailure<Tag extends keyof typeof ConfigFailure = keyof typeof ConfigFailure> =
  FailureOf<typeof ConfigFailure, Tag>

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EFBIG: "it is larger than 16 MiB",
  EISDIR: "it is a directory",
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  ELOOP: "its symbolic links go in a circle"
}

const reasonOf = (cause: unknown): string => {
  if (cause === undefined) return "it is no regular file, which could be read once more"
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return reasons[code] ?? (code === "" ? "it cannot be opened" : `error ${printable(code, 60)}`)
}
