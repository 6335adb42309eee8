import { partitionOfArn } from "../aws/Region.ts"
import { Failure } from "../base/Failure.ts"
import type { Seconds } from "../base/Time.ts"
import { type Narrowing, narrowingOf, type NarrowingSettingFailure, policyArnsOf, wantedNarrowing } from "./Narrowing.ts"
import { type ProfileSettingsFailure, type ProfileSettingsInput, settingsAtEnd } from "./ProfileSettings.ts"
import { type ProfileNames, RoleFailure } from "./RoleFailure.ts"
import { type RoleHop, roleHop, type RoleHopFailure, sameTagKey } from "./RoleHop.ts"
import { rolePath } from "./RolePath.ts"
import type { Settings } from "./Settings.ts"

/** What it takes to have a profile's credentials: one session of the key in 1Password, and roles on top of it. */
export interface RoleChain {
  /** The profile that was asked for. */
  readonly profile: string
  /** Of the session at the bottom; its `profile` is the base profile. */
  readonly settings: Settings
  /** The roles in the order they are assumed; none where the session itself was asked for. */
  readonly hops: ReadonlyArray<RoleHop>
  /** What the session of the last role, or of the key, is narrowed by in the end. */
  readonly narrowing?: Narrowing
}

export type RoleChainFailure =
  | NarrowingSettingFailure
  | ProfileSettingsFailure
  | RoleHopFailure
  | RoleFailure<"ChainedRoleTooLong" | "RoleInOtherPartition" | "RoleInherits">

/** AWS's limit for a role that is assumed with another session, in seconds (IAM User Guide, "Role chaining"). */
const longestChained: Seconds = 3600

/**
 * Resolves a profile to its session and roles, and refuses whatever AWS is known to refuse, before anybody is asked.
 * It is total: every configuration is a chain or a failure that shows the profiles that were followed.
 */
export const resolveRoleChain = (input: ProfileSettingsInput): RoleChain | RoleChainFailure => {
  const path = rolePath(input)
  if (path instanceof Failure) return path
  const settings = settingsAtEnd(path, input)
  if (settings instanceof Failure) return settings
  const hops: Array<RoleHop> = []
  for (const step of path.steps) {
    const hop = roleHop({ step, names: path.names, settings, environment: input.environment, config: input.config })
    if (hop instanceof Failure) return hop
    const refused = refusedAfter(hops, hop, settings, path.names)
    if (refused !== undefined) return refused
    hops.push(hop)
  }
  const chain: RoleChain = { profile: input.profile, settings, hops }
  const from = { ...input, path }
  const wanted = wantedNarrowing(from)
  if (wanted === undefined || wanted instanceof Failure) return wanted ?? chain
  const last = hops.at(-1)
  const policyArns = wanted.arns === undefined ? undefined : policyArnsOf(wanted.arns, last !== undefined, input.profile)
  if (policyArns instanceof Failure) return policyArns
  const narrowing = narrowingOf(wanted, from, { duration: last?.duration ?? settings.duration, isRole: last !== undefined })
  if (narrowing instanceof Failure) return narrowing
  return {
    ...chain,
    ...(policyArns === undefined ? undefined : { hops: [...hops.slice(0, -1), { ...last!, policyArns }] }),
    ...(narrowing === undefined ? undefined : { narrowing })
  }
}

/**
 * Whether this role is assumed straight from the long-lived key, with an MFA code of its own: the only way to have one
 * for longer than an hour.
 */
export const isFromKey = ({ hops }: RoleChain, index: number): boolean =>
  index === 0 && hops[0]!.duration > longestChained

/** Why AWS would not let these roles assume this one. */
const refusedAfter = (before: ReadonlyArray<RoleHop>, hop: RoleHop, settings: Settings, names: ProfileNames) => {
  if (before.length > 0 && hop.duration > longestChained) {
    return RoleFailure.ChainedRoleTooLong(names, hop.profile, hop.duration)
  }
  const callerArn = before.at(-1)?.roleArn ?? settings.mfaSerial
  const caller = callerArn === undefined ? undefined : partitionOfArn(callerArn)
  const partition = partitionOfArn(hop.roleArn)
  if (caller !== undefined && partition !== undefined && caller !== partition) {
    return RoleFailure.RoleInOtherPartition(names, hop.profile, partition, caller)
  }
  // STS AssumeRole, `Tags`: a tag that was inherited cannot be passed again. `SourceIdentity`: it cannot be changed.
  const inherited = before.flatMap(({ transitiveTagKeys }) => transitiveTagKeys)
  const again = hop.tags.find(([key]) => inherited.some((known) => sameTagKey(key, known)))
  if (again !== undefined) return RoleFailure.RoleInherits(names, hop.profile, `the session tag ${again[0]}`)
  const identity = before.find(({ sourceIdentity }) => sourceIdentity !== undefined)?.sourceIdentity
  return identity !== undefined && hop.sourceIdentity !== undefined && hop.sourceIdentity !== identity
    ? RoleFailure.RoleInherits(names, hop.profile, "another source_identity")
    : undefined
}
