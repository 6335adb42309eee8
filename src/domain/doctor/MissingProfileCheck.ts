import type { AwsConfig, Profile } from "../AwsConfig.ts"
import { parseCommandLine } from "../CommandLine.ts"
import { Failure } from "../Failure.ts"
import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { argumentsOfLine } from "../ProfileChoice.ts"

/** The profiles whose line runs this program with the same words, by those words. */
export type LinesOfOurs = ReadonlyMap<string, ReadonlyArray<string>>

export const linesOfOurs = (config: AwsConfig): LinesOfOurs => {
  const found = new Map<string, Array<string>>()
  for (const name of config.profileNames()) {
    const profile = config.profile(name)
    const words = profile === undefined || profile instanceof Failure ? undefined : argumentsOfLine(profile)
    if (words === undefined) continue
    const line = words.join("\0")
    const same = found.get(line)
    if (same === undefined) found.set(line, [name])
    else same.push(name)
  }
  return found
}

/**
 * A `credential_process` line without `--profile`, which means a profile only where no `[default]` with an `mfa_serial`
 * goes before it and no other profile has the same line: no client tells the program which profile it is run for.
 */
export const checkMissingProfile = (
  { config, lines, place, profile, rewritten }: {
    readonly config: AwsConfig
    readonly lines: LinesOfOurs
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
  // As many as are named, and one in case that this profile is among them.
  const others = (lines.get(words.join("\0")) ?? []).slice(0, 4).filter((name) => name !== profile.name)
  if (!taken && others.length === 0) return []
  return [{
    check: "process-line",
    severity: "error",
    what: `${place}: the credential_process line of [profile ${printable(profile.name)}] does not say --profile`,
    why: taken
      ? "[default] has an mfa_serial, so that the line stands for that profile, with its device, region and cache"
      : `it stands in ${printable(others.slice(0, 3).join(", "), 200)} as well, and no client says which one it is for`,
    mend: rewritten
  }]
}
