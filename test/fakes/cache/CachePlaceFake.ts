import { Effect, Layer } from "effect"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { cacheDirectory } from "../../../src/domain/settings/CacheDirectory.ts"
import { CachePlace } from "../../../src/services/cache/CachePlace.ts"

/** The directory that the environment names, used as it is or as another one, in a home of our own. */
export const layer = (environment: Environment, place = cacheDirectory(environment)): Layer.Layer<CachePlace> =>
  Layer.succeed(CachePlace, {
    directory: Effect.succeed(place),
    strangersHome: Effect.undefined
  })
