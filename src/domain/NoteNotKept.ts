import { type DiskTrouble, troubleHint } from "./DiskTrouble.ts"
import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

/** What has to be known to the next run, whatever becomes of this one, cannot be written down. */
export class NoteNotKept extends Failure {
  override readonly _tag = "NoteNotKept"
  override readonly exitCode = ExitCode.usage

  constructor(trouble: DiskTrouble) {
    super(
      `nothing can be written down in the cache's directory: ${printable(trouble.reason)}`,
      troubleHint(trouble, "make the directory yours and writable", "set OP_AWS_CACHE_DIR to another place")
    )
  }
}
