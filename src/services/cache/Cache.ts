import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Stopped } from "../../domain/base/Stopped.ts"
import type { CacheEntry } from "../../domain/cache/CacheEntry.ts"
import type { CacheUnwritable, KeyringUnavailable } from "../../domain/cache/CacheFailure.ts"

/** A session in the cache: the profile's name where the entry says it or its file name can be read back. */
export interface Cached {
  readonly profile: string
  readonly entry: CacheEntry
}

/** Why a cache cannot be looked into: a keychain that does not open, or a signal to stop while one waits for it. */
export type CacheClosed = KeyringUnavailable | Stopped

/**
 * Where sessions rest between calls, one entry a profile. Whatever is not a whole, undamaged entry of ours (or of the
 * Go program), readable by us alone, is not there. Reading fails only where the cache is a keychain that does not open:
 * there may be a good session in it. It may take as long as a person takes to unlock it. Writing is all or nothing.
 */
export class Cache extends Context.Service<Cache, {
  read(profile: string): Effect.Effect<Option.Option<CacheEntry>, CacheClosed>
  readonly list: Effect.Effect<ReadonlyArray<Cached>, CacheClosed>
  write(profile: string, entry: CacheEntry): Effect.Effect<void, CacheUnwritable | Stopped>
  /** True when there was something to remove. */
  remove(profile: string): Effect.Effect<boolean, CacheUnwritable | Stopped>
}>()("op-aws-credential-process/services/Cache") {}
