import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Stopped } from "../../domain/base/Stopped.ts"
import type { KeyringUnavailable } from "../../domain/cache/CacheFailure.ts"

/** What the OS keychain is like, which `--cache keyring` keeps sessions in. Asks nobody, whatever that leaves unknown. */
export class KeychainStatus extends Context.Service<KeychainStatus, {
  /** Why nothing can be had from it as it is now; none where it is unlocked. */
  readonly closed: Effect.Effect<Option.Option<KeyringUnavailable>, Stopped>
}>()("op-aws-credential-process/services/KeychainStatus") {}
