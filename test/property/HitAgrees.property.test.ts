import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as CallerFake from "../fakes/host/CallerFake.ts"
import { DialogFake } from "../fakes/mfa/DialogFake.ts"
import * as LockMemory from "../fakes/cache/LockMemory.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { TtyFake } from "../fakes/terminal/TtyFake.ts"
import { configOf, roleArn } from "../fixtures/Chains.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { hasLauncher, servedByLauncher } from "../launcher/Engines.ts"
import { type CacheEntry, encodeEntry, entryFileName } from "../../src/domain/cache/CacheEntry.ts"
import { accountIdOf, encodeRole, endKey, roleFileName, roleFolder } from "../../src/domain/cache/RoleEntry.ts"
import { OpFailure } from "../../src/domain/onepassword/OpFailure.ts"
import { credentialOutput } from "../../src/domain/session/CredentialOutput.ts"
import { folderIn } from "../../src/domain/settings/CacheDirectory.ts"
import { parseCommandLine } from "../../src/domain/settings/CommandLine.ts"
import { chooseProfile } from "../../src/domain/settings/ProfileChoice.ts"
import { resolveRoleChain, type RoleChain } from "../../src/domain/settings/RoleChain.ts"
import { hit } from "../../src/hit.ts"
import * as AwsConfigFileNode from "../../src/layers/aws-config/AwsConfigFileNode.ts"
import * as Live from "../../src/layers/Live.ts"
import { AwsConfigFile } from "../../src/services/aws-config/AwsConfigFile.ts"
import { ProcessEnvironment } from "../../src/services/host/ProcessEnvironment.ts"
import { OpCli } from "../../src/services/onepassword/OpCli.ts"
import { acquireRole } from "../../src/session/AssumeRoles.ts"
import { orFail } from "../../src/session/OrFail.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

const serial = "arn:aws:iam::123456789012:mfa/someone"
const now = 1_800_000_000_000
const minute = 60_000

const look = `{ "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::some bucket/*" } }`

/** Everything that a call depends on. Untouched, it is a call that is served from the cache. */
interface Situation {
  readonly words: Array<string>
  readonly environment: Record<string, string>
  /** By profile; a key without a value is written as a line that stands alone. */
  readonly config: Record<string, Record<string, string | undefined>>
  /** Other than the entry that fits. */
  entry: Partial<CacheEntry>
  /** Of the entry, in milliseconds. */
  remaining: number
  age: number | undefined
  /** What has become of the file. */
  change: (text: string) => string
  mode: number
  place: "file" | "link" | "other profile"
  /** The role's file holds what was made for another role, and the narrowed session's what was made by another policy. */
  otherRole: boolean
  /** What the policy's file holds; undefined where there is none. */
  policy: string | undefined
  /** The directory that OP_AWS_CACHE_DIR names has it, or our folder in it; the directory as well, where it is both. */
  chosen: "no" | "directory" | "folder" | "both"
  /** There are other things in the directory. */
  shared: boolean
}

const usual = (): Situation => ({
  words: ["--profile", "dev"],
  environment: {},
  config: {
    dev: { region: "eu-west-1", mfa_serial: serial, op_vault: "Private", op_item: "AWS" },
    deploy: { role_arn: roleArn("deploy"), source_profile: "dev" },
    agent: { region: "eu-west-1", mfa_serial: serial, op_vault: "Private", op_item: "AWS", op_policy: "~/policy.json" }
  },
  entry: {},
  remaining: 600 * minute,
  age: 120 * minute,
  change: (text) => text,
  mode: 0o600,
  place: "file",
  otherRole: false,
  policy: look,
  chosen: "no",
  shared: false
})

type Deviation = (situation: Situation) => void

const words = (...given: ReadonlyArray<string>): Deviation => ({ words }) => void words.push(...given)
const environment = (name: string, value: string): Deviation => ({ environment }) => void (environment[name] = value)
const key = (name: string, value: string | undefined): Deviation => ({ config }) => void (config["dev"]![name] = value)
const entry = (other: Partial<CacheEntry>): Deviation => (situation) => void Object.assign(situation.entry, other)
const remaining = (minutes: number): Deviation => (situation) => void (situation.remaining = minutes * minute)
const age = (minutes: number | undefined): Deviation => (situation) =>
  void (situation.age = minutes === undefined ? undefined : minutes * minute)
const change = (how: (text: string) => string): Deviation => (situation) => void (situation.change = how)
const asking = (...given: ReadonlyArray<string>): Deviation => ({ words }) => void words.splice(0, 2, ...given)

/** What may be different, most of it so that the entry fits no more, some of it so that it fits again or all the same. */
const deviations: ReadonlyArray<Deviation> = [
  asking(),
  asking("--profile=deploy"),
  asking("--profile", "deploy"),
  asking("--profile", "nobody"),
  words("--op-vault", "Private"),
  words("--op-vault=Other"),
  words("--op-item", "op://Private/AWS"),
  words("--op-item=op://Private"),
  words("--op-account", "one"),
  words("--op-access-key-id-field", "key"),
  words("--mfa", "none"),
  words("--mfa", "sometimes"),
  words("--mfa-serial", "GAHT12345678"),
  words("--mfa-serial", "bad serial"),
  words("--duration", "15m"),
  words("--duration", "1.5h"),
  words("--duration", "never"),
  words("--timeout", "0s"),
  words("--cache", "none"),
  words("--cache=file"),
  words("--refresh"),
  words("--no-prompt"),
  words("--log-level", "error"),
  words("--log-level=debug"),
  words("--role-arn", roleArn("other")),
  words("--role-duration", "2h"),
  words("--op-cli-path", "./op"),
  words("status"),
  words("--whatever"),
  words("--duration"),
  environment("AWS_PROFILE", "dev"),
  environment("AWS_REGION", "cn-north-1"),
  environment("AWS_REGION", "eu_west"),
  environment("AWS_DEFAULT_REGION", "us-gov-west-1"),
  environment("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
  environment("AWS_ENDPOINT_URL", "not a url"),
  environment("OP_AWS_VAULT", "Other"),
  environment("OP_AWS_ITEM", "AWS"),
  environment("OP_AWS_ACCOUNT", "one"),
  environment("OP_AWS_MFA", "none"),
  environment("OP_AWS_CACHE", "none"),
  environment("OP_AWS_DURATION", "20m"),
  environment("OP_AWS_LOG_LEVEL", "debug"),
  environment("OP_AWS_CACHE_DIR", "relative"),
  environment("XDG_CACHE_HOME", ""),
  key("region", "us-east-1"),
  key("region", ""),
  key("mfa_serial", ""),
  key("op_item", ""),
  key("op_vault", "Other"),
  key("op_account", "two"),
  key("op_mfa", "prompt"),
  key("op_duration", "30"),
  key("role_arn", roleArn("itself")),
  key("source_profile", "deploy"),
  key("endpoint_url", "https://sts.example"),
  key("services", "missing"),
  key("s3", ""),
  key("a line alone", undefined),
  key("credential_process", "/usr/local/bin/op-aws-credential-process --profile dev"),
  key("credential_process", "op-aws-credential-process --op-vault Line"),
  key("credential_process", "op-aws-credential-process"),
  entry({ vault: "Other" }),
  entry({ vaultId: "v1", itemId: "i1" }),
  entry({ vault: "Other", vaultId: "Private" }),
  entry({ item: "Other", itemId: "AWS" }),
  (situation) => {
    Object.assign(situation.entry, { vaultId: "v1", itemId: "i1" })
    Object.assign(situation.config["dev"]!, { op_vault: "v1", op_item: "i1" })
  },
  key("op_item", "i1"),
  entry({ item: "Other" }),
  entry({ account: "one" }),
  entry({ mfaSerial: "" }),
  entry({ serialFromItem: true }),
  entry({ endpoint: "http://127.0.0.1:1" }),
  entry({ partition: "aws-cn" }),
  entry({ accessKeyIdField: "key" }),
  ...[-1, 0.5, 2, 15.9, 16.1, 40, 36 * 60, 37 * 60].map(remaining),
  ...[undefined, -10, -0.5, 0, 3].map(age),
  change((text) => text.slice(0, -20)),
  change((text) => text.replace("Private", "Privatf")),
  change((text) => text.replace(/,"checksum".*/, "}")),
  change((text) => text.replace(/,"(?:profile|op_account|sts_endpoint|partition|serial_from_item|issued_at)":.*/, "}")),
  change((text) => text.replace("ASIA", "ASIb")),
  change(() => "null"),
  (situation) => void (situation.mode = 0o644),
  (situation) => void (situation.place = "link"),
  (situation) => void (situation.place = "other profile"),
  ...(["directory", "folder", "both"] as const).flatMap((chosen): ReadonlyArray<Deviation> => [
    (situation) => void (situation.chosen = chosen),
    (situation) => void Object.assign(situation, { chosen, shared: true })
  ]),
  ({ config }) => void (config["deploy"]!["external_id"] = "another"),
  ...Array.from({ length: 8 }, () => asking("--profile", "agent")),
  ...[
    undefined,
    "",
    look.replaceAll("\n", "\r\n\t"),
    look.replace("some bucket", "some  bucket"),
    look.replace("Get", "get"),
    look.replace("\"Version\"", "\"Version\": \"2012-10-17\", \"Version\""),
    look.replace("Statement", "Statements"),
    look.slice(0, -2),
    `${look} x`,
    "tr ue"
  ].map((policy): Deviation => (situation) => void (situation.policy = policy)),
  words("--policy", "policy.json"),
  words("--policy", "~/policy.json"),
  words("--policy="),
  words("--scope-duration", "15m"),
  words("--scope-duration", "13h"),
  words("--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
  environment("OP_AWS_POLICY", "~/policy.json"),
  environment("OP_AWS_POLICY", "policy.json"),
  environment("OP_AWS_SCOPE_DURATION", "15m"),
  environment("AI_AGENT", "somebody \u2603"),
  key("op_policy", "~/policy.json"),
  key("op_policy", ""),
  key("op_scope_duration", "1h"),
  key("op_policy_arns", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
  key("credential_process", "op-aws-credential-process --profile dev --policy /policy.json"),
  ...[["op_policy", ""], ["op_policy", "policy.json"], ["op_scope_duration", "1h"], ["role_arn", roleArn("own")], ["op_duration", "15m"]].map(
    ([name, value]): Deviation => ({ config }) => void (config["agent"]![name!] = value)
  ),
  ...["deploy", "agent"].map((name): Deviation => (situation) => {
    asking("--profile", name)(situation)
    situation.otherRole = true
  })
]

const situations = Arbitrary.map(
  // Literals come up equally often; of numbers, the ends of the range would.
  Arbitrary.array(Arbitrary.schema(Schema.Literals([...deviations.keys()])), { minLength: 1, maxLength: 4 }),
  (chosen) => {
    const situation = usual()
    for (const index of chosen) deviations[index]!(situation)
    return situation
  }
)

const printed = (config: Situation["config"]): string =>
  Object.entries(config).flatMap(([name, keys]) => [
    `[profile ${name}]`,
    ...Object.entries(keys).map(([key, value]) => value === undefined ? key : `${key} = ${value}`)
  ]).join("\n")

const privately = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, text)
}

const chosenIn = (home: string): string => join(home, "chosen")

const cacheIn = (home: string, { chosen }: Situation): string =>
  chosen === "no"
    ? join(home, ".cache/op-aws-credential-process")
    : chosen === "directory"
    ? chosenIn(home)
    : folderIn(chosenIn(home), process.geteuid?.())

const environmentOf = (home: string, { chosen, environment }: Situation): Record<string, string> => ({
  ...environment,
  HOME: home,
  ...(chosen === "no" ? undefined : { OP_AWS_CACHE_DIR: chosenIn(home) })
})

/** Puts a situation on a disk, below `home`. */
const prepare = (home: string, situation: Situation): void => {
  const { age, change, chosen, config, entry, mode, otherRole, place, policy, remaining, shared } = situation
  const cache = cacheIn(home, situation)
  privately(join(home, ".aws/config"), printed(config))
  if (shared) privately(join(chosenIn(home), "package.json"), "{}")
  if (chosen === "both") {
    const { credentials } = entryOf("AWS")
    const fits = { ...entryOf("AWS"), profile: "dev", partition: "aws", issuedAt: now - 120 * minute }
    const older = encodeEntry({ ...fits, credentials: { ...credentials, expiration: now + 500 * minute } })
    privately(join(chosenIn(home), entryFileName("dev")), older)
    chmodSync(join(chosenIn(home), entryFileName("dev")), 0o600)
  }
  const credentials = { ...entryOf("AWS").credentials, expiration: now + remaining }
  const issued = age === undefined ? undefined : { issuedAt: now - age }
  const session = { ...entryOf("AWS"), profile: "dev", partition: "aws", ...entry, ...issued, credentials }
  const paths = [join(cache, entryFileName(place === "other profile" ? "another" : "dev"))]
  privately(paths[0]!, change(encodeEntry(session)))
  if (policy !== undefined) privately(join(home, "policy.json"), policy)
  for (const profile of ["deploy", "agent"]) {
    const role = resolveRoleChain({
      profile,
      asker: "client",
      flags: {},
      environment: { HOME: home },
      config: configOf(printed(usual().config), { [`${home}/policy.json`]: look })
    }) as RoleChain
    const entry = {
      ...endKey(role)!,
      profile,
      roleArn: profile === "deploy" ? roleArn("deploy") : "",
      baseProfile: role.settings.profile,
      issuedAt: now - (age ?? 0),
      credentials
    }
    const path = join(cache, roleFolder, roleFileName(entry))
    paths.push(path)
    privately(path, change(encodeRole(otherRole ? { ...entry, roles: entry.roles.replace("2012", "2008").replace("deploy", "other") } : entry)))
  }
  for (const path of paths) {
    chmodSync(path, mode)
    if (place !== "link") continue
    renameSync(path, `${path}.elsewhere`)
    symlinkSync(`${path}.elsewhere`, path)
  }
}

/**
 * What the program makes of the same call. `text` is there when it comes from the cache and is good still; what the
 * program hands out when it fails to get better is another matter.
 */
const program = (given: ReadonlyArray<string>, environment: Record<string, string>) => {
  let asked = false
  const nobody = Layer.succeed(OpCli, {
    readItem: () =>
      Effect.suspend(() => {
        asked = true
        return Effect.fail(OpFailure.OpNotFound("op", true))
      })
  })
  const sts = StsFake.makeSts()
  const machine = Layer.mergeAll(
    TtyFake.layer({ present: false }),
    DialogFake.layer({ present: false }),
    MfaProcessFake.layer(),
    SignalsFake.layer,
    CallerFake.layer(),
    LockMemory.layer,
    NotesMemory.layer,
    StsFake.layerOver(sts),
    AwsConfigFileNode.layer,
    nobody
  ).pipe(Layer.provideMerge(Layer.succeed(ProcessEnvironment, environment)))
  return Effect.gen(function*() {
    const flags = parseCommandLine(given)!
    const config = yield* (yield* AwsConfigFile).load
    const profile = yield* orFail(chooseProfile({ named: flags.profile, words: given, environment, config }))
    const chain = yield* orFail(resolveRoleChain({ profile, asker: "client", flags, environment, config }))
    const { cache } = chain.settings
    const text = yield* acquireRole(chain, { staleIfError: false }).pipe(
      // Narrowing asks nobody but AWS.
      Effect.map((made) => asked || sts.calls.length > 0 ? undefined : credentialOutput(made.credentials, accountIdOf(made))),
      Effect.provide(Live.layerCache(cache)),
      Effect.orElseSucceed(() => undefined)
    )
    return { chain, text }
  }).pipe(
    Effect.orElseSucceed(() => undefined),
    Effect.provide(Layer.provideMerge(ProgressTerminal.layer, machine))
  )
}

describe(`the hit path${hasLauncher ? ", in the launcher too," : ""} and the program`, () => {
  it.effect.prop("agree on what a call is and on what is served", [situations], ([situation]) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const home = yield* temporaryDirectory
      prepare(home, situation)
      const environment = environmentOf(home, situation)
      const outcome = hit(situation.words, environment, now)
      if (hasLauncher) {
        const call = { words: situation.words, environment, now }
        assert.deepStrictEqual(servedByLauncher([call]), [outcome._tag === "Served" ? outcome.output.trimEnd() : ""])
      }
      if (parseCommandLine(situation.words) === undefined) return assert.strictEqual(outcome._tag, "Unusual")
      const whole = yield* program(situation.words, environment)
      if (whole === undefined || whole.chain.settings.logLevel === "debug") return assert.strictEqual(outcome._tag, "Unusual")
      if (outcome._tag === "Missed") assert.deepStrictEqual(outcome.chain, whole.chain)
      // Only the program looks for another profile's session that would do, or for one from before the profile was narrowed.
      const isMoved = whole.chain.settings.keptAs !== undefined && whole.chain.narrowing === undefined
      const isOwn = !isMoved && situation.place !== "other profile" && ["dev", "agent"].includes(whole.chain.settings.profile)
      const output = outcome._tag === "Served" ? outcome.output : undefined
      if (isOwn || output !== undefined) assert.strictEqual(output, whole.text)
      // What the program has taken over for the profile is there for the next call.
      if (whole.text === undefined) return
      assert.deepInclude(hit(situation.words, environment, now), { _tag: "Served", output: whole.text })
    }), { arbitrary: { runs: 400 } })

  it.effect("need no global that Bun builds at its first mention to serve a session", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      prepare(home, usual())
      const { Buffer, Math, Set, URL } = globalThis
      Object.assign(globalThis, { Buffer: undefined, Math: undefined, Set: undefined, URL: undefined })
      const outcome = hit(["--profile", "dev"], { HOME: home }, now)
      Object.assign(globalThis, { Buffer, Math, Set, URL })
      assert.strictEqual(outcome._tag, "Served")
    }))

  it.effect("serve the session and the role of a call that nothing is wrong with", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const home = yield* temporaryDirectory
      prepare(home, usual())
      for (const profile of ["dev", "deploy", "agent"]) {
        const outcome = hit(["--profile", profile], { HOME: home }, now)
        assert.strictEqual(outcome._tag, "Served", profile)
        const whole = yield* program(["--profile", profile], { HOME: home })
        assert.strictEqual(outcome._tag === "Served" ? outcome.output : undefined, whole?.text)
      }
    }))
})
