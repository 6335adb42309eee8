import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { StopFailure } from "../../domain/base/StopFailure.ts"
import type { CacheFailure } from "../../domain/cache/CacheFailure.ts"

/** What the OS keychain is like, which `--cache keyring` keeps sessions in. Asks nobody, whatever that leaves unknown. */
export class KeychainStatus extends Context.Service<KeychainStatus, {
  /** Why nothing can be had from it as it is now; none where it is unlocked. */
  readonly closed: Effect.Effect<Option.Option<CacheFailure<"KeyringUnavailable">>, StopFailure<"Stopped">>
}>()("op-aws-credential-process/services/KeychainStatus") {}
