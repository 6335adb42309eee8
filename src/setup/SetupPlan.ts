import * as Effect from "effect/Effect"
import type { OpHome } from "./AccountChoice.ts"
import { configuredSts, stsTarget } from "../domain/aws/StsTarget.ts"
import { variable } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { StopFailure } from "../domain/base/StopFailure.ts"
import type { Seconds } from "../domain/base/Time.ts"
import { type OpItem, readRegion, readSerial } from "../domain/onepassword/OpItem.ts"
import type { OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import { flagSpecs } from "../domain/settings/Flags.ts"
import { byFlag, type GivenSettings } from "../domain/settings/GivenSettings.ts"
import { lineFlags, rolesWithDevice } from "./PresentProfile.ts"
import { type ChangedProfile, likelyRegion, type ProfileChoices, profileEdit, regionComplaint } from "./ProfileDraft.ts"
import { lineFor, programLine } from "./ProgramLine.ts"
import { Sts } from "../services/aws/Sts.ts"
import { tell, typed } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { stsStep, waiting } from "../session/terminal/Waiting.ts"
import { asksForCode, chooseDevice, choosePassword, deviceTold, type KeyOfItem } from "./SetupDevice.ts"
import type { FoundItem } from "./SetupItem.ts"
import type { ProfileToBe } from "./SetupRequest.ts"

/** All that is to be done. */
export interface Plan {
  readonly profile: string
  readonly line: string
  /** The profile that the line names: another one where this one only has the other's role. */
  readonly named: string
  readonly changes: ReadonlyArray<ChangedProfile>
  readonly home: OpHome | undefined
  readonly document: OpItemDocument | undefined
  /** The item with other labels, where it is to have those. */
  readonly renamed: OpItemDocument | undefined
  /** A code has to be typed for a session. */
  readonly asks: boolean
}

/** What a profile is asked about beside its item. */
export interface ProfileAnswers {
  readonly region: string | undefined
  readonly mfa: ProfileChoices["mfa"]
  /** As the profile has to call the item's one-time password, where there are several. */
  readonly passwordField: string | undefined
}

/** The key of a profile that is to be: the item that holds it, and all that was asked about the profile beside it. */
export interface ProfileKey {
  readonly found: FoundItem
  readonly answers: ProfileAnswers
}

/**
 * Asks what a profile has to say beside its item, which may still be about to be made. `arn` is whose key it is, where
 * that is known.
 */
export const answersFor = Effect.fn("setup.answersFor")(function*(profile: ProfileToBe, of: KeyOfItem, arn?: string) {
  const region = yield* chooseRegion(profile, of.item)
  const mfa = yield* chooseDevice(profile, of, arn ?? (yield* whoseKey(profile, of, region)))
  const answers: ProfileAnswers = { region, mfa, passwordField: yield* choosePassword(of.item, mfa, profile.given) }
  yield* tell(...deviceTold(of.item, mfa, withPassword(profile, answers)))
  return answers
})

const withPassword = ({ given }: ProfileToBe, { passwordField: value }: ProfileAnswers): GivenSettings =>
  value === undefined ? given : { ...given, "op-otp-field": { value, source: "an answer", rank: 0 } }

/** What has to be done. */
export const planOf = Effect.fnUntraced(function*(profile: ProfileToBe, key: ProfileKey | undefined) {
  const base = key === undefined ? undefined : yield* planOfKey(profile, key)
  if (base !== undefined && profile.borrower === undefined) return base
  const { named, present } = profile.borrower ?? { named: profile.target.name, present: profile.target }
  const line = yield* orFail(programLine(profile.words, named))
  const change: ChangedProfile = { profile: present.name, set: [["credential_process", line]], remove: [] }
  const plan: Plan = {
    home: undefined,
    document: undefined,
    renamed: undefined,
    asks: true,
    ...base,
    profile: present.name,
    line,
    named,
    changes: [...base?.changes ?? [], change]
  }
  return plan
})

/** The same for a profile that gets a key. */
const planOfKey = Effect.fnUntraced(function*(profile: ProfileToBe, { answers, found: { document, found, home, item, named } }: ProfileKey) {
  const { config, now, said, target, words } = profile
  const { mfa, passwordField, region } = answers
  const { line } = yield* lineFor(target, words)
  const choices: ProfileChoices = {
    // What a person wrote means the same item by another name, and stays.
    vault: named === undefined ? document.vault?.id ?? "" : named.vault,
    item: named?.item ?? document.id,
    account: home.account,
    accessKeyIdField: found.names.accessKeyIdField,
    secretAccessKeyField: found.names.secretAccessKeyField,
    mfa,
    codes: byFlag(now, "mfa") ?? said.get("op_mfa"),
    region,
    cliPath: cliPathOf(home, profile),
    line,
    given: (["duration", "mfa-process", "op-otp-field", "op-mfa-serial-field"] as const).flatMap((name) => {
      const value = byFlag(now, name) ?? (name === "op-otp-field" ? passwordField : undefined)
      return value === undefined ? [] : [[flagSpecs[name].profileKey!, value] as const]
    }),
    moved: target.kind === "aws-vault" || target.kind === "op" ? [...said].filter(([key]) => key !== "credential_process") : lineFlags(target).moved
  }
  const roles = mfa === "none" ? [] : rolesWithDevice(config, target.name)
  const plan: Plan = {
    profile: target.name,
    line: choices.line,
    named: target.name,
    changes: [
      { profile: target.name, ...profileEdit(target, choices) },
      ...roles.map(({ name }) => ({ profile: name, set: [], remove: ["mfa_serial"] }))
    ],
    home,
    document,
    renamed: found.renamed,
    asks: asksForCode(item, mfa, withPassword(profile, answers))
  }
  return plan
})

/** The device that the profile or the item names, where one does. */
const namedSerial = ({ given }: ProfileToBe, item: OpItem): string | undefined => {
  const inItem = readSerial(item, given["op-mfa-serial-field"]?.value)
  return given["mfa-serial"]?.value ?? (typeof inItem === "string" ? inItem : undefined)
}

/** The profile's region, asked for where a person can be. */
const chooseRegion = Effect.fnUntraced(function*(profile: ProfileToBe, item: OpItem) {
  const { config, request: { environment, region }, said } = profile
  if (region !== undefined) return region
  const inItem = readRegion(item)
  const usual = config.profile("default")
  const likely = likelyRegion([
    said.get("region"),
    typeof inItem === "string" ? inItem : undefined,
    variable(environment, "AWS_REGION"),
    variable(environment, "AWS_DEFAULT_REGION"),
    usual === undefined || usual instanceof Failure ? undefined : usual.values.get("region")
  ], namedSerial(profile, item))
  const answer = yield* typed({
    question: "AWS region",
    check: regionComplaint,
    ...likely.region === undefined ? undefined : { usual: likely.region },
    // Nobody is asked for what is no matter of doubt, nor told that a region is one.
    unasked: { certain: likely.written ? likely.region ?? "" : "" }
  })
  return answer === "" ? undefined : answer
})

/** Whose key it is: no policy keeps that from a key, and one that AWS does not know is of no use to anybody. */
const whoseKey = Effect.fnUntraced(function*(profile: ProfileToBe, { item, key }: KeyOfItem, region: string | undefined) {
  const { config, request: { environment, print }, target: present } = profile
  if (print) return undefined
  const there = present.kind === "new" ? undefined : present.profile
  // The profile as it will be: what it says now may be no region, which is what is being put right.
  const next = there === undefined || region === undefined
    ? there
    : { ...there, values: new Map([...there.values, ["region", region]]) }
  const sts = yield* orFail(configuredSts({ config, environment, profile: next }))
  const regions = region === undefined ? sts.regions : [region, ...sts.regions]
  const target = yield* orFail(stsTarget({ ...sts, regions }, namedSerial(profile, item), undefined))
  const step = stsStep(target)
  const { account, arn } = yield* waiting(step)((yield* Sts).callerIdentity(key, target)).pipe(
    Effect.timeoutOrElse({
      duration: patience * 1000,
      orElse: () => Effect.fail(StopFailure.TimedOut(patience, step.waitingFor, step.hint))
    })
  )
  yield* tell(`AWS knows the key: ${printable(arn.slice(arn.lastIndexOf(":") + 1))} in account ${account}.`)
  return arn
})

/** As long as a client would wait, had it asked for credentials. */
const patience: Seconds = 55

/** Where `op` is, unless whatever starts the line finds it by itself. */
const cliPathOf = ({ program: { path } }: OpHome, { now, said }: ProfileToBe): string | undefined =>
  byFlag(now, "op-cli-path") === undefined
    ? said.get("op_cli_path") ?? (/^\/(?:usr\/)?bin\/[^/]+$/.test(path) || path.startsWith("/mnt/c/Program Files/") ? undefined : path)
    : path
