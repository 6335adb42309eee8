import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Keychain from "./Keychain.ts"
import { service } from "./Keychain.ts"
import { KeychainStatus } from "../../services/keychain/KeychainStatus.ts"

/** This system's keychain, looked at through the process that holds its library. */
export const layer = Layer.effect(
  KeychainStatus,
  Effect.map(Keychain.make({ service, quiet: true }), ({ unlocked }) =>
    KeychainStatus.of({
      closed: unlocked.pipe(
        Effect.as(Option.none()),
        Effect.catchTag("KeyringUnavailable", (closed) => Effect.succeedSome(closed))
      )
    }))
)
