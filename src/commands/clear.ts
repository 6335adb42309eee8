import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { clearedText } from "../domain/session/ClearedText.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { houseSettings } from "../domain/settings/HouseSettings.ts"
import { ourProfiles, placesInUse } from "../domain/settings/OurProfiles.ts"
import { chooseNamedProfile } from "../domain/settings/ProfileChoice.ts"
import { profileOrigin } from "../domain/settings/ProfileOrigin.ts"
import { resolveRoleChain } from "../domain/settings/RoleChain.ts"
import { namedProfile } from "../domain/settings/SubcommandProfile.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { forgetAll, forgetLeftover, type ForgetOptions, forgetProfile, type Forgotten } from "../session/Forget.ts"
import { loadConfig } from "../session/LoadConfig.ts"
import { orFail } from "../session/OrFail.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Forgets cached sessions, and says whose they were. */
export const clear = (environment: Environment) =>
  Command.make(
    "clear",
    {
      word: profileWord,
      all: toggle("all", "everything, whosever it is"),
      roles: toggle("roles", "only sessions of roles, which come back without a question"),
      ...tableFlags(["profile", "cache", "log-level"])
    },
    Effect.fnUntraced(function*({ all, roles, word, ...told }) {
      const flags = givenFlags(told)
      const named = yield* orFail(namedProfile(flags.profile, Option.getOrUndefined(word)))
      if (all && named !== undefined) {
        return yield* Effect.fail(UsageFailure.BadUsage("--all is for everything, and a profile is named"))
      }
      const { logLevel } = yield* orFail(houseSettings(flags, environment))
      const profile = all ? undefined : named ?? profileOrigin(environment).profile
      const forgotten = yield* forgetIn(profile, flags, environment, { rolesOnly: roles }).pipe(
        Effect.provide(Log.layer(logLevel))
      )
      yield* print(clearedText(forgotten, profile, yield* Clock.currentTimeMillis))
    })
  ).pipe(
    Command.withDescription(
      "Forgets the cached sessions of a profile's key, under whichever profile they are kept, and the roles on top of them. The access key in 1Password stays, and so does the session at AWS, until its time is over."
    ),
    Command.withShortDescription("forget cached sessions"),
    Command.withExamples([
      { command: "op-aws-credential-process clear dev", description: "One profile, with all that share its key" },
      { command: "op-aws-credential-process clear --all --roles", description: "The roles only, everybody's" }
    ])
  )

const forgetIn = Effect.fnUntraced(function*(
  profile: string | undefined,
  flags: FlagValues,
  environment: Environment,
  options: ForgetOptions
) {
  const config = yield* loadConfig(flags, environment, true)
  const { cache } = yield* orFail(houseSettings(flags, environment))
  const ours = ourProfiles({ config, environment, flags, inUse: profile ?? profileOrigin(environment).profile })
  const mine = profile === undefined ? ours : ours.filter(({ name }) => name === profile)
  const chain = profile === undefined
    ? undefined
    : resolveRoleChain({ profile, asker: "person", flags: {}, environment, config })
  const forget = profile === undefined || chain === undefined
    ? Effect.asSome(forgetAll(ours.map(({ name }) => name), options))
    : chain instanceof Failure
    ? forgetLeftover(profile, options)
    : Effect.asSome(forgetProfile(chain.settings, options))
  // The keychain first: should it not be there, nothing has been removed when that is said.
  const found = yield* Effect.forEach(placesInUse(mine, cache).toReversed(), (place) =>
    forget.pipe(
      Effect.provide(Live.layerCache(place))
    ))
  const forgotten: ReadonlyArray<Forgotten> = found.flatMap(Option.toArray)
  if (forgotten.length === 0) yield* orFail(chooseNamedProfile(config, environment, profile))
  return forgotten
})
