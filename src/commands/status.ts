import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import type { Environment } from "../domain/base/Environment.ts"
import type { CacheFailure } from "../domain/cache/CacheFailure.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { houseSettings } from "../domain/settings/HouseSettings.ts"
import { type OurProfile, ourProfiles, placesInUse } from "../domain/settings/OurProfiles.ts"
import { chooseNamedProfile } from "../domain/settings/ProfileChoice.ts"
import { profileOrigin } from "../domain/settings/ProfileOrigin.ts"
import { namedProfile } from "../domain/settings/SubcommandProfile.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { loadConfig } from "../session/LoadConfig.ts"
import { orFail } from "../session/OrFail.ts"
import { contentsOf, overview } from "../status/Overview.ts"
import { aboutProfile, type Status } from "../status/Status.ts"
import { statusJson } from "../status/StatusJson.ts"
import type { Contents } from "../status/StatusOf.ts"
import { statusText } from "../status/StatusText.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Shows what is cached, for whom, and what would happen next. Asks nobody. */
export const status = (environment: Environment) =>
  Command.make(
    "status",
    {
      word: profileWord,
      json: toggle("json", "as one JSON object"),
      ...tableFlags(["profile", "cache", "log-level"])
    },
    Effect.fnUntraced(function*({ json, word, ...told }) {
      const given = givenFlags(told)
      const profile = yield* orFail(namedProfile(given.profile, Option.getOrUndefined(word)))
      const flags = { ...given, ...(profile !== undefined && { profile }) }
      const house = yield* orFail(houseSettings(flags, environment))
      const found = yield* look(flags, environment).pipe(Effect.provide(Log.layer(house.logLevel)))
      yield* print(json ? statusJson(found) : statusText(found, outputLook(environment)))
    })
  ).pipe(
    Command.withDescription(
      "Shows every profile that uses 1Password and every cached session and role: until when, what the next call would do, and what last went wrong. Nothing secret, and nobody is asked."
    ),
    Command.withShortDescription("what is cached, for whom, and what comes next"),
    Command.withExamples([
      { command: "op-aws-credential-process status", description: "Everything" },
      { command: "op-aws-credential-process status dev --json", description: "One profile, for a program" }
    ])
  )

const look = Effect.fnUntraced(function*(flags: FlagValues, environment: Environment) {
  const config = yield* loadConfig(flags, environment, true)
  const { cache } = yield* orFail(houseSettings(flags, environment))
  const origin = profileOrigin(environment)
  const ours = ourProfiles({ config, environment, flags, inUse: origin.profile })
  let closed: CacheFailure<"KeyringUnavailable"> | undefined
  const contents = yield* Effect.forEach(placesInUse(ours, cache), (place) =>
    contentsOf(place).pipe(
      // The keychain's own dialog would be a question.
      Effect.provide(Live.layerCache(place, { quiet: true })),
      Effect.catchTag("KeyringUnavailable", (failure) => {
        closed = failure
        return Effect.succeed<Contents>({ place, sessions: [], roles: [] })
      })
    ))
  const standing = standingOf(ours, config, origin.profile)
  const all = yield* overview(ours, contents, { ...origin, standing }, closed)
  const { profile } = flags
  if (profile === undefined) return all
  const one = aboutProfile(all, profile)
  if (one.profiles.length + one.leftovers.length + one.roles.length === 0) {
    yield* orFail(chooseNamedProfile(config, environment, profile))
  }
  return one
})

const standingOf = (ours: ReadonlyArray<OurProfile>, config: AwsConfig, name: string): Status["inUse"]["standing"] => {
  const one = ours.find((profile) => profile.name === name)
  return one !== undefined ? one.borrowed ? "a role" : "ours" : config.profile(name) === undefined ? "missing" : "other"
}
