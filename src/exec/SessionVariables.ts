import * as Effect from "effect/Effect"
import { clientSettings } from "./ClientSettings.ts"
import { type Partition, partitionOfArn } from "../domain/aws/Region.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import { accountIdOf, type RoleEntry } from "../domain/cache/RoleEntry.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { profileIn, sessionRegion, sessionVariables, withoutSession } from "./ExecEnvironment.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { acquireRole } from "../session/AssumeRoles.ts"
import { remember } from "../session/Trouble.ts"

/** Gets what a chain ends in, as the variables that AWS's clients read, with what else the profile says for them. */
export const sessionVariablesOf = Effect.fn("sessionVariablesOf")(function*(chain: RoleChain, environment: Environment) {
  const settings = yield* settingsOf(chain.profile, environment)
  const entry = yield* acquireRole(chain, { staleIfError: true }).pipe(
    Effect.tapError((failure) => remember("failure", chain.profile, failure))
  )
  const { profile } = chain
  return sessionVariables(environment, {
    profile,
    credentials: entry.credentials,
    accountId: accountIdOf(entry),
    region: regionOf(chain, entry),
    settings
  })
})

/** What takes the session out of this environment that `sessionVariablesOf` put into it; nobody is asked for it. */
export const withoutSessionOf = Effect.fn("withoutSessionOf")(function*(environment: Environment) {
  const profile = profileIn(environment)
  // Whatever is in the environment counts before the profile: what the profile says shows without it.
  const settings = profile === undefined ? [] : yield* settingsOf(profile, {})
  return profile === undefined ? { set: [], unset: [] } : withoutSession(environment, settings)
})

const settingsOf = Effect.fnUntraced(function*(name: string, environment: Environment) {
  const config = yield* (yield* AwsConfigFile).load
  const profile = config.profile(name)
  return profile instanceof Failure ? [] : clientSettings({ profile, config, environment })
})

const regionOf = ({ hops, settings }: RoleChain, entry: CacheEntry | RoleEntry): string | undefined => {
  const role = hops.at(-1)
  return role === undefined
    ? sessionRegion(settings.sts.regions, "vault" in entry ? partitionOf(entry) : partitionOfArn(settings.mfaSerial ?? ""))
    : sessionRegion(role.sts.regions, partitionOfArn(role.roleArn))
}

/** An entry of the Go program does not say its partition, but mostly its device. */
const partitionOf = ({ mfaSerial, partition }: CacheEntry): Partition | undefined =>
  partition === undefined ? partitionOfArn(mfaSerial) : partitionOfArn(`arn:${partition}:`)
