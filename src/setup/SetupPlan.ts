import * as Effect from "effect/Effect"
import type { OpHome } from "./AccountChoice.ts"
import type { AwsConfig, Profile } from "../domain/aws-config/AwsConfig.ts"
import { configuredSts, stsTarget } from "../domain/aws/StsTarget.ts"
import { variable } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { StopFailure } from "../domain/base/StopFailure.ts"
import type { Seconds } from "../domain/base/Time.ts"
import { type OpItem, readRegion, readSerial } from "../domain/onepassword/OpItem.ts"
import type { OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import { type FlagName, flagSpecs } from "../domain/settings/Flags.ts"
import { lookUpSaid } from "../domain/settings/Settings.ts"
import { presentSettings, rolesWithDevice } from "./PresentProfile.ts"
import { type ChangedProfile, likelyRegion, type ProfileChoices, profileEdit, regionComplaint } from "./ProfileDraft.ts"
import { programLine } from "./ProgramLine.ts"
import { type LongLivedKey, Sts } from "../services/aws/Sts.ts"
import { type Manner, tell, typed } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { stsStep, waiting } from "../session/terminal/Waiting.ts"
import { asksForCode, chooseDevice, choosePassword, type Codes, deviceTold } from "./SetupDevice.ts"
import { findItem } from "./SetupItem.ts"
import { lineFlags, lineFor } from "./SetupLine.ts"
import type { ChosenProfile } from "./SetupProfile.ts"
import type { SetupRequest } from "./SetupRequest.ts"

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

/** Asks for all that has to be known, and says what has to be done. Nothing is changed yet. */
export const planOf = Effect.fnUntraced(function*(
  manner: Manner,
  request: SetupRequest,
  config: AwsConfig,
  { borrower, target }: ChosenProfile,
  words: ReadonlyArray<string>
) {
  if (borrower === undefined) return yield* planOfKey(manner, request, config, target, words)
  const { named, present } = borrower
  const line = yield* orFail(programLine(words, named))
  const change: ChangedProfile = { profile: present.name, set: [["credential_process", line]], remove: [] }
  // One that is set up already has all that it takes.
  const base = target.kind === "ours" ? undefined : yield* planOfKey(manner, request, config, target, words)
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
const planOfKey = Effect.fnUntraced(function*(
  manner: Manner,
  request: SetupRequest,
  config: AwsConfig,
  target: ChosenProfile["target"],
  words: ReadonlyArray<string>
) {
  const { environment, flags } = request
  const said = saidOf(config, target)
  const { line } = yield* lineFor(target, words)
  const { document, found, home, item, named } = yield* findItem(manner, request, target.name, said)
  const region = yield* chooseRegion(manner, request, said, item, config)
  const profile = target.kind === "new" ? undefined : target.profile
  const identity = yield* whoseKey(request, found.key, { config, profile, region, item })
  const told = codesOf(request, said)
  const mfa = yield* chooseDevice(manner, {
    key: found.key,
    item,
    serial: flags["mfa-serial"],
    codes: told.source,
    serialField: told.serialField,
    present: said.get("mfa_serial"),
    arn: identity?.arn,
    profile,
    config,
    environment
  })
  const passwordField = yield* choosePassword(manner, item, mfa, told)
  const codes = { ...told, passwordField: passwordField ?? told.passwordField }
  yield* tell(...deviceTold(item, mfa, codes))
  const choices: ProfileChoices = {
    // What a person wrote means the same item by another name, and stays.
    vault: named === undefined ? document.vault?.id ?? "" : named.vault,
    item: named?.item ?? document.id,
    account: home.account,
    accessKeyIdField: found.names.accessKeyIdField,
    secretAccessKeyField: found.names.secretAccessKeyField,
    mfa,
    codes: flags.mfa ?? said.get("op_mfa"),
    region,
    cliPath: cliPathOf(home, request, said),
    line,
    given: (["duration", "mfa-process", "op-otp-field", "op-mfa-serial-field"] as const).flatMap((name) => {
      const value = flags[name] ?? (name === "op-otp-field" ? passwordField : undefined)
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
    asks: asksForCode(item, mfa, codes)
  }
  return plan
})

type Target = ChosenProfile["target"]

/** What a profile says already, in its keys or in its line. */
export const saidOf = (config: AwsConfig, target: Target): ReadonlyMap<string, string> =>
  new Map([...presentSettings(config, target), ...lineFlags(target).moved])

/** Where codes are to come from. */
export const codesOf = ({ environment, flags }: SetupRequest, said: ReadonlyMap<string, string>): Codes => {
  const found = (name: FlagName) => lookUpSaid({ flags, environment, profile: "" }, { name: "", values: said }, name)?.value
  return {
    source: found("mfa"),
    byProcess: found("mfa-process") !== undefined,
    passwordField: found("op-otp-field"),
    serialField: found("op-mfa-serial-field")
  }
}

/** The profile's region, asked for where a person can be. */
export const chooseRegion = Effect.fnUntraced(function*(
  manner: Manner,
  { environment, region }: SetupRequest,
  said: ReadonlyMap<string, string>,
  item: OpItem,
  config: AwsConfig
) {
  if (region !== undefined) return region
  const inItem = readRegion(item)
  const serial = readSerial(item)
  const usual = config.profile("default")
  const likely = likelyRegion([
    said.get("region"),
    typeof inItem === "string" ? inItem : undefined,
    variable(environment, "AWS_REGION"),
    variable(environment, "AWS_DEFAULT_REGION"),
    usual === undefined || usual instanceof Failure ? undefined : usual.values.get("region")
  ], said.get("mfa_serial") ?? (typeof serial === "string" ? serial : undefined))
  // Nobody is asked for what is no matter of doubt, nor told that a region is one.
  if (!manner.asks) return likely.written ? likely.region : undefined
  return yield* typed(manner, {
    question: "AWS region",
    check: regionComplaint,
    ...likely.region === undefined ? undefined : { usual: likely.region }
  }, {
    what: "the region",
    flags: "--region <region>"
  })
})

/** Whose key it is: no policy keeps that from a key, and one that AWS does not know is of no use to anybody. */
const whoseKey = Effect.fnUntraced(function*(
  { environment, importing, print }: SetupRequest,
  key: LongLivedKey,
  { config, item, profile, region }: {
    readonly config: AwsConfig
    readonly item: OpItem
    readonly profile: Profile | undefined
    readonly region: string | undefined
  }
) {
  if (print) return undefined
  // The profile as it will be: what it says now may be no region, which is what is being put right.
  const next = profile === undefined || region === undefined
    ? profile
    : { ...profile, values: new Map([...profile.values, ["region", region]]) }
  const sts = yield* orFail(configuredSts({ config, environment, profile: next }))
  const serial = readSerial(item)
  const regions = region === undefined ? sts.regions : [region, ...sts.regions]
  const target = yield* orFail(stsTarget({ ...sts, regions }, typeof serial === "string" ? serial : undefined, undefined))
  const step = stsStep(target)
  const identity = yield* waiting(step)((yield* Sts).callerIdentity(key, target)).pipe(
    Effect.timeoutOrElse({
      duration: patience * 1000,
      orElse: () => Effect.fail(StopFailure.TimedOut(patience, step.waitingFor, step.hint))
    })
  )
  // `import` has just said whose key it is.
  if (importing !== true) yield* tell(`AWS knows the key: ${printable(nameOfArn(identity.arn))} in account ${identity.account}.`)
  return identity
})

/** As long as a client would wait, had it asked for credentials. */
const patience: Seconds = 55

const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1)

/** Where `op` is, unless whatever starts the line finds it by itself. */
const cliPathOf = (
  { program: { path } }: OpHome,
  { flags }: SetupRequest,
  said: ReadonlyMap<string, string>
): string | undefined =>
  flags["op-cli-path"] === undefined
    ? said.get("op_cli_path") ?? (/^\/(?:usr\/)?bin\/[^/]+$/.test(path) || path.startsWith("/mnt/c/Program Files/") ? undefined : path)
    : path
