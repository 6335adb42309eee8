import { type DiskTrouble, troubleHint } from "./DiskTrouble.ts"
import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

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
