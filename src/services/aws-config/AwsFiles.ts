import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConfigFailure } from "../../domain/aws-config/ConfigFailure.ts"

/** A file as it was read and as it is to be. */
export interface FileChange {
  readonly path: string
  /** Undefined where there was none. */
  readonly before: string | undefined
  readonly after: string
}

export interface Replacement extends Omit<FileChange, "after"> {
  /** What it is to hold; undefined where there is to be none, as before it was made. */
  readonly after: string | undefined
  /** Whether what it held is kept beside it, 0600. Never where it holds a secret that is to be gone. */
  readonly backup: boolean
}

/**
 * Changes AWS's own two files. Each is replaced whole, in one step, so that a reader or a crash sees the old text or
 * the new one. A file that somebody has changed since it was read is left alone. A link stays a link, and what it leads
 * to is replaced; a file keeps its mode, and a new one is 0600. One that may not be written is refused, though its
 * directory would let it be replaced. No temporary file outlives a call.
 */
export class AwsFiles extends Context.Service<AwsFiles, {
  /** The whole text, exactly; undefined where there is no file. A file that is not UTF-8 cannot be read. */
  read(path: string): Effect.Effect<string | undefined, ConfigFailure<"ConfigUnreadable">>
  /** Gives the path of the backup, where one was made. Does nothing where nothing is different. */
  replace(replacement: Replacement): Effect.Effect<string | undefined, ConfigFailure<"AwsFileChanged" | "AwsFileUnwritable">>
}>()("op-aws-credential-process/services/AwsFiles") {}
