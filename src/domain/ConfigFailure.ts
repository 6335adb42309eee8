import { ExitCode, Failure } from "./Failure.ts"
import { quoteSh } from "./ShellQuoting.ts"

/** A config file that is there but cannot be read: never taken for an empty one. */
export class ConfigUnreadable extends Failure {
  override readonly _tag = "ConfigUnreadable"
  override readonly exitCode = ExitCode.usage

  constructor(path: string, reason: string) {
    super(`cannot read ${path}: ${reason}`, "make the file readable, or point AWS_CONFIG_FILE at another one")
  }
}

/** A file of another encoding than UTF-8, in which no client finds a profile. */
export class ConfigNotText extends Failure {
  override readonly _tag = "ConfigNotText"
  override readonly exitCode = ExitCode.usage

  constructor(path: string, marked: boolean) {
    super(
      `${path} is not UTF-8 text${marked ? " but UTF-16" : ""}, and AWS's clients read nothing else`,
      `save it as UTF-8: iconv -f UTF-16 -t UTF-8 ${quoteSh(path)} >${quoteSh(`${path}.new`)} && mv ${quoteSh(`${path}.new`)} ${quoteSh(path)}`
    )
  }
}

/** A line that no client reads alike, inside the profile in use. */
export class ConfigLineUnreadable extends Failure {
  override readonly _tag = "ConfigLineUnreadable"
  override readonly exitCode = ExitCode.usage
  readonly path: string
  /** Counted from 1, as editors do. */
  readonly line: number

  constructor(path: string, line: number, reason: string) {
    super(`${path}:${line}: ${reason}`, "write it as `key = value` at the start of the line, under its [profile …]")
    this.path = path
    this.line = line
  }
}
