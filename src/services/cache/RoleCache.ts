import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { CacheClosed } from "./Cache.ts"
import type { Stopped } from "../../domain/base/Stopped.ts"
import type { CacheUnwritable } from "../../domain/cache/CacheFailure.ts"
import type { RoleEntry, RoleKey } from "../../domain/cache/RoleEntry.ts"

/**
 * Where the sessions of roles rest between calls, one entry for everything that shapes one. As with `Cache`, reading
 * fails only where the keychain does not open, and what it gives was written for exactly this key; writing is all or
 * nothing.
 */
export class RoleCache extends Context.Service<RoleCache, {
  read(key: RoleKey): Effect.Effect<Option.Option<RoleEntry>, CacheClosed>
  readonly list: Effect.Effect<ReadonlyArray<RoleEntry>, CacheClosed>
  /** Keeps the entry under its own key. */
  write(entry: RoleEntry): Effect.Effect<void, CacheUnwritable | Stopped>
  /** True when there was something to remove. */
  remove(key: RoleKey): Effect.Effect<boolean, CacheUnwritable | Stopped>
}>()("op-aws-credential-process/services/RoleCache") {}
