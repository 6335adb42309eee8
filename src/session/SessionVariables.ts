import * as Effect from "effect/Effect"
import type { CacheEntry } from "../domain/CacheEntry.ts"
import type { Environment } from "../domain/Environment.ts"
import { sessionRegion, sessionVariables } from "../domain/ExecEnvironment.ts"
import { type Partition, partitionOfArn } from "../domain/Region.ts"
import type { RoleChain } from "../domain/RoleChain.ts"
import type { RoleEntry } from "../domain/RoleEntry.ts"
import { acquireRole } from "./Chain.ts"
import { remember } from "./Trouble.ts"

/** Gets what a chain ends in, as the variables that AWS's clients read. */
export const sessionVariablesOf = (chain: RoleChain, environment: Environment) =>
  acquireRole(chain, { staleIfError: true }).pipe(
    Effect.map((entry) => sessionVariables(environment, entry.credentials, regionOf(chain, entry))),
    Effect.tapError((failure) => remember("failure", chain.profile, failure))
  )

const regionOf = ({ hops, settings }: RoleChain, entry: CacheEntry | RoleEntry): string | undefined => {
  const role = hops.at(-1)
  return role === undefined
    ? sessionRegion(settings.sts.regions, "vault" in entry ? partitionOf(entry) : undefined)
    : sessionRegion(role.sts.regions, partitionOfArn(role.roleArn))
}

/** An entry of the Go program does not say its partition, but mostly its device. */
const partitionOf = ({ mfaSerial, partition }: CacheEntry): Partition | undefined =>
  partition === undefined ? partitionOfArn(mfaSerial) : partitionOfArn(`arn:${partition}:`)
