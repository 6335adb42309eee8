import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AwsConfig, Profile } from "../domain/aws-config/AwsConfig.ts"
import { editProfile } from "../domain/aws-config/AwsConfigEdit.ts"
import { argumentsOfOurs, splitCredentialProcess } from "../domain/aws-config/CredentialProcessLine.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { TerminalStyle } from "../domain/base/TerminalText.ts"
import { printable } from "../domain/base/Printable.ts"
import { wordSh } from "../domain/base/ShellQuoting.ts"
import { nothingChanged } from "../domain/interview/InterviewFailure.ts"
import { chooseNamedProfile } from "../domain/settings/ProfileChoice.ts"
import { resolveRoleChain } from "../domain/settings/RoleChain.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { AwsFiles } from "../services/aws-config/AwsFiles.ts"
import { Signals } from "../services/host/Signals.ts"
import { agreed, confirmed, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { ownKeys } from "./ProfileDraft.ts"
import { SetupFailure } from "./SetupFailure.ts"
import { changeLines, tellBackup } from "./SetupWriting.ts"

export interface RemovalRequest {
  readonly profile: string
  readonly environment: Environment
  readonly look: Pick<TerminalStyle, "color" | "unicode">
}

/**
 * Takes out of a profile what `setup` has written there, once the person has seen what that changes. Gives the settings
 * whose sessions are to be forgotten as well, where the person wants that. The item in 1Password stays as it is.
 */
export const removeSetup = Effect.fn("removeSetup")(function*(request: RemovalRequest) {
  const { stopped } = yield* Signals
  const taken = yield* Effect.raceFirst(
    agreement(request).pipe(Effect.onInterrupt(() => tell("", nothingChanged))),
    stopped
  )
  const { change, settings } = taken
  const files = yield* AwsFiles
  const backup = yield* files.replace({ ...change, backup: true })
  yield* backup === undefined ? tell("Written.") : tellBackup(backup, request.environment)
  if (settings === undefined) return Option.none<Settings>()
  // Whoever leaves at this question has what they came for.
  const forget = yield* confirmed("Forget its cached sessions too?", true, false).pipe(
    Effect.catchTag("InterviewLeft", () => Effect.succeed(false)),
    Effect.raceFirst(stopped)
  )
  if (forget) return Option.some(settings)
  yield* tell(
    "What is cached for it stays. This forgets it:",
    `  op-aws-credential-process clear ${wordSh(request.profile)}`
  )
  return Option.none<Settings>()
})

const agreement = Effect.fnUntraced(function*({ environment, look, profile: name }: RemovalRequest) {
  const config = yield* (yield* AwsConfigFile).load
  yield* orFail(chooseNamedProfile(config, environment, name))
  const found = config.profile(name)
  const profile = found === undefined ? undefined : yield* orFail(found)
  const removal = profile === undefined ? undefined : profileRemoval(profile)
  const path = config.configPath
  const before = yield* (yield* AwsFiles).read(path)
  if (removal === undefined || removal.keys.length === 0 || before === undefined) {
    return yield* Effect.fail(SetupFailure.NothingToTakeBack(name))
  }
  const after = yield* orFail(
    editProfile(before, { file: "config", path, profile: name, remove: removal.keys, withEmptied: true })
  )
  if (after === before) return yield* Effect.fail(SetupFailure.NothingToTakeBack(name))
  const chain = resolveRoleChain({ profile: name, asker: "person", flags: {}, environment, config })
  yield* tell(...changeLines({ path, before, after }, { environment, look }), "")
  if (removal.staying.length > 0) {
    yield* tell(`Left in the profile, as AWS's own: ${removal.staying.join(", ")}.`)
  }
  const others = restingOn(config, name)
  if (others.length > 0) {
    yield* tell(`Without credentials then as well, as they rest on it: ${others.map((other) => printable(other)).join(", ")}.`)
  }
  yield* tell("The item in 1Password stays as it is.")
  yield* agreed("Take it back?", false, true)
  const settings = chain instanceof Failure ? undefined : chain.settings
  return { settings, change: { path, before, after } }
})

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
const profileRemoval = ({ name, values }: Profile): ProfileRemoval => {
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
const restingOn = (config: AwsConfig, name: string): ReadonlyArray<string> =>
  config.profileNames().filter((other) => {
    const profile = config.profile(other)
    if (other === name || profile === undefined || profile instanceof Failure) return false
    const words = splitCredentialProcess(profile.values.get("credential_process") ?? "") ?? []
    const ours = argumentsOfOurs(words) ?? []
    const named = ours.flatMap((word, index) => word === "--profile" ? [ours[index + 1]] : [word.replace(/^--profile=/, "")])
    return profile.values.get("source_profile") === name || named.includes(name)
  })
