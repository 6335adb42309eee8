import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

/** `op` said that it wrote an item, and what 1Password returns is not what was written. */
export class OpWriteNotKept extends Failure {
  override readonly _tag = "OpWriteNotKept"
  override readonly exitCode = ExitCode.op

  constructor(title: string) {
    super(
      `1Password did not keep what was written to the item "${printable(title)}"`,
      "update the 1Password CLI (`op --version`), look at the item in the app, and try again"
    )
  }
}
