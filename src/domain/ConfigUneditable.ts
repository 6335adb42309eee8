import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

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
