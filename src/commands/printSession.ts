import * as Effect from "effect/Effect"
import type { Environment } from "../domain/base/Environment.ts"
import { formatTimestamp } from "../domain/base/Time.ts"
import { accountIdOf } from "../domain/cache/RoleEntry.ts"
import { credentialOutput } from "../domain/session/CredentialOutput.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { chooseProfile } from "../domain/settings/ProfileChoice.ts"
import { resolveRoleChain, type RoleChain } from "../domain/settings/RoleChain.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import { printBytes } from "../layers/terminal/StandardOutput.ts"
import { Progress } from "../services/terminal/Progress.ts"
import { acquireRole } from "../session/AssumeRoles.ts"
import { loadConfig } from "../session/LoadConfig.ts"
import { orFail } from "../session/OrFail.ts"
import { endedBy, sinceNow, startDeadline } from "../session/terminal/Deadline.ts"
import { remember } from "../session/Trouble.ts"
import { tellChoice } from "./tellChoice.ts"

/** For how long a reader is waited for is for the settings to say: it may be nobody. */
const toReader = Effect.fnUntraced(function*({ settings }: RoleChain, bytes: Uint8Array) {
  const step = { waitingFor: "whoever reads the output", hint: "look at the program that started this one", shown: false }
  return yield* endedBy((yield* Progress).during(step, printBytes(bytes)), yield* startDeadline(settings.timeout))
}, Effect.scoped)

/** Prints what a chain ends in. That nobody reads it any more is no failure: it is kept for the retry. */
export const printSession = Effect.fnUntraced(function*(chain: RoleChain) {
  const entry = yield* acquireRole(chain, { staleIfError: true })
  const { credentials } = entry
  const read = yield* toReader(chain, new TextEncoder().encode(credentialOutput(credentials, accountIdOf(entry))))
  yield* Effect.logDebug(
    `the session, which ends at ${formatTimestamp(credentials.expiration)}, is ${read ? "printed" : "wanted by nobody any more"}`
  )
}, (effect, chain) =>
  effect.pipe(
    Effect.tapError((failure) => remember("failure", chain.profile, failure)),
    sinceNow,
    Effect.provide([
      Live.layerCache(chain.settings.cache),
      Log.layer(chain.settings.logLevel)
    ])
  ))

/** Prints what is left of a session. */
export const finishPrinting = (chain: RoleChain, left: Uint8Array) => sinceNow(toReader(chain, left))

/** The same from a command line that has not been looked at yet; `words` is all of it. */
export const printSessionOf = Effect.fnUntraced(function*(
  flags: FlagValues,
  words: ReadonlyArray<string>,
  environment: Environment
) {
  const config = yield* loadConfig(flags, environment, false)
  const profile = yield* orFail(chooseProfile({ named: flags.profile, words, environment, config }))
  const input = { profile, asker: "client", flags, environment, config } as const
  const chain = yield* orFail(resolveRoleChain(input))
  yield* tellChoice(input, chain)
  return yield* printSession(chain)
}, sinceNow)
