import type { AwsConfig } from "./AwsConfig.ts"
import type { Environment } from "./Environment.ts"
import { Failure } from "./Failure.ts"
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
}

/**
 * The profiles that are ours, in file order, and those with roles that begin at one of them. A profile of ours whose
 * settings cannot be used is there with what is wrong; what is wrong with others is no business of ours.
 */
export const ourProfiles = ({ config, environment, flags }: OurProfilesInput): ReadonlyArray<OurProfile> =>
  config.profileNames().flatMap((name): ReadonlyArray<OurProfile> => {
    const profile = config.profile(name)
    if (profile === undefined || profile instanceof Failure) return []
    const ours = isOurs(profile)
    if (!ours && !profile.values.has("role_arn")) return []
    const chain = resolveRoleChain({ profile: name, asker: "person", flags, environment, config })
    if (ours) return [{ name, chain, borrowed: false }]
    return chain instanceof Failure || !isOurs(config.profile(chain.settings.profile)) ? [] : [{ name, chain, borrowed: true }]
  })

/** Where the sessions of these profiles may be: always in files, and in the keychain where somebody asks for that. */
export const placesInUse = (
  profiles: ReadonlyArray<OurProfile>,
  asked: string | undefined
): ReadonlyArray<"file" | "keyring"> =>
  asked === "keyring" || profiles.some(({ chain }) => !(chain instanceof Failure) && chain.settings.cache === "keyring")
    ? ["file", "keyring"]
    : ["file"]
