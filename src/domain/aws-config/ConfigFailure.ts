import { type DiskTrouble, troubleHint } from "../base/DiskTrouble.ts"
import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { quoteSh } from "../base/ShellQuoting.ts"

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

/** Somebody else has written to the file since it was read. */
export class AwsFileChanged extends Failure {
  override readonly _tag = "AwsFileChanged"
  override readonly exitCode = ExitCode.usage

  constructor(path: string) {
    super(`${printable(path)} was changed by another program meanwhile, and was left alone`, "run the command again")
  }
}

export class AwsFileUnwritable extends Failure {
  override readonly _tag = "AwsFileUnwritable"
  override readonly exitCode = ExitCode.usage

  constructor(path: string, trouble: DiskTrouble) {
    super(
      `${printable(path)} cannot be written: ${printable(trouble.reason)}`,
      troubleHint(trouble, "see to its owner and its permissions")
    )
  }
}

/** A place in one of AWS's files that cannot be changed so that every client reads the change alike. */
export class ConfigUneditable extends Failure {
  override readonly _tag = "ConfigUneditable"
  override readonly exitCode = ExitCode.usage
  readonly path: string
  /** Counted from 1, as editors do; undefined where it is what was to be written that will not do. */
  readonly line: number | undefined

  constructor(path: string, line: number | undefined, reason: string) {
    super(
      `${printable(path)}${line === undefined ? "" : `:${line}`} cannot be edited: ${reason}`,
      line === undefined ? "choose another name or value" : "put it right in an editor, and run the command again"
    )
    this.path = path
    this.line = line
  }
}
