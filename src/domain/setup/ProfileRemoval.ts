import type { AwsConfig, Profile } from "../AwsConfig.ts"
import { argumentsOfOurs, splitCredentialProcess } from "../CredentialProcessLine.ts"
import { Failure } from "../Failure.ts"
import { flagSpecs } from "../Flags.ts"

/** The keys of profiles that nobody but this program reads. */
const ownKeys: ReadonlySet<string> = new Set(
  Object.values(flagSpecs).flatMap(({ profileKey }) => profileKey?.startsWith("op_") === true ? [profileKey] : [])
)

/** What `setup` writes of AWS's own keys, which say nothing about who gives the credentials. */
const besides = ["region", "mfa_serial"]

const runsUs = (line: string): boolean => {
  const words = splitCredentialProcess(line)
  return words !== undefined && argumentsOfOurs(words) !== undefined
}

export interface ProfileRemoval {
  /** The keys to take out; none where nothing is ours. */
  readonly keys: ReadonlyArray<string>
  /** Those of `setup`'s that stay, as they are AWS's own and the profile has other uses. */
  readonly staying: ReadonlyArray<string>
}

/**
 * What takes a profile back that `setup` has written. Region and device go only where nothing else would be left of a
 * profile that has a name of its own: `[default]` is where people keep their usual region.
 */
export const profileRemoval = ({ name, values }: Profile): ProfileRemoval => {
  const keys = [...values.keys()].filter((key) =>
    ownKeys.has(key) || key === "credential_process" && runsUs(values.get(key) ?? "")
  )
  const left = [...values.keys()].filter((key) => !keys.includes(key))
  const staying = left.filter((key) => besides.includes(key))
  return keys.length > 0 && staying.length === left.length && name !== "default"
    ? { keys: [...keys, ...staying], staying: [] }
    : { keys, staying }
}

/** The other profiles that get no credentials either once this one is taken back: roles over it, and lines that name it. */
export const restingOn = (config: AwsConfig, name: string): ReadonlyArray<string> =>
  config.profileNames().filter((other) => {
    const profile = config.profile(other)
    if (other === name || profile === undefined || profile instanceof Failure) return false
    const words = splitCredentialProcess(profile.values.get("credential_process") ?? "") ?? []
    const ours = argumentsOfOurs(words) ?? []
    const named = ours.flatMap((word, index) => word === "--profile" ? [ours[index + 1]] : [word.replace(/^--profile=/, "")])
    return profile.values.get("source_profile") === name || named.includes(name)
  })
