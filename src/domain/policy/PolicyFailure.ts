import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

/** What stands in the file is no policy that AWS would take. `line` is counted from 1. */
export class PolicyUnusable extends Failure {
  override readonly _tag = "PolicyUnusable"
  override readonly exitCode = ExitCode.usage

  constructor(file: string, line: number | undefined, what: string, hint: string) {
    super(`${printable(file, 300)}${line === undefined ? "" : `:${line}`}: ${printable(what, 300)}`, hint)
  }
}
