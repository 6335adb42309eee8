import type { AwsConfig } from "../aws-config/AwsConfig.ts"
import type { Environment } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import type { FlagValues } from "./Flags.ts"
import { isOurs } from "./ProfileChoice.ts"
import { resolveRoleChain, type RoleChain, type RoleChainFailure } from "./RoleChain.ts"

export interface OurProfile {
  readonly name: string
  readonly chain: RoleChain | RoleChainFailure
  /** It has no key of its own, but a role that is assumed with the session of one that has. */
  readonly borrowed: boolean
}

export interface OurProfilesInput {
  readonly flags: FlagValues
  readonly environment: Environment
  readonly config: AwsConfig
  /** The profile that is in use: it is ours too where flags and environment say all that it takes. */
  readonly inUse: string
}

/**
 * The profiles that are ours, in file order, and those with roles that begin at one of them. A profile of ours whose
 * settings cannot be used is there with what is wrong; what is wrong with others is no business of ours.
 */
export const ourProfiles = (input: OurProfilesInput): ReadonlyArray<OurProfile> => {
  const { config, environment, flags, inUse } = input
  return [...new Set([...config.profileNames(), inUse])].flatMap((name): ReadonlyArray<OurProfile> => {
    const profile = config.profile(name)
    if (profile instanceof Failure) return []
    const ours = isOurs(profile)
    const isRole = profile?.values.has("role_arn") === true
    if (!ours && !isRole && name !== inUse) return []
    const chain = resolveRoleChain({ profile: name, asker: "person", flags, environment, config })
    if (ours) return [{ name, chain, borrowed: false }]
    if (chain instanceof Failure) return []
    return isRole && !isOurs(config.profile(chain.settings.profile)) ? [] : [{ name, chain, borrowed: isRole }]
  })
}

/** Where the sessions of these profiles may be: always in files, and in the keychain where somebody asks for that. */
export const placesInUse = (
  profiles: ReadonlyArray<OurProfile>,
  asked: string | undefined
): ReadonlyArray<"file" | "keyring"> =>
  asked === "keyring" || profiles.some(({ chain }) => !(chain instanceof Failure) && chain.settings.cache === "keyring")
    ? ["file", "keyring"]
    : ["file"]
