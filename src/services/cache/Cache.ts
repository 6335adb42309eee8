import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { StopFailure } from "../../domain/base/StopFailure.ts"
import { type Cached, type CacheEntry, sessionKind } from "../../domain/cache/CacheEntry.ts"
import type { CacheFailure } from "../../domain/cache/CacheFailure.ts"
import type { EntryKind } from "../../domain/cache/EntryFormat.ts"
import { type RoleEntry, type RoleKey, roleKind } from "../../domain/cache/RoleEntry.ts"

/** Why a cache cannot be looked into: a keychain that does not open, or a signal to stop while one waits for it. */
export type CacheClosed = CacheFailure<"KeyringUnavailable"> | StopFailure<"Stopped">

/**
 * Where entries of one kind rest between calls, one a key. Whatever is not a whole, undamaged entry for exactly this key,
 * readable by us alone, is not there. Reading fails only where the cache is a keychain that does not open: there may be a
 * good session in it. It may take as long as a person takes to unlock it. Writing is all or nothing.
 */
export interface EntryStore<Key, Entry, Listed = Entry> {
  read(key: Key): Effect.Effect<Option.Option<Entry>, CacheClosed>
  readonly list: Effect.Effect<ReadonlyArray<Listed>, CacheClosed>
  write(key: Key, entry: Entry): Effect.Effect<void, CacheFailure<"CacheUnwritable"> | StopFailure<"Stopped">>
  /** True when there was something to remove. */
  remove(key: Key): Effect.Effect<boolean, CacheFailure<"CacheUnwritable"> | StopFailure<"Stopped">>
}

/** The sessions of profiles, ours and those of the Go program. */
export class Cache extends Context.Service<Cache, EntryStore<string, CacheEntry, Cached>>()(
  "op-aws-credential-process/services/Cache"
) {}

/** The sessions of roles, one for everything that shapes one. */
export class RoleCache extends Context.Service<RoleCache, EntryStore<RoleKey, RoleEntry>>()(
  "op-aws-credential-process/services/RoleCache"
) {}

/** A store for each kind of entry, all made in one way. */
export const stores = (
  make: <Key, Entry, Listed>(kind: EntryKind<Key, Entry, Listed>) => EntryStore<Key, Entry, Listed>
): Context.Context<Cache | RoleCache> =>
  Context.make(Cache, make(sessionKind)).pipe(Context.add(RoleCache, make(roleKind)))
