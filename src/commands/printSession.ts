import * as Effect from "effect/Effect"
import { writeText } from "../Descriptor.ts"
import { credentialOutput } from "../domain/CredentialOutput.ts"
import type { Environment } from "../domain/Environment.ts"
import type { FlagValues } from "../domain/Flags.ts"
import { chooseProfile } from "../domain/ProfileChoice.ts"
import { resolveRoleChain, type RoleChain } from "../domain/RoleChain.ts"
import { formatTimestamp } from "../domain/Timestamp.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import { AwsConfigFile } from "../services/AwsConfigFile.ts"
import { Signals } from "../services/Signals.ts"
import { acquireRole } from "../session/Chain.ts"
import { orFail } from "../session/OrFail.ts"
import { remember } from "../session/Trouble.ts"
import { tellChoice } from "./tellChoice.ts"

/** Prints what a chain ends in. That nobody reads it any more is no failure: it is kept for the retry. */
export const printSession = (chain: RoleChain, environment: Environment) =>
  acquireRole(chain, { staleIfError: true }).pipe(
    // Whoever started us may have left us with a full pipe.
    Effect.tap(Effect.flatMap(Signals, ({ letGo }) => letGo)),
    Effect.flatMap(({ credentials }) => {
      const read = writeText(1, credentialOutput(credentials))
      return Effect.logDebug(
        `the session, which ends at ${formatTimestamp(credentials.expiration)}, is ${read ? "printed" : "wanted by nobody any more"}`
      )
    }),
    Effect.tapError((failure) => remember("failure", chain.profile, failure)),
    Effect.provide([
      Live.layerCache(chain.settings.cache, environment),
      Log.layer(chain.settings.logLevel)
    ])
  )

/** The same from a command line that has not been looked at yet; `words` is all of it. */
export const printSessionOf = (flags: FlagValues, words: ReadonlyArray<string>, environment: Environment) =>
  Effect.gen(function*() {
    const config = yield* (yield* AwsConfigFile).load
    const profile = yield* orFail(chooseProfile({ named: flags.profile, words, environment, config }))
    const input = { profile, asker: "client", flags, environment, config } as const
    const chain = yield* orFail(resolveRoleChain(input))
    yield* tellChoice(input, chain)
    return yield* printSession(chain, environment)
  })
