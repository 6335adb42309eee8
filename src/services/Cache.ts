import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import type { CacheUnwritable } from "../domain/CacheFailure.ts"

/** A session in the cache: the profile's name where the entry says it or its file name can be read back. */
export interface Cached {
  readonly profile: string
  readonly entry: CacheEntry
}

/**
 * Where sessions rest between calls, one entry a profile. Reading never fails: whatever is not a whole, undamaged
 * entry of ours (or of the Go program), readable by us alone, is not there. Writing is all or nothing.
 */
export class Cache extends Context.Service<Cache, {
  read(profile: string): Effect.Effect<Option.Option<CacheEntry>>
  readonly list: Effect.Effect<ReadonlyArray<Cached>>
  write(profile: string, entry: CacheEntry): Effect.Effect<void, CacheUnwritable>
  /** True when there was something to remove. */
  remove(profile: string): Effect.Effect<boolean, CacheUnwritable>
}>()("op-aws-credential-process/services/Cache") {}
