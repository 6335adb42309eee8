import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as AwsConfigFileMemory from "../fakes/aws-config/AwsConfigFileMemory.ts"
import * as CacheMemory from "../fakes/cache/CacheMemory.ts"
import * as CachePlaceFake from "../fakes/cache/CachePlaceFake.ts"
import * as DiskMemory from "../fakes/host/DiskMemory.ts"
import { makeKeychain, statusOver } from "../fakes/cache/KeychainFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import * as OpStatusFake from "../fakes/onepassword/OpStatusFake.ts"
import * as IamFake from "../fakes/aws/IamFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { account } from "../../simulator/op/State.ts"
import { examine } from "../../src/doctor/Examination.ts"
import type { Examined, Finding } from "../../src/doctor/Finding.ts"
import { findingsJson, findingText } from "../../src/doctor/FindingText.ts"
import { ConfigFailure } from "../../src/domain/aws-config/ConfigFailure.ts"
import type { Environment } from "../../src/domain/base/Environment.ts"
import { encodeEntry, entryFileName } from "../../src/domain/cache/CacheEntry.ts"
import { wholeName } from "../../src/domain/settings/Settings.ts"
import { journalName, rotationJournal } from "../../src/rotate/RotationJournal.ts"
import { remember } from "../../src/session/Trouble.ts"

const now = Date.parse("2026-11-22T10:00:00Z")
const program = "/usr/local/bin/op-aws-credential-process"
const cacheDirectory = "/home/me/.cache/op-aws-credential-process"

const dev = [
  "[profile dev]",
  "region = eu-central-1",
  "mfa_serial = arn:aws:iam::123456789012:mfa/me",
  "op_item = op://Private/AWS",
  `credential_process = ${program} --profile dev`,
  ""
].join("\n")

/** A machine as the fakes have it: what the files hold is on its disk as well. */
const machine = (
  parts: { readonly config?: string; readonly credentials?: string; readonly environment?: Environment } = {}
) => {
  const { config = dev, credentials } = parts
  const things: DiskMemory.Things = new Map<string, DiskMemory.Thing>([
    ["/home/me/.aws/config", { text: config }],
    ...credentials === undefined ? [] : [["/home/me/.aws/credentials", { text: credentials }] as const],
    ["/usr/bin/op", { text: "", mode: 0o755 }],
    [program, { text: "\x7fELF", mode: 0o755 }]
  ])
  return {
    things,
    texts: { config, ...credentials === undefined ? {} : { credentials } },
    environment: { HOME: "/home/me", PATH: "/usr/local/bin:/usr/bin:/bin", ...parts.environment },
    status: OpStatusFake.makeOpStatusWorld(),
    op: OpCliFake.makeWorld(),
    sts: StsFake.makeSts(),
    store: CacheMemory.makeStore(),
    notes: new Map<string, string>(),
    keychain: makeKeychain(),
    /** Where the cache is, which need not be where the environment has it. */
    place: undefined as string | undefined
  }
}

type Machine = ReturnType<typeof machine>

const look = (on: Machine, request: { readonly profile?: string; readonly online?: boolean } = {}) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(now)
    return yield* examine({
      profile: request.profile,
      online: request.online ?? false,
      environment: on.environment,
      runtime: { name: "node", version: "24.21.0" },
      version: "1.2.3"
    })
  }).pipe(Effect.provide(layerOf(on)))

const layerOf = (on: Machine) =>
  Layer.mergeAll(
    AwsConfigFileMemory.layer(on.texts),
    DiskMemory.layerOver(on.things),
    CachePlaceFake.layer(on.environment, on.place),
    OpStatusFake.layerOver(on.status),
    OpCliFake.layerOver(on.op),
    StsFake.layerOver(on.sts),
    IamFake.layerOver(on.sts),
    CacheMemory.layerOver(on.store, CacheMemory.makeStore()),
    NotesMemory.layerOver(on.notes),
    statusOver(on.keychain)
  )

const kinds = ({ findings }: Examined): ReadonlyArray<string> =>
  findings.map(({ check, severity }) => `${check} ${severity}`)

const only = (examined: Examined): Finding => {
  assert.lengthOf(examined.findings, 1, findingsJson(examined.findings))
  return examined.findings[0]!
}

describe("doctor", () => {
  it.effect("has nothing to mend where all is well, and asks nobody", () =>
    Effect.gen(function*() {
      const on = machine()
      const examined = yield* look(on)
      assert.strictEqual(
        findingText(examined, { look: { columns: undefined, color: false }, online: false }),
        [
          "ok       op-aws-credential-process 1.2.3, on Node 24.21.0",
          "ok       /home/me/.aws/config is read alike by all clients",
          "ok       profiles: dev",
          "ok       dev: MFA device arn:aws:iam::123456789012:mfa/me",
          "ok       no key in plaintext in AWS's files",
          "ok       no variable of AWS's gets in the way",
          "ok       1Password CLI 2.34.1 (/usr/bin/op)",
          "ok       1Password account example.1password.com, opened when it is needed",
          `ok       cache ${cacheDirectory}, empty so far`,
          "ok       STS is asked in eu-central-1",
          "",
          "skipped  the item and its fields, whether STS answers, and the clock: --online looks at those, and may ask you",
          "nothing to mend",
          ""
        ].join("\n")
      )
      assert.lengthOf(on.op.runs, 0)
    }))

  it.effect("lists the user's MFA devices with --online, where AWS lets the key see them, and says where none gives codes", () =>
    Effect.gen(function*() {
      const on = machine()
      const user = on.sts.users["AKIAFAKE0000EXAMPLE0"]!
      const device = Object.values(user.devices)[0]!
      assert.include((yield* look(on, { online: true })).fine, "MFA devices of user/user: user")
      assert.notInclude(on.sts.iamCalls.map(({ operation }) => operation).slice(1), "ListMFADevices")
      user.devices = { "arn:aws:iam::123456789012:u2f/user/me": device, "arn:aws:iam::123456789012:u2f/user/other": device }
      const keysOnly = yield* look(on, { online: true })
      const finding = keysOnly.findings.find(({ what }) => what.includes("security keys")) ?? assert.fail(findingsJson(keysOnly.findings))
      assert.deepStrictEqual([finding.severity, finding.what], ["error", "AWS knows security keys or passkeys of user/user only"])
      assert.match(finding.mend, /authenticator app .* `aws login`/)
      user.devices = { ...user.devices, GAHT12345678: device }
      assert.include((yield* look(on, { online: true })).fine, "MFA devices of user/user: me, other, GAHT12345678")
      user.iam = { requiresMfa: true }
      const denied = yield* look(on, { online: true })
      assert.deepStrictEqual([denied.findings, denied.fine.filter((line) => line.startsWith("MFA devices"))], [[], []])
      on.sts.iamCalls.length = 0
      yield* look(on)
      yield* look({ ...on, environment: { ...on.environment, ...{ OP_AWS_MFA: "none" } } }, { online: true })
      assert.deepStrictEqual(on.sts.iamCalls, [])
    }))

  it.effect("reads each item once with --online, and asks STS for the time", () =>
    Effect.gen(function*() {
      const on = machine({ config: `${dev}${dev.replaceAll("dev", "prod")}` })
      const examined = yield* look(on, { online: true })
      assert.deepStrictEqual(examined.findings, [])
      assert.includeMembers([...examined.fine], [
        "item AWS in Private: the key",
        "STS in eu-central-1 answers, and its clock and ours agree"
      ])
      assert.deepStrictEqual(on.op.runs.map(({ reference }) => reference.item), ["AWS"])
      assert.deepStrictEqual(on.sts.calls.map(({ operation }) => operation), ["GetCallerIdentity"])
    }))

  it.effect("calls no key good that AWS does not know, with --online", () =>
    Effect.gen(function*() {
      const on = machine()
      for (const user of Object.values(on.sts.users)) user.active = false
      const examined = yield* look(on, { online: true })
      assert.deepStrictEqual(kinds(examined), ["sts error"])
      assert.match(only(examined).what, /AWS does not know the access key in eu-central-1/)
    }))

  it.effect("does not praise a file in which it finds fault with a line", () =>
    Effect.gen(function*() {
      const on = machine({ config: dev.replace(program, `"${program}"`).replace("--profile dev", "--profile \"dev\"") })
      const examined = yield* look(on)
      assert.isTrue(examined.findings.some(({ what }) => what.startsWith("/home/me/.aws/config:")))
      assert.isFalse(examined.fine.some((line) => line.includes("read alike")))
    }))

  it.effect("tells what only --online can know", () =>
    Effect.gen(function*() {
      const on = machine()
      on.sts.clockOffset = 10 * 60_000
      on.op.accounts = [account({ vaults: [] })]
      assert.deepStrictEqual(kinds(yield* look(on, { online: true })), ["item error", "clock error"])
      assert.deepStrictEqual(kinds(yield* look(on)), [])
    }))

  it.effect("does not wait for an STS that says nothing", () =>
    Effect.gen(function*() {
      const on = machine()
      on.sts.latency = "10 minutes"
      const running = yield* Effect.forkChild(look(on, { online: true }))
      for (let seconds = 0; seconds < 60; seconds += 5) yield* TestClock.adjust("5 seconds")
      assert.strictEqual(only(yield* Fiber.join(running)).check, "sts")
    }))

  it.effect("looks at one profile and what it rests on", () =>
    Effect.gen(function*() {
      const role = "[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/Admin\nsource_profile = dev\n"
      const broken = "[profile broken]\nop_item = nowhere\n"
      const on = machine({ config: `${dev}${role}${broken}` })
      assert.deepStrictEqual(kinds(yield* look(on, { profile: "admin" })), [])
      assert.include((yield* look(on, { profile: "admin" })).fine, "profiles: dev, admin")
      assert.deepStrictEqual(kinds(yield* look(on, { profile: "broken" })), ["settings error", "process-line warning"])
      assert.deepStrictEqual(kinds(yield* look(on)), ["settings error", "process-line warning"])
      assert.strictEqual((yield* Effect.flip(look(on, { profile: "nobody" })))._tag, "UnknownProfile")
    }))

  const configs: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
    ["no profile of ours", "[profile x]\nregion = eu-west-1\n", ["profiles error"]],
    ["no file at all", "", ["profiles error"]],
    ["a program that is elsewhere", dev.replaceAll(program, "/opt/op-aws-credential-process"), ["program error"]],
    [
      "a bare name and a missing --profile",
      `${
        dev.replace(` --profile dev`, "").replace(program, "op-aws-credential-process")
      }[default]\nmfa_serial = GAHT12345678\n`,
      ["process-line warning", "process-line error"]
    ],
    ["a path that only a shell makes one of", dev.replace(program, "~/bin/op-aws-credential-process"), [
      "process-line error"
    ]],
    ["a relative path", dev.replace(program, "bin/op-aws-credential-process"), ["process-line error"]],
    ["a quote that stays open", `${dev} "`.replace("--profile dev\n \"", "--profile \"dev\n"), ["process-line error"]],
    ["a role beside a process", `${dev}role_arn = arn:aws:iam::123456789012:role/R\n`, ["source error"]],
    ["a line that only some clients read", `${dev}  output = json\n`, ["config error", "settings error"]],
    ["a profile of ours without a line", dev.replace(/credential_process.*\n/, ""), ["process-line warning"]],
    ["a profile whose line runs something else", `${dev}[profile o]\ncredential_process = /bin/"x y"\n`, []]
  ]
  it.effect.each(configs)("finds %s", ([, config, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(kinds(yield* look(machine({ config }))), expected)
    }))

  it.effect("goes on where a file cannot be read", () =>
    Effect.gen(function*() {
      const on = machine()
      const examined = yield* Effect.gen(function*() {
        yield* (yield* AwsConfigFileMemory.AwsConfigTexts).damage(
          ConfigFailure.ConfigUnreadable("/home/me/.aws/config", "permission denied")
        )
        return yield* examine({
          profile: "dev",
          online: false,
          environment: on.environment,
          runtime: { name: "bun", version: "1.4.5" },
          version: "1"
        })
      }).pipe(Effect.provide(layerOf(on)))
      assert.deepStrictEqual(kinds(examined), ["config error", "profiles error"])
      assert.include(examined.findings[0]?.what, "cannot read /home/me/.aws/config: permission denied")
    }))

  it.effect("tells of plaintext keys and of variables in the way", () =>
    Effect.gen(function*() {
      const credentials =
        "[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"
      const on = machine({
        credentials,
        environment: { AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0", NODE_OPTIONS: "x", NODE_EXTRA_CA_CERTS: "/no.pem" }
      })
      const examined = yield* look(on)
      assert.deepStrictEqual(kinds(examined), [
        "runtime warning",
        "runtime warning",
        "plaintext-key error",
        "environment error"
      ])
      assert.notMatch(findingsJson(examined.findings), /fake-secret|AKIAFAKE/)
    }))

  it.effect("tells of 1Password's program, and of an account that nobody chose", () =>
    Effect.gen(function*() {
      const on = machine()
      on.status.accounts = [
        account(),
        account({ url: "work.1password.com", account_uuid: "ACCOUNT2", user_uuid: "USER2" })
      ]
      assert.deepStrictEqual(kinds(yield* look(on)), ["account warning"])
      on.things.delete("/usr/bin/op")
      on.things.set("/home/me/bin/op", { text: "", mode: 0o755 })
      assert.deepStrictEqual(kinds(yield* look(on)), ["op warning", "account warning"])
      on.status.version = "1.12.9"
      assert.deepStrictEqual(kinds(yield* look(on)).slice(0, 1), ["op error"])
      on.status.path = undefined
      assert.deepStrictEqual(kinds(yield* look(on)), ["op error"])
    }))

  it.effect("tells of the plugin's alias for aws", () =>
    Effect.gen(function*() {
      const on = machine()
      on.things.set("/home/me/.config/op/plugins.sh", { text: "alias aws=\"op plugin run -- aws\"\n" })
      on.things.set("/home/me/.config/op/plugins/aws.json", { text: "{}" })
      const finding = only(yield* look(on))
      assert.strictEqual(finding.check, "plugin")
      assert.include(finding.mend, "\nop plugin clear aws --all")
      on.things.set("/home/me/.op/config", { text: "" })
      assert.deepStrictEqual(kinds(yield* look(on)), [])
    }))

  it.effect("looks through the cache", () =>
    Effect.gen(function*() {
      const on = machine()
      const lost = encodeEntry(entryOf("AWS", { profile: "gone" }))
      on.things.set(`${cacheDirectory}/dev.json`, { text: encodeEntry(entryOf("AWS", { profile: "dev" })) })
      assert.include((yield* look(on)).fine, `cache ${cacheDirectory}, with 1 session`)
      on.things.set(cacheDirectory, { directory: true, mode: 0o755 })
      on.things.set(`${cacheDirectory}/dev.json`, { text: "{}", mode: 0o644 })
      on.things.set(`${cacheDirectory}/gone.json`, { text: lost })
      on.things.set(`${cacheDirectory}/.tmp-1`, { text: "" })
      on.things.set(`${cacheDirectory}/notes.txt`, { text: "" })
      on.things.set(`${cacheDirectory}/linked.json`, { link: "/etc/passwd" })
      on.things.set(`${cacheDirectory}/state/a.lock`, { text: "" })
      on.things.set(`${cacheDirectory}/state/a.note`, { text: "", mine: false })
      on.things.set(`${cacheDirectory}/roles/x.json`, { text: "{}" })
      const found = (yield* look(on)).findings
      assert.deepStrictEqual(found.map(({ what }) => what), [
        `others may look into ${cacheDirectory}`,
        "in the cache, a link stands in the place of linked.json",
        "in the cache, state/a.note belongs to another user",
        "in the cache, others may read dev.json",
        "in the cache, notes.txt, roles/x.json was not written by this program, or is damaged",
        "in the cache, gone.json is the session of a profile that there is not"
      ])
    }))

  it.effect("knows the whole session of a profile that is narrowed, and looks for one by its plain name where the cache is", () =>
    Effect.gen(function*() {
      const on = machine({ config: dev.replace("op_item", "op_scope_duration = 1h\nop_item") })
      const entry = (profile: string) => ({ text: encodeEntry(entryOf("AWS", { profile })) })
      on.things.set(`${cacheDirectory}/${entryFileName(wholeName("dev"))}`, entry(wholeName("dev")))
      assert.include((yield* look(on)).fine, `cache ${cacheDirectory}, with 1 session`)
      on.place = "/home/me/shared/op-aws-credential-process"
      on.things.set(`${on.place}/dev.json`, entry("dev"))
      assert.strictEqual(only(yield* look(on)).what, `dev: a session is cached as ${on.place}/dev.json`)
    }))

  it.effect("tells of a certificate bundle, a proxy and another endpoint", () =>
    Effect.gen(function*() {
      const environment = {
        AWS_CA_BUNDLE: "/no.pem",
        HTTPS_PROXY: "socks5://x",
        AWS_ENDPOINT_URL: "https://sts.example.test"
      }
      assert.deepStrictEqual(kinds(yield* look(machine({ environment }))), ["sts warning", "sts error", "sts error"])
    }))

  it.effect("remembers the last failure until a session is made", () =>
    Effect.gen(function*() {
      const on = machine()
      yield* Effect.gen(function*() {
        yield* TestClock.setTime(now - 60_000)
        yield* remember("failure", "dev", { message: "1Password said no", hint: "approve it" })
      }).pipe(Effect.provide(NotesMemory.layerOver(on.notes)))
      assert.deepInclude(only(yield* look(on)), { what: "dev failed 1m ago: 1Password said no", mend: "approve it" })
      on.store.files.set("dev", encodeEntry(entryOf("AWS", { profile: "dev", issuedAt: now - 30_000 })))
      assert.deepStrictEqual(kinds(yield* look(on)), [])
    }))

  it.effect("tells of a rotation that was begun and not finished, with its profile", () =>
    Effect.gen(function*() {
      const on = machine({ config: `${dev}${dev.replaceAll("dev", "prod")}` })
      const journal = { startedAt: now - 60_000, profile: "dev", user: "123456789012/AIDAFAKE", oldKey: "OLD" }
      on.notes.set(journalName(journal), rotationJournal.encode(journal))
      const told = { check: "rotation" as const, mend: "finish it\nop-aws-credential-process rotate dev" }
      assert.deepInclude(only(yield* look(on)), told)
      assert.deepInclude(only(yield* look(on, { profile: "dev" })), told)
      assert.deepStrictEqual(kinds(yield* look(on, { profile: "prod" })), [])
    }))

  it.effect("tells whether the keychain is locked, where it is the cache", () =>
    Effect.gen(function*() {
      const on = machine({ config: dev.replace("--profile dev", "--profile dev --cache keyring") })
      const states = ["unlocked", "unknown", "locked", "no default collection", "unreachable"] as const
      const told = []
      for (const state of states) {
        on.keychain.state = state
        const { findings, fine } = yield* look(on)
        told.push(findings.length > 0 ? findings.map(({ severity, what }) => `${severity}: ${what}`) : fine.filter((line) => line.includes("keychain")))
      }
      assert.deepStrictEqual(told, [
        ["sessions of dev are kept in the keychain, which is unlocked"],
        ["sessions of dev are kept in the keychain, which may ask you"],
        ["warning: the keychain is locked"],
        ["error: the keychain has no default collection, which sessions would be kept in"],
        ["error: the keychain of this system cannot be used"]
      ])
      const elsewhere = machine()
      elsewhere.keychain.state = "locked"
      assert.deepStrictEqual((yield* look(elsewhere)).findings, [])
    }))
})
