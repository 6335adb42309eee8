import * as Effect from "effect/Effect"
import { checkConfigFile } from "../doctor/checks/AwsFiles.ts"
import { checkEnvironment } from "../doctor/checks/Environment.ts"
import { checkPlugin } from "../doctor/checks/Plugin.ts"
import { pluginFacts } from "../doctor/PluginSettings.ts"
import { type AwsConfig, parseAwsConfig } from "../domain/aws-config/AwsConfig.ts"
import type { ConfigText } from "../domain/aws-config/AwsConfigSections.ts"
import { configLines } from "../domain/aws-config/ConfigLines.ts"
import { profilesOf, variablesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { homePath } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import { diffText, textDiff } from "../domain/base/TextDiff.ts"
import { InterviewFailure, nothingChanged } from "../domain/interview/InterviewFailure.ts"
import { resolveRoleChain } from "../domain/settings/RoleChain.ts"
import { programWords } from "./InstalledProgram.ts"
import { searchPlaintext } from "./PlaintextSearch.ts"
import { idleAwsVaultKeys } from "./PresentProfile.ts"
import { sectionText, shadowedKey, withProfiles } from "./ProfileDraft.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { AwsFiles } from "../services/aws-config/AwsFiles.ts"
import { Signals } from "../services/host/Signals.ts"
import { Interview } from "../services/interview/Interview.ts"
import { confirmed, type Manner, sentence, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { lookAtLine } from "./SetupLine.ts"
import { type Plan, planOf } from "./SetupPlan.ts"
import { chooseProfile, type ChosenProfile } from "./SetupProfile.ts"
import { givenSettingsFailure, type SetupRequest } from "./SetupRequest.ts"
import { carryOut, triedOut } from "./SetupWriting.ts"

/** All that is known of a profile before its key has been looked for. */
export interface Begun {
  readonly manner: Manner
  readonly config: AwsConfig
  /** What starts this program. */
  readonly words: ReadonlyArray<string>
  readonly chosen: ChosenProfile
}

/**
 * Finds the access key in 1Password, writes a profile that gets its credentials from there, and shows that it does.
 * Nothing is changed before the person has seen what will be. Gives what is for stdout. What was begun before is not
 * asked again.
 */
export const setup = Effect.fn("setup")(function*(request: SetupRequest, begun?: Begun) {
  const { stopped } = yield* Signals
  return yield* Effect.raceFirst(guided(request, begun), stopped)
})

const guided = Effect.fnUntraced(function*(request: SetupRequest, begun: Begun | undefined) {
  const { environment, print } = request
  const agreed = yield* agreement(request, begun).pipe(
    // Below the line where the cursor is. What `import` has done by then, it says itself.
    Effect.onInterrupt(() => print || request.importing === true ? Effect.void : tell("", nothingChanged))
  )
  if ("printed" in agreed) return agreed.printed
  const { change, config, manner, plan } = agreed
  if (change === undefined) yield* triedOut(manner, environment, plan, false)
  else {
    yield* carryOut(manner, request, plan, change)
    yield* tellOfAwsVault(config, plan)
  }
  // `import` has the same key elsewhere in hand, and says itself what else there is.
  if (request.importing !== true) yield* tellOfPlaintext(request, plan)
  yield* tellOfWhatIsInTheWay(request, config, plan)
  return ""
})

/** Asks for all that has to be known, and whether it shall be written so. No change is one that there is no need for. */
const agreement = Effect.fnUntraced(function*(request: SetupRequest, begun: Begun | undefined) {
  const { print } = request
  const { chosen, config, manner, words } = begun ?? (yield* begin(request))
  const path = config.configPath
  const files = yield* AwsFiles
  const plan = yield* planOf(manner, request, config, chosen, words)
  const before = yield* files.read(path)
  const after = yield* orFail(withProfiles({ path, text: before ?? "" }, plan.changes))
  const credentials = { path: config.credentialsPath, text: (yield* files.read(config.credentialsPath)) ?? "" }
  yield* check(request, { config: { path, text: after }, credentials }, plan)
  if (print) return { printed: sectionText({ path, text: after }, plan.profile) }
  if (after === (before ?? "") && plan.renamed === undefined) {
    yield* tell(`Nothing to change: ${printable(plan.profile)} is set up like this already.`)
    return { manner, config, plan, change: undefined }
  }
  yield* showPlan(manner, request, plan, textDiff(before ?? "", after), path)
  if (!(yield* confirmed(manner, "Write it?", true, true))) return yield* Effect.fail(InterviewFailure.InterviewLeft())
  return { manner, config, plan, change: { path, before, after } }
})

/** Which profile it is, and whether it can be set up at all. */
export const begin = Effect.fn("setup.begin")(function*(request: SetupRequest) {
  const { environment, flags, region } = request
  const manner = yield* mannerOf(request)
  const config = yield* (yield* AwsConfigFile).load
  const invalid = givenSettingsFailure({ flags, region, environment, config })
  if (invalid !== undefined) return yield* Effect.fail(invalid)
  if (manner.asks && request.importing !== true) yield* tell("A profile for AWS, with its key in 1Password. Nothing is changed before you have seen it; Ctrl-C leaves.", "")
  const words = yield* programWords(request.running, environment)
  const chosen = yield* chooseProfile(manner, config, request)
  yield* lookAtFiles(manner, config, chosen)
  yield* lookAtLine(manner, chosen, words)
  return { manner, config, words, chosen } satisfies Begun
})

/** What is asked of whom. Without a terminal there has to be a `--yes` for what is going to be written. */
const mannerOf = Effect.fnUntraced(function*({ flags, print, yes }: SetupRequest) {
  const available = yield* (yield* Interview).available
  const manner: Manner = { command: "setup", asks: available && !yes, yes }
  if (available || yes || print) return manner
  const missing = ["--yes", ...flags["op-item"] === undefined ? ["--op-item op://<vault>/<item>"] : []]
  return yield* Effect.fail(InterviewFailure.NobodyToAsk("setup", `pass ${missing.join(" and ")}`))
})

/**
 * Whether the profile can be edited in the file, and whether clients read the file at all: better known before anybody
 * is asked for anything.
 */
const lookAtFiles = Effect.fnUntraced(function*(manner: Manner, config: AwsConfig, { borrower, target }: ChosenProfile) {
  const files = yield* AwsFiles
  const read = (path: string) => Effect.map(files.read(path), (text = ""): ConfigText => ({ path, text }))
  const file = yield* read(config.configPath)
  yield* orFail(withProfiles(
    file,
    [target, ...borrower === undefined ? [] : [borrower.present]].map(({ name }) =>
      ({ profile: name, set: [["credential_process", "anything"]], remove: [] })
    )
  ))
  const faults = [
    ...checkConfigFile(configLines(file, false)),
    ...checkConfigFile(configLines(yield* read(config.credentialsPath), true))
  ]
  if (faults.length === 0) return
  yield* tell(...faults.slice(0, 3).map(({ what, why }) => `${what}: ${why}.`))
  if (!(yield* confirmed(manner, "Go on all the same?", true, true))) return yield* Effect.fail(InterviewFailure.InterviewLeft())
})

/** Whether the profile will be what it is meant to be, once it is written. */
const check = Effect.fnUntraced(function*(
  { environment }: SetupRequest,
  files: { readonly config: ConfigText; readonly credentials: ConfigText },
  plan: Plan
) {
  const shadowed = shadowedKey(files, plan.changes)
  if (shadowed !== undefined) return yield* Effect.fail(shadowed)
  const config = parseAwsConfig(files)
  yield* orFail(resolveRoleChain({
    profile: plan.named,
    asker: "client",
    flags: { profile: plan.named },
    environment,
    config
  }))
})

const showPlan = Effect.fnUntraced(function*(
  manner: Manner,
  { environment, look }: SetupRequest,
  plan: Plan,
  diff: ReturnType<typeof textDiff>,
  path: string
) {
  const roles = plan.changes.filter(({ set }) => set.length === 0).filter(({ remove }) => remove.includes("mfa_serial"))
  if (roles.length > 0) {
    const names = roles.map(({ profile }) => printable(profile)).join(", ")
    yield* tell(
      `The mfa_serial of ${names} goes: the session that the role is assumed with has MFA already, and clients would ask for a second code.`
    )
  }
  if (diff.length > 0) yield* tell("", `${printable(homePath(path, environment))}:`, diffText(diff, look).replace(/\n$/, ""))
  if (plan.renamed !== undefined && plan.document !== undefined) {
    yield* tell("", `In 1Password, two fields of the item "${printable(plan.document.title)}" get their usual names.`)
  }
  if (manner.asks) yield* tell("")
})

/** aws-vault goes on keeping the key that is now in 1Password. */
const tellOfAwsVault = (config: AwsConfig, { changes }: Plan) =>
  tell(...idleAwsVaultKeys(config, changes.map(({ profile }) => profile)).map((name) =>
    `aws-vault still has a key of its own: \`aws-vault remove ${printable(name)}\` takes it away.`
  ))

/** 1Password's plugin would keep its user from the profile, and a key in the environment every client. */
const tellOfWhatIsInTheWay = Effect.fnUntraced(function*({ environment, importing }: SetupRequest, config: AwsConfig, { profile }: Plan) {
  const variables = checkEnvironment({ environment, profileNames: [...config.profileNames(), profile] })
  const findings = [
    ...checkPlugin({ environment, ...yield* pluginFacts(environment), used: true }),
    // `import` says itself what is left of a key that it has taken from there.
    ...importing === true ? [] : variables.findings.filter(({ severity }) => severity === "error")
  ]
  for (const { mend, what, why } of findings) {
    yield* tell("", `${what}. ${sentence(why)}.`, ...mend.split("\n").map((line) => `  ${line}`))
  }
})

/** Keys in plaintext that were come upon. Of the profile that was set up it has been said. */
const tellOfPlaintext = Effect.fnUntraced(function*({ environment }: SetupRequest, plan: Plan) {
  const { keys } = yield* searchPlaintext(environment)
  const places = keys.flatMap((key) => [...profilesOf(key), ...variablesOf(key).length === 0 ? [] : ["the environment"]])
  const others = [...new Set(places)].filter((place) => place !== plan.profile)
  if (others.length === 0) return
  yield* tell(`A key in plaintext: ${others.map((place) => printable(place)).join(", ")}. \`op-aws-credential-process import\` moves it into 1Password.`)
})
