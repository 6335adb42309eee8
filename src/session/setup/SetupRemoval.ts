import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { editProfile } from "../../domain/AwsConfigEdit.ts"
import type { Environment } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { homePath } from "../../domain/HomePath.ts"
import { InterviewLeft, NobodyToAsk, nothingChanged } from "../../domain/InterviewFailure.ts"
import { printable } from "../../domain/Printable.ts"
import { chooseNamedProfile } from "../../domain/ProfileChoice.ts"
import { resolveRoleChain } from "../../domain/RoleChain.ts"
import type { Settings } from "../../domain/Settings.ts"
import { profileRemoval, restingOn } from "../../domain/setup/ProfileRemoval.ts"
import { NothingToTakeBack } from "../../domain/setup/SetupFailure.ts"
import { wordSh } from "../../domain/ShellQuoting.ts"
import type { Look } from "../../domain/StatusText.ts"
import { diffText, textDiff } from "../../domain/TextDiff.ts"
import { AwsConfigFile } from "../../services/AwsConfigFile.ts"
import { AwsFiles } from "../../services/AwsFiles.ts"
import { Interview } from "../../services/Interview.ts"
import { Signals } from "../../services/Signals.ts"
import { orFail } from "../OrFail.ts"
import { confirmed, type Manner, tell } from "./Answers.ts"

export interface RemovalRequest {
  readonly profile: string
  /** Nobody is asked, and no session is forgotten. */
  readonly yes: boolean
  readonly environment: Environment
  readonly look: Pick<Look, "color" | "unicode">
}

/**
 * Takes out of a profile what `setup` has written there, once the person has seen what that changes. Gives the settings
 * whose sessions are to be forgotten as well, where the person wants that. The item in 1Password stays as it is.
 */
export const removeSetup = Effect.fn("removeSetup")(function*(request: RemovalRequest) {
  const { stopped } = yield* Signals
  const agreed = yield* Effect.raceFirst(
    agreement(request).pipe(Effect.onInterrupt(() => tell("", nothingChanged))),
    stopped
  )
  const { change, manner, settings } = agreed
  const files = yield* AwsFiles
  const backup = yield* files.replace({ ...change, backup: true })
  yield* tell(
    backup === undefined
      ? "Written."
      : `Written. The file as it was is ${printable(homePath(backup, request.environment))}`
  )
  if (settings === undefined) return Option.none<Settings>()
  // Whoever leaves at this question has what they came for.
  const forget = yield* confirmed(manner, "Forget its cached sessions too?", true, false).pipe(
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

const agreement = Effect.fnUntraced(function*({ environment, look, profile: name, yes }: RemovalRequest) {
  const available = yield* (yield* Interview).available
  if (!available && !yes) return yield* Effect.fail(new NobodyToAsk("setup --remove", "pass --yes"))
  const manner: Manner = { command: "setup --remove", asks: !yes, yes }
  const config = yield* (yield* AwsConfigFile).load
  yield* orFail(chooseNamedProfile(config, environment, name))
  const found = config.profile(name)
  const profile = found === undefined ? undefined : yield* orFail(found)
  const removal = profile === undefined ? undefined : profileRemoval(profile)
  const path = config.configPath
  const before = yield* (yield* AwsFiles).read(path)
  if (removal === undefined || removal.keys.length === 0 || before === undefined) {
    return yield* Effect.fail(new NothingToTakeBack(name))
  }
  const after = yield* orFail(
    editProfile(before, { file: "config", path, profile: name, remove: removal.keys, withEmptied: true })
  )
  if (after === before) return yield* Effect.fail(new NothingToTakeBack(name))
  const chain = resolveRoleChain({ profile: name, asker: "person", flags: {}, environment, config })
  yield* tell(`${printable(homePath(path, environment))}:`, diffText(textDiff(before, after), look).replace(/\n$/, ""), "")
  if (removal.staying.length > 0) {
    yield* tell(`Left in the profile, as AWS's own: ${removal.staying.join(", ")}.`)
  }
  const others = restingOn(config, name)
  if (others.length > 0) {
    yield* tell(`Without credentials then as well, as they rest on it: ${others.map((other) => printable(other)).join(", ")}.`)
  }
  yield* tell("The item in 1Password stays as it is.")
  if (!(yield* confirmed(manner, "Take it back?", false, true))) return yield* Effect.fail(new InterviewLeft())
  const settings = chain instanceof Failure ? undefined : chain.settings
  return { manner, settings, change: { path, before, after } }
})
