import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { CacheFailure } from "../../domain/cache/CacheFailure.ts"

/**
 * Small texts that processes leave for each other and for `status`: who holds a lock, the last failure, spent codes.
 * A note is written whole or not at all and is for the same user's eyes only. Notes never hold a secret. Losing one
 * costs an extra question at most, so neither reading nor writing fails; one that must not be lost is kept instead.
 */
export class Notes extends Context.Service<Notes, {
  /** The names of all notes that there are, for whoever would have to ask for a thousand. */
  readonly names: Effect.Effect<ReadonlySet<string>>
  read(name: string): Effect.Effect<Option.Option<string>>
  write(name: string, text: string): Effect.Effect<void>
  /** Like `write`, and is done only when the note would outlast a loss of power. */
  keep(name: string, text: string): Effect.Effect<void, CacheFailure<"NoteNotKept">>
  remove(name: string): Effect.Effect<void>
}>()("op-aws-credential-process/services/Notes") {}
