import type { AwsConfig, Profile } from "../AwsConfig.ts"
import { parseCommandLine } from "../CommandLine.ts"
import { Failure } from "../Failure.ts"
import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { argumentsOfLine } from "../ProfileChoice.ts"

/** Who else has the same words in its line, so that the words do not say whose they are. */
const siblings = (config: AwsConfig, profile: Profile, words: ReadonlyArray<string>): ReadonlyArray<string> =>
  config.profileNames().filter((name) => {
    const other = name === profile.name ? undefined : config.profile(name)
    const theirs = other === undefined || other instanceof Failure ? undefined : argumentsOfLine(other)
    return theirs !== undefined && theirs.length === words.length && theirs.every((word, index) => word === words[index])
  })

/**
 * A `credential_process` line without `--profile`, which means a profile only where no `[default]` with an `mfa_serial`
 * goes before it and no other profile has the same line: no client tells the program which profile it is run for.
 */
export const checkMissingProfile = (
  { config, place, profile, rewritten }: {
    readonly config: AwsConfig
    readonly profile: Profile
    readonly place: string
    readonly rewritten: string
  }
): ReadonlyArray<Finding> => {
  const words = argumentsOfLine(profile)
  const flags = words === undefined ? undefined : parseCommandLine(words)
  if (words === undefined || flags === undefined || flags.profile !== undefined || profile.name === "default") return []
  const usual = config.profile("default")
  const taken = usual !== undefined && !(usual instanceof Failure) && usual.values.has("mfa_serial")
  const others = siblings(config, profile, words)
  if (!taken && others.length === 0) return []
  return [{
    check: "process-line",
    severity: "error",
    what: `${place}: the credential_process line of [profile ${printable(profile.name)}] does not say --profile`,
    why: taken
      ? "[default] has an mfa_serial, so that the line stands for that profile, with its device, region and cache"
      : `it stands in [profile ${printable(others.slice(0, 3).join("], [profile "), 200)}] as well, and no client says which one it runs it for`,
    mend: rewritten
  }]
}
