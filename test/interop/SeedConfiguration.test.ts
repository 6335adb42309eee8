import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { accessSync, constants, existsSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { startSts } from "../../simulator/sts/Sts.ts"
import { stsUser } from "../../simulator/sts/StsState.ts"
import { artifacts } from "../cli/Program.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import * as Go from "./Go.ts"
import * as Java from "./Java.ts"
import { javaScript } from "./JavaScript.ts"
import { type Command, makeMachine, type MachineOptions } from "./Machine.ts"
import { awsCli, boto3, lacking as lackingPython } from "./Python.ts"
import { skipped } from "./Tool.ts"

/** The AWS CLI and boto3 are told the profile, of which the program hears nothing; the others find it in AWS_PROFILE. */
interface Client {
  readonly name: string
  /** Why it cannot be run here. */
  readonly lacking: string | undefined
  /** Prints the ARN that AWS says the profile is. */
  readonly identity: (profile: string) => Effect.Effect<Command>
}

const [lackingGo, lackingJava] = await Promise.all([Go.lackingSdk(), Java.lacking()])

const clients: ReadonlyArray<Client> = [
  {
    name: "the AWS CLI",
    lacking: lackingPython,
    identity: (profile) =>
      Effect.succeed(awsCli("sts", "get-caller-identity", "--query", "Arn", "--output", "text", "--profile", profile))
  },
  { name: "boto3", lacking: lackingPython, identity: (profile) => Effect.succeed(boto3(profile)) },
  { name: "the SDK for JavaScript", lacking: undefined, identity: (profile) => Effect.succeed(javaScript(profile)) },
  {
    name: "the SDK for Go",
    lacking: lackingGo,
    identity: (profile) => Effect.map(Go.program("client"), (command) => ({ command, env: { AWS_PROFILE: profile } }))
  },
  {
    name: "the SDK for Java",
    lacking: lackingJava,
    identity: (profile) => Effect.map(Java.client, (command) => ({ ...command, env: { AWS_PROFILE: profile } }))
  }
]

const userDevice = "arn:aws:iam::123456789012:mfa/user"
const baseDevice = "arn:aws:iam::111111111111:mfa/user"
const role = "arn:aws:iam::222222222222:role/CrossAccountRole"

const example = (more = ""): ReadonlyArray<string> => [
  "[profile example]",
  "region = ap-northeast-1",
  `mfa_serial = ${userDevice}`,
  `credential_process = op-aws-credential-process --op-vault Private --op-item AWS${more}`
]

const crossAccount = [
  "# Base profile using credential_process",
  "[profile base]",
  "region = ap-northeast-1",
  `mfa_serial = ${baseDevice}`,
  "credential_process = op-aws-credential-process --op-vault Private --op-item AWS",
  "",
  "# Cross-account profile using AssumeRole",
  "[profile cross-account]",
  "region = ap-northeast-1",
  "source_profile = base",
  `role_arn = ${role}`
]

const arnOfUser = /^arn:aws:iam::123456789012:user\/user\n$/
const arnOfRole = /^arn:aws:sts::222222222222:assumed-role\/CrossAccountRole\/.+\n$/

/** A call that asks and one that does not, by one artifact and then the other; AWS checks every signature. */
const asksOnce = (
  client: Client,
  { arn, asked, config, device, machine: options, profile }: {
    readonly config: ReadonlyArray<string>
    readonly profile: string
    /** The profile that the program asks for, and its device. */
    readonly asked: string
    readonly device: string
    readonly arn: RegExp
    readonly machine?: MachineOptions
  }
) =>
  Effect.gen(function*() {
    const sts = yield* Effect.acquireRelease(
      Effect.promise(() =>
        startSts({
          state: {
            users: { AKIAFAKE0000EXAMPLE0: stsUser({ mfa: { [device]: "FAKESEEDFAKESEED" } }) },
            roles: { [role]: { maxDuration: 3600, requiresMfa: true } }
          }
        })
      ),
      (running) => Effect.promise(() => running.close())
    )
    const command = yield* client.identity(profile)
    const machine = yield* makeMachine({ ...options, env: { AWS_ENDPOINT_URL_STS: sts.url } })
    machine.configure(...config)
    const [first, second] = clients.indexOf(client) % 2 === 0 ? artifacts : artifacts.toReversed()
    const miss = yield* machine.run(first!, command)
    yield* machine.terminal.waitFor(`MFA code for ${asked} (${device}): `)
    yield* machine.terminal.type(`${sts.code(device)}\r`)
    const before = yield* miss.exit
    assert.deepInclude(before, { code: 0, stderr: "" })
    assert.match(before.stdout, arn)
    const shown = machine.terminal.written
    const hit = yield* machine.run(second!, command)
    const after = yield* hit.exit
    assert.deepInclude(after, { code: 0, stderr: "" })
    assert.match(after.stdout, arn)
    assert.strictEqual(machine.terminal.written, shown)
    assert.strictEqual(machine.opCalls().length, 1)
    assert.strictEqual(sts.count("GetSessionToken"), 1)
    assert.strictEqual(JSON.parse(machine.cached(asked)).mfa_serial, device)
  })

/** Where Windows has its files under WSL. The test makes it and takes it away, and leaves one that is there alone. */
const drive = "/mnt/c"

const mayMakeDrive = ((): boolean => {
  try {
    accessSync("/mnt", constants.W_OK)
    return !existsSync(drive)
  } catch {
    return false
  }
})()

/** The same tests in another checkout make it too, and soon take it away again. */
const madeDrive = Effect.acquireRelease(
  Effect.try(() => mkdirSync(drive)).pipe(Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 300 }), Effect.orDie),
  () => Effect.sync(() => rmSync(drive, { recursive: true }))
)

/** The example for WSL with `op.exe` at some path, spelled as in the config file. */
const asksWindows = (client: Client, opPath: string, spelled: string) =>
  asksOnce(client, {
    config: example(` --op-cli-path ${spelled}`),
    profile: "example",
    asked: "example",
    device: userDevice,
    arn: arnOfUser,
    // Its approvals belong to the process above it, and its lines end in CR LF.
    machine: { op: { platform: "wsl-exe", crlf: true }, opPath }
  })

const asksWindowsElsewhere = (client: Client) =>
  Effect.flatMap(temporaryDirectory, (folder) =>
    asksWindows(
      client,
      join(folder, "Program Files (x86)/1Password CLI/op.exe"),
      `${folder}/Program\\ Files\\ \\(x86\\)/1Password\\ CLI/op.exe`
    ))

describe.each(clients)("the Go program's examples, unchanged, by $name", (client) => {
  const { lacking } = client

  it.live.skipIf(lacking !== undefined)(`find their profile without being told it${skipped(lacking)}`, () =>
    asksOnce(client, { config: example(), profile: "example", asked: "example", device: userDevice, arn: arnOfUser }))

  it.live.skipIf(lacking !== undefined)(`are where a role in another account is assumed from${skipped(lacking)}`, () =>
    asksOnce(client, { config: crossAccount, profile: "cross-account", asked: "base", device: baseDevice, arn: arnOfRole }))

  const other = mayMakeDrive ? "" : `, at another path, because ${drive} cannot be made`
  it.live.skipIf(lacking !== undefined)(`run the 1Password of Windows from WSL${other}${skipped(lacking)}`, () =>
    mayMakeDrive
      ? Effect.andThen(
        madeDrive,
        asksWindows(
          client,
          "/mnt/c/Program Files/1Password CLI/op.exe",
          "/mnt/c/Program\\ Files/1Password\\ CLI/op.exe"
        )
      )
      : asksWindowsElsewhere(client))
})

// One client that splits the line itself and one that has a shell do it.
const two = clients.filter(({ name }) => name === "the AWS CLI" || name === "the SDK for Go")

describe.each(two)("the example for WSL by $name", (client) => {
  const { lacking } = client
  it.live.skipIf(lacking !== undefined)(`runs an op whose path has parentheses too${skipped(lacking)}`, () =>
    asksWindowsElsewhere(client))
})
