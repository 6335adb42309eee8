import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Found } from "../../domain/host/Found.ts"

/** What a text file holds, or why nobody can say: half a sentence. */
export type DiskText = { readonly text: string } | { readonly reason: string } | undefined

/** The file system, to look at and never to change. Looking never fails; what cannot be seen is said to be so. */
export class Disk extends Context.Service<Disk, {
  look(path: string): Effect.Effect<Found>
  /** The names in a directory, sorted; none where it cannot be read. */
  list(path: string): Effect.Effect<ReadonlyArray<string>>
  /**
   * The first 16 MiB of a regular file, or of one that a link leads to, and what was read before of one that can be
   * read once only; undefined where there is none.
   */
  read(path: string): Effect.Effect<DiskText>
  /** Where a path's links end, in its last part and on the way to it; undefined where there is nothing. */
  real(path: string): Effect.Effect<string | undefined>
  /** Whether we could write to what stands there. */
  writable(path: string): Effect.Effect<boolean>
  /** Whether it is a file that we could run. */
  executable(path: string): Effect.Effect<boolean>
}>()("op-aws-credential-process/services/Disk") {}
