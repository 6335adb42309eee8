import * as Effect from "effect/Effect"
import type { AwsConfig, Profile } from "../../domain/AwsConfig.ts"
import { argumentsOfOurs, splitCredentialProcess } from "../../domain/CredentialProcessLine.ts"
import { type SectionsByProfile, writtenAt } from "../../domain/doctor/ConfigLines.ts"
import { checkMfaSerial } from "../../domain/doctor/MfaSerialCheck.ts"
import { checkMissingLine } from "../../domain/doctor/MissingLineCheck.ts"
import { checkMissingProfile, type LinesOfOurs } from "../../domain/doctor/MissingProfileCheck.ts"
import { plainLine } from "../../domain/doctor/PlainLine.ts"
import { checkProcessLine } from "../../domain/doctor/ProcessLineCheck.ts"
import { checkProgram } from "../../domain/doctor/ProgramCheck.ts"
import { checkSource } from "../../domain/doctor/SourceCheck.ts"
import { type Environment, variable } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { type Finding, findingOf, together } from "../../domain/Finding.ts"
import type { OurProfile } from "../../domain/OurProfiles.ts"
import { printable } from "../../domain/Printable.ts"
import { isOurs } from "../../domain/ProfileChoice.ts"
import type { Disk } from "../../services/Disk.ts"
import { lookUp, programFacts } from "./ProgramFacts.ts"

export interface ProfileSubject {
  readonly config: AwsConfig
  readonly sections: SectionsByProfile
  readonly lines: LinesOfOurs
  readonly environment: Environment
}

/** What the files say of one profile of ours. */
export const examineProfile = Effect.fnUntraced(
  function*({ borrowed, chain, name }: OurProfile, subject: ProfileSubject) {
    const profile = subject.config.profile(name)
    const settled = chain instanceof Failure
      ? {
        fine: [],
        findings: [findingOf("settings", chain, `nothing gets credentials through profile ${printable(name)}`)]
      }
      : borrowed
      ? { fine: [`${printable(name)}: a role over ${printable(chain.settings.profile)}`], findings: [] }
      : checkMfaSerial({
        profile: name,
        serial: chain.settings.mfaSerial,
        mfa: chain.settings.mfa,
        regions: chain.settings.sts.regions
      })
    if (profile === undefined || profile instanceof Failure) return settled
    const line = yield* examineLine(profile, subject)
    const sources = checkSource({ profile, overOurs: !(chain instanceof Failure) && chain.hops.length > 0 })
    return together([settled, { fine: [], findings: [...sources, ...line] }])
  }
)

/** How its `credential_process` line is written, and what it runs. */
const examineLine = Effect.fnUntraced(function*(
  profile: Profile,
  { config, environment, lines, sections }: ProfileSubject
): Effect.fn.Return<ReadonlyArray<Finding>, never, Disk> {
  const value = profile.values.get("credential_process")
  const written = writtenAt(sections, profile.name, "credential_process")
  if (value === undefined || written === undefined) {
    const installed = yield* lookUp("op-aws-credential-process", environment)
    const words = [installed.onDesktop ?? installed.here ?? "/usr/local/bin/op-aws-credential-process"]
    return isOurs(profile)
      ? checkMissingLine(profile, plainLine({ profile: profile.name, words, home: undefined, pathOf: () => undefined }))
      : []
  }
  const words = splitCredentialProcess(value)
  const ours = words === undefined ? undefined : argumentsOfOurs(words)
  // A line that runs another program is nothing that we could rewrite.
  if (words !== undefined && ours === undefined) return []
  const located = yield* lookUp(words?.[0] ?? "", environment)
  const rewrite = (of: ReadonlyArray<string> | undefined, program?: ReadonlyArray<string>): string =>
    plainLine({
      profile: profile.name,
      words: of,
      home: variable(environment, "HOME"),
      program,
      pathOf: (name) => name === located.name ? located.onDesktop ?? located.here : undefined
    })
  const { place } = written
  const spelling = checkProcessLine({
    profile: profile.name,
    place,
    written: written.value,
    rewritten: (of) => rewrite(of)
  })
  const missing = checkMissingProfile({ config, lines, profile, place, rewritten: rewrite(words) })
  // What only a shell makes a path of has been told, and so has a path that is another one in each directory.
  if (words === undefined || ours === undefined || /^(?:[^/]+\/|[~$])/.test(words[0]!)) return [...spelling, ...missing]
  const facts = yield* programFacts({
    profile: profile.name,
    place,
    words,
    programWords: words.length - ours.length,
    rewritten: (program) => rewrite(words, program)
  }, environment)
  return [...spelling, ...missing, ...checkProgram(facts)]
})
