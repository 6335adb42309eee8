import { ExitCode, Failure } from "./Failure.ts"
import { printable } from "./Printable.ts"

/** What has to be known to the next run, whatever becomes of this one, cannot be written down. */
export class NoteNotKept extends Failure {
  override readonly _tag = "NoteNotKept"
  override readonly exitCode = ExitCode.usage

  constructor(reason: string) {
    super(
      `nothing can be written down in the cache's directory: ${printable(reason)}`,
      "make the directory yours and writable, with room on its disk, or set OP_AWS_CACHE_DIR to another place"
    )
  }
}
