import * as Effect from "effect/Effect"
import type { Environment } from "../domain/base/Environment.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { chooseNamedProfile } from "../domain/settings/ProfileChoice.ts"
import { resolveRoleChain } from "../domain/settings/RoleChain.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { namedProfile, patiently } from "../domain/settings/SubcommandProfile.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import { loadConfig } from "../session/LoadConfig.ts"
import { orFail } from "../session/OrFail.ts"
import { tellChoice } from "./tellChoice.ts"

/**
 * What the profile that a sub-command is for comes to. `word` is the first word, where the command takes one; a
 * `patient` command is one that nobody ends.
 */
export const chosenChain = Effect.fnUntraced(function*(
  flags: FlagValues,
  word: string | undefined,
  environment: Environment,
  patient = false
) {
  const config = yield* loadConfig(flags, environment, patient)
  const named = yield* orFail(namedProfile(flags.profile, word))
  const profile = yield* orFail(chooseNamedProfile(config, environment, named))
  const input = { profile, asker: "person", flags, environment, config } as const
  return yield* Effect.tap(orFail(resolveRoleChain(input)), (chain) => tellChoice(input, chain))
})

/** The same for a command that nobody ends. */
export const patientChain = (flags: FlagValues, word: string | undefined, environment: Environment) =>
  Effect.map(chosenChain(flags, word, environment, true), (chain) => patiently(chain, flags, environment))

/** Gives work the cache and the log that the settings ask for. */
export const inCacheOf = (settings: Settings) =>
  Effect.provide([Live.layerCache(settings.cache), Log.layer(settings.logLevel)])
