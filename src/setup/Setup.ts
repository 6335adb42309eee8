import * as Effect from "effect/Effect"
import { checkConfigFile } from "../doctor/checks/AwsFiles.ts"
import { checkEnvironment } from "../doctor/checks/Environment.ts"
import { checkPlugin } from "../doctor/checks/Plugin.ts"
import type { Finding } from "../doctor/Finding.ts"
import { pluginFacts } from "../doctor/PluginSettings.ts"
import { type AwsConfig, parseAwsConfig } from "../domain/aws-config/AwsConfig.ts"
import type { ConfigText } from "../domain/aws-config/AwsConfigSections.ts"
import { configLines } from "../domain/aws-config/ConfigLines.ts"
import { profilesOf, variablesOf } from "../domain/aws-config/PlaintextKeys.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import { nothingChanged } from "../domain/interview/InterviewFailure.ts"
import { givenSettings } from "../domain/settings/GivenSettings.ts"
import { resolveRoleChain } from "../domain/settings/RoleChain.ts"
import { programWords } from "./InstalledProgram.ts"
import { searchPlaintext } from "./PlaintextSearch.ts"
import { idleAwsVaultKeys, presentSettings } from "./PresentProfile.ts"
import { sectionText, shadowedKey, withProfiles } from "./ProfileDraft.ts"
import { lookAtLine } from "./ProgramLine.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { AwsFiles, type FileChange } from "../services/aws-config/AwsFiles.ts"
import { Signals } from "../services/host/Signals.ts"
import { agreed, guide, sentence, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { findItem } from "./SetupItem.ts"
import { answersFor, type Plan, planOf, type ProfileKey } from "./SetupPlan.ts"
import { chooseProfile } from "./SetupProfile.ts"
import { type ChosenProfile, needsKey, type ProfileToBe, requestFailure, type SetupRequest } from "./SetupRequest.ts"
import { carryOut, changeLines, triedOut } from "./SetupWriting.ts"

/**
 * Finds the access key in 1Password, writes a profile that gets its credentials from there, and shows that it does.
 * Nothing is changed before the person has seen what will be. Gives what is for stdout.
 */
export const setup = Effect.fn("setup")(function*(request: SetupRequest) {
  const { stopped } = yield* Signals
  return yield* Effect.raceFirst(guided(request), stopped)
})

const guided = Effect.fnUntraced(function*(request: SetupRequest) {
  const { draft, isWanted, profile } = yield* agreement(request).pipe(
    // Below the line where the cursor is.
    Effect.onInterrupt(() => request.print ? Effect.void : tell("", nothingChanged))
  )
  if (request.print) return sectionText({ path: draft.change.path, text: draft.change.after }, draft.plan.profile)
  yield* carryThrough(profile, draft, isWanted)
  yield* tellOfPlaintext(request, draft.plan)
  const { environment } = request
  const variables = checkEnvironment({ environment, profileNames: [...profile.config.profileNames(), draft.plan.profile] })
  yield* tellFindings([...yield* pluginFindings(environment), ...variables.findings.filter(({ severity }) => severity === "error")])
  return ""
})

/** Asks for all that has to be known, and whether it shall be written so. */
const agreement = Effect.fnUntraced(function*(request: SetupRequest) {
  yield* orFail(requestFailure(request, yield* (yield* AwsConfigFile).load))
  yield* guide("A profile for AWS, with its key in 1Password. Nothing is changed before you have seen it; Ctrl-C leaves.", "")
  const profile = yield* begin(request, false)
  const draft = yield* draftOf(profile, needsKey(profile) ? yield* findProfileKey(profile) : undefined)
  return { profile, draft, isWanted: request.print ? false : yield* isWanted(profile, draft) }
})

const findProfileKey = Effect.fnUntraced(function*(profile: ProfileToBe) {
  const found = yield* findItem(profile)
  const key: ProfileKey = { found, answers: yield* answersFor(profile, { key: found.found.key, item: found.item }) }
  return key
})

/** Which profile it is, and whether it can be set up at all. One that `losesKey` has that in plaintext for a moment only. */
export const begin = Effect.fn("setup.begin")(function*(request: SetupRequest, losesKey: boolean) {
  const { environment, flags, running } = request
  const config = yield* (yield* AwsConfigFile).load
  const words = yield* programWords(running, environment)
  const chosen = yield* chooseProfile(config, request, losesKey)
  yield* lookAtFiles(config, chosen)
  yield* lookAtLine(chosen, words)
  const { name } = chosen.target
  const said = presentSettings(config, chosen.target)
  const there = givenSettings({ flags: {}, environment: {}, profile: name }, { name, values: said })
  const now = givenSettings({ flags, environment, profile: name })
  const profile: ProfileToBe = { ...chosen, request, config, words, said, there, now, given: { ...there, ...now } }
  return profile
})

/** Sets a profile up whose key is in hand, once the person has seen what that changes. */
export const setUp = Effect.fn("setup.setUp")(function*(profile: ProfileToBe, key: ProfileKey | undefined) {
  const draft = yield* draftOf(profile, key)
  yield* carryThrough(profile, draft, yield* isWanted(profile, draft))
  yield* tellFindings(yield* pluginFindings(profile.request.environment))
})

/** What is to be done, and what becomes of the file by that. */
interface Draft {
  readonly plan: Plan
  readonly change: FileChange
}

const draftOf = Effect.fnUntraced(function*(profile: ProfileToBe, key: ProfileKey | undefined) {
  const { config: { configPath: path, credentialsPath }, request } = profile
  const files = yield* AwsFiles
  const plan = yield* planOf(profile, key)
  const before = yield* files.read(path)
  const after = yield* orFail(withProfiles({ path, text: before ?? "" }, plan.changes))
  const credentials = { path: credentialsPath, text: (yield* files.read(credentialsPath)) ?? "" }
  yield* check(request, { config: { path, text: after }, credentials }, plan)
  const draft: Draft = { plan, change: { path, before, after } }
  return draft
})

/** Whether it shall be written so; false where there is no need to. */
const isWanted = Effect.fnUntraced(function*({ request }: ProfileToBe, draft: Draft) {
  const { change: { after, before = "" }, plan } = draft
  if (after === before && plan.renamed === undefined) {
    yield* tell(`Nothing to change: ${printable(plan.profile)} is set up like this already.`)
    return false
  }
  yield* showPlan(request, draft)
  yield* agreed("Write it?", true, true)
  return true
})

const carryThrough = Effect.fnUntraced(function*({ config, request }: ProfileToBe, { change, plan }: Draft, isWanted: boolean) {
  if (!isWanted) return yield* triedOut(request.environment, plan, false)
  yield* carryOut(request, plan, change)
  yield* tellOfAwsVault(config, plan)
})

/**
 * Whether the profile can be edited in the file, and whether clients read the file at all: better known before anybody
 * is asked for anything.
 */
const lookAtFiles = Effect.fnUntraced(function*(config: AwsConfig, { borrower, target }: ChosenProfile) {
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
  yield* agreed("Go on all the same?", true, true)
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

const showPlan = Effect.fnUntraced(function*(request: SetupRequest, { change, plan }: Draft) {
  const lines = changeLines(change, request)
  const roles = plan.changes.filter(({ set }) => set.length === 0).filter(({ remove }) => remove.includes("mfa_serial"))
  if (roles.length > 0) {
    const names = roles.map(({ profile }) => printable(profile)).join(", ")
    yield* tell(
      `The mfa_serial of ${names} goes: the session that the role is assumed with has MFA already, and clients would ask for a second code.`
    )
  }
  if (lines.length > 0) yield* tell("", ...lines)
  if (plan.renamed !== undefined && plan.document !== undefined) {
    yield* tell("", `In 1Password, two fields of the item "${printable(plan.document.title)}" get their usual names.`)
  }
  yield* guide("")
})

/** aws-vault goes on keeping the key that is now in 1Password. */
const tellOfAwsVault = (config: AwsConfig, { changes }: Plan) =>
  tell(...idleAwsVaultKeys(config, changes.map(({ profile }) => profile)).map((name) =>
    `aws-vault still has a key of its own: \`aws-vault remove ${printable(name)}\` takes it away.`
  ))

/** Whether 1Password's plugin would keep its user from the profile. */
const pluginFindings = (environment: Environment) =>
  Effect.map(pluginFacts(environment), (facts) => checkPlugin({ environment, ...facts, used: true }))

/** What is in the way of the profile. */
const tellFindings = (findings: ReadonlyArray<Finding>) =>
  Effect.forEach(findings, ({ mend, what, why }) =>
    tell("", `${what}. ${sentence(why)}.`, ...mend.split("\n").map((line) => `  ${line}`)), { discard: true })

/** Keys in plaintext that were come upon. Of the profile that was set up it has been said. */
const tellOfPlaintext = Effect.fnUntraced(function*({ environment }: SetupRequest, plan: Plan) {
  const { keys } = yield* searchPlaintext(environment)
  const places = keys.flatMap((key) => [...profilesOf(key), ...variablesOf(key).length === 0 ? [] : ["the environment"]])
  const others = [...new Set(places)].filter((place) => place !== plan.profile)
  if (others.length === 0) return
  yield* tell(`A key in plaintext: ${others.map((place) => printable(place)).join(", ")}. \`op-aws-credential-process import\` moves it into 1Password.`)
})
