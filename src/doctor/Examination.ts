import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { given } from "../domain/base/Given.ts"
import { checkConfigFile, checkConfigSections } from "./checks/AwsFiles.ts"
import { checkKeychain, examineCache } from "./checks/Cache.ts"
import { checkEnvironment } from "./checks/Environment.ts"
import { checkItem } from "./checks/Item.ts"
import { examineOp } from "./checks/OnePassword.ts"
import { checkRotations, checkTrouble } from "./checks/Past.ts"
import { checkPlaintextKeys } from "./checks/PlaintextKey.ts"
import { checkPlugin } from "./checks/Plugin.ts"
import { examineProfile, linesOfOurs } from "./checks/Profile.ts"
import { checkRuntime } from "./checks/Runtime.ts"
import { checkIam, examineClock, examineKey, examineSts } from "./checks/Sts.ts"
import { diskOnce } from "./DiskOnce.ts"
import { type AwsConfig, parseAwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { type ConfigLines, configLines, type SectionsByProfile, sectionsByProfile } from "../domain/aws-config/ConfigLines.ts"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import type { RoleEntry } from "../domain/cache/RoleEntry.ts"
import type { Runtime } from "../domain/host/RunningProgram.ts"
import { type OurProfile, ourProfiles } from "../domain/settings/OurProfiles.ts"
import { argumentsOfLine } from "../domain/settings/ProfileChoice.ts"
import { profileOrigin } from "../domain/settings/ProfileOrigin.ts"
import type { Settings } from "../domain/settings/Settings.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { type Examined, findingOf, fineUnless, together } from "./Finding.ts"
import { pluginFacts } from "./PluginSettings.ts"
import { readJournals } from "../rotate/RotationJournal.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { Cache, RoleCache } from "../services/cache/Cache.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Disk } from "../services/host/Disk.ts"
import { KeychainStatus } from "../services/keychain/KeychainStatus.ts"
import { OpCli } from "../services/onepassword/OpCli.ts"
import { lastTrouble } from "../session/LastTrouble.ts"
import { troubleNoteName } from "../session/Trouble.ts"

export interface ExaminationRequest {
  /** Undefined for every profile of ours. */
  readonly profile: string | undefined
  /** Whether items may be read and STS be asked, which may ask a person. */
  readonly online: boolean
  readonly environment: Environment
  readonly runtime: Runtime
  readonly version: string
}

/**
 * Looks at everything that goes wrong in practice. Only what `online` allows may ask anybody, and nothing is changed.
 * What is wrong is a finding; the one failure is a profile that there is not.
 */
export const examine = Effect.fn("examine")(function*(request: ExaminationRequest) {
  const { environment, online, profile: named, runtime, version } = request
  const { config, problem } = yield* loaded
  const files = yield* linesOf(config)
  const names = config.profileNames()
  if (named !== undefined && problem === undefined && !names.includes(named) && names.length > 0) {
    return yield* Effect.fail(UsageFailure.UnknownProfile(named, config))
  }
  const inUse = named ?? profileOrigin(environment).profile
  const all = ourProfiles({ config, environment, flags: {}, inUse })
  const chosen = named === undefined ? all : chainOf(named, all)
  const settings = keysOf(chosen)
  const now = yield* Clock.currentTimeMillis
  const lines = linesOfOurs(config)
  const sections = sectionsByProfile(files)
  const unread = unreadableProfiles(config, sections, named)
  const roles = Map.groupBy(yield* (yield* RoleCache).list, ({ profile }) => profile)
  const chosenNames = new Set(chosen.map(({ name }) => name))
  const concerns = (name: string): boolean => chosenNames.has(name)
  return consistent(once(together([
    checkRuntime({
      environment,
      runtime,
      version,
      extraCertificates: yield* unreadable(variable(environment, "NODE_EXTRA_CA_CERTS"))
    }),
    examineFiles(files, problem, concerns),
    unread,
    ...unread.findings.length > 0 && chosen.length === 0 ? [] : [examineNames(chosen, named, config)],
    ...yield* Effect.forEach(chosen, (one) => examineProfile(one, { config, sections, lines, environment })).pipe(
      Effect.provideService(Disk, diskOnce(yield* Disk))
    ),
    fineUnless(checkPlaintextKeys(ofProfiles(files, named, concerns), concerns), "no key in plaintext in AWS's files"),
    checkEnvironment({ environment, profileNames: names }),
    yield* examineOp(settings, environment),
    fineUnless(
      checkPlugin({
        environment,
        ...yield* pluginFacts(environment),
        used: chosen.some(({ name }) => isProcess(config, name))
      })
    ),
    yield* examineCache({ profileNames: names, now }),
    ...yield* examineKeychain(chosen),
    fineUnless(checkRotations(
      (yield* readJournals).filter(({ profile }) => named === undefined || concerns(profile)),
      now
    )),
    yield* examineSts(settings, environment),
    checkIam({ environment, config, profiles: settings.map(({ profile }) => profile) }),
    ...online ? yield* Effect.forEach(itemsOf(settings), (one) => examineItem(one, config, environment)) : [],
    ...online ? [yield* examineClock(settings)] : [],
    ...yield* Effect.forEach(yield* troubled(chosen), (name) => examineTrouble(name, roles.get(name) ?? []))
  ])))
})

/** What several checks came upon, the first time only. */
const once = ({ findings, fine }: Examined): Examined => {
  const told = new Set<string>()
  return { fine, findings: findings.filter(({ what }) => !told.has(what) && told.add(what)) }
}

/** The files as far as they can be read; one that cannot is a finding, and an empty one for everything else. */
const loaded = Effect.gen(function*() {
  const read = yield* Effect.result((yield* AwsConfigFile).load)
  if (Result.isSuccess(read)) return { config: read.success, problem: undefined }
  const none = { path: "~/.aws/config", text: "" }
  return {
    config: parseAwsConfig({ config: none, credentials: { ...none, path: "~/.aws/credentials" } }),
    problem: read.failure
  }
})

const linesOf = Effect.fnUntraced(function*({ configPath, credentialsPath }: AwsConfig) {
  const disk = yield* Disk
  return yield* Effect.forEach(
    [configPath, credentialsPath],
    (path, index) =>
      Effect.map(
        disk.read(path),
        (content) =>
          configLines({ path, text: content !== undefined && "text" in content ? content.text : "" }, index === 1)
      )
  )
})

const examineFiles = (
  files: ReadonlyArray<ConfigLines>,
  problem: Failure | undefined,
  concerns: (profile: string) => boolean
): Examined =>
  fineUnless(
    [
      ...problem === undefined ? [] : [findingOf("config", problem, "no client can read its profiles either")],
      ...files.flatMap((file) => [...checkConfigFile(file), ...checkConfigSections(file, concerns)])
    ],
    ...files.filter(({ sections }) => sections.length > 0).map(({ path }) => `${path}${readAlike}`)
  )

const readAlike = " is read alike by all clients"

/** Without the praise of a file in which a line is found fault with. */
const consistent = ({ findings, fine }: Examined): Examined => ({
  findings,
  fine: fine.filter((line) =>
    !line.endsWith(readAlike) || !findings.some(({ what }) => what.includes(`${line.slice(0, -readAlike.length)}:`))
  )
})

/** A profile with the profiles that it rests on. */
const chainOf = (named: string, all: ReadonlyArray<OurProfile>): ReadonlyArray<OurProfile> => {
  const chain = all.find(({ name }) => name === named)?.chain
  const names = chain === undefined || chain instanceof Failure
    ? [named]
    : [named, chain.settings.profile, ...chain.hops.map(({ profile }) => profile)]
  return all.filter(({ name }) => names.includes(name))
}

/** The settings of each key that these profiles rest on. */
const keysOf = (profiles: ReadonlyArray<OurProfile>): ReadonlyArray<Settings> => [
  ...new Map(
    profiles.flatMap(({ chain }) => chain instanceof Failure ? [] : [[chain.settings.profile, chain.settings] as const])
  ).values()
]

const examineNames = (chosen: ReadonlyArray<OurProfile>, named: string | undefined, config: AwsConfig): Examined =>
  fineUnless(
    chosen.length > 0 ? [] : [{
      check: "profiles",
      severity: "error",
      what: named === undefined
        ? `no profile in ${config.configPath} uses 1Password`
        : `profile ${printable(named)} does not use 1Password`,
      why: "a profile does when it has op_item, or a credential_process that runs this program",
      mend: `write in [${named === undefined || named === "default" ? "default" : `profile ${printable(named)}`}]\nop_item = op://<vault>/<item>`
    }],
    `profiles: ${chosen.map(({ name }) => printable(name)).join(", ")}`
  )

/** Profiles with a line that clients do not read alike, which we do not read at all, where they look like ours. */
const unreadableProfiles = (
  config: AwsConfig,
  sections: SectionsByProfile,
  named: string | undefined
): Examined =>
  fineUnless(
    config.profileNames().filter((name) => named === undefined || name === named).flatMap((name) => {
      const profile = config.profile(name)
      if (!(profile instanceof Failure)) return []
      const keys = (sections.get(name) ?? []).flatMap((section) => section.keys)
      const ours = keys.some(({ key, value }) => /^op_/i.test(key) || value.includes("op-aws-credential-process"))
      return ours
        ? [findingOf("settings", profile, `profile ${printable(name)} is not used as long as it has that line`)]
        : []
    })
  )

/** With a profile named, only its own sections matter. */
const ofProfiles = (
  files: ReadonlyArray<ConfigLines>,
  named: string | undefined,
  concerns: (profile: string) => boolean
): ReadonlyArray<ConfigLines> =>
  named === undefined
    ? files
    : files.map((file) => ({
      ...file,
      sections: file.sections.filter(({ profile }) => profile !== undefined && concerns(profile))
    }))

const unreadable = Effect.fnUntraced(function*(path: string | undefined) {
  if (path === undefined) return undefined
  const content = yield* (yield* Disk).read(path)
  return content === undefined ? "there is no such file" : "reason" in content ? content.reason : undefined
})

const isProcess = (config: AwsConfig, name: string): boolean => {
  const profile = config.profile(name)
  return profile !== undefined && !(profile instanceof Failure) && argumentsOfLine(profile) !== undefined
}

/** Each item once, however many profiles take their key from it in the same way. */
const itemsOf = (all: ReadonlyArray<Settings>): ReadonlyArray<Settings> => [
  ...new Map(all.map((settings) => {
    const { accessKeyIdField, account, cliPath, item, mfa, mfaSerial, secretAccessKeyField, vault } = settings
    return [
      JSON.stringify([accessKeyIdField, account, cliPath, item, mfa, mfaSerial, secretAccessKeyField, vault]),
      settings
    ] as const
  })).values()
]

const examineItem = Effect.fnUntraced(function*(settings: Settings, config: AwsConfig, environment: Environment) {
  const { account, cliPath, item, vault } = settings
  const read = yield* Effect.result(
    (yield* OpCli).readItem({ cliPath, item, vault, ...given({ account }) })
  )
  const examined = checkItem({ settings, item: Result.isSuccess(read) ? read.success : read.failure })
  if (Result.isFailure(read)) return examined
  const profile = config.profile(settings.profile)
  const sources = { config, environment, profile: profile instanceof Failure ? undefined : profile }
  return together([examined, yield* examineKey(settings, read.success, sources)])
})

/** The profiles of which anything is noted: of thousands these are few. */
const troubled = Effect.fnUntraced(function*(profiles: ReadonlyArray<OurProfile>) {
  const noted = yield* (yield* Notes).names
  return profiles.map(({ name }) => name).filter((name) =>
    noted.has(troubleNoteName("failure", name)) || noted.has(troubleNoteName("warning", name))
  )
})

/** The keychain, where one of these profiles keeps its sessions in it. */
const examineKeychain = Effect.fnUntraced(function*(profiles: ReadonlyArray<OurProfile>) {
  const inKeychain = profiles.filter(({ chain }) => !(chain instanceof Failure) && chain.settings.cache === "keyring")
  if (inKeychain.length === 0) return []
  const closed = yield* (yield* KeychainStatus).closed
  return [checkKeychain(inKeychain.map(({ name }) => name), Option.getOrUndefined(closed))]
})

/** What went wrong last with a profile, unless a session has been made since. */
const examineTrouble = Effect.fnUntraced(function*(profile: string, roles: ReadonlyArray<RoleEntry>) {
  const session = yield* (yield* Cache).read(profile)
  const made = [...Option.toArray(session), ...roles].flatMap(({ issuedAt }) => issuedAt ?? [])
  return fineUnless(checkTrouble({
    profile,
    failure: Option.getOrUndefined(yield* lastTrouble("failure", profile)),
    warning: Option.getOrUndefined(yield* lastTrouble("warning", profile)),
    madeAt: made.length === 0 ? undefined : made.reduce((one, other) => Math.max(one, other)),
    now: yield* Clock.currentTimeMillis
  }))
})
