import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial } from "../../simulator/sts/StsState.ts"
import { awsItem, account, vault } from "../../simulator/op/State.ts"
import { type Artifact, artifacts } from "../cli/Program.ts"
import * as Go from "./Go.ts"
import { makeMachine, type Machine } from "./Machine.ts"
import { skipped } from "./Tool.ts"

/** What the Go program's encoder does not leave as it is: it writes `<`, `>` and `&` as escapes. */
const vaultName = "R&D <ops>"
const itemName = "AWS \"prod\" ü"
const words = ["--profile", "dev", "--op-vault", vaultName, "--op-item", itemName]

/** A session as the Go program's cache has it. */
const goEntry = (expiration: string) => ({
  credentials: {
    AccessKeyId: "ASIAFAKE0000EXAMPLE0",
    Expiration: expiration,
    SecretAccessKey: "fake-secret/for+tests&<more>",
    SessionToken: `fake-session-token-${"x/+=".repeat(100)}`
  },
  vault: vaultName,
  item: itemName,
  mfa_serial: defaultSerial,
  access_key_id_field: "Access key ID",
  secret_access_key_field: "Secret access key"
})

/** As Go's `json.Marshal` writes it. */
const marshal = (value: object): string =>
  JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)

const configured = (machine: Machine): void =>
  machine.configure("[profile dev]", "region = eu-central-1", `mfa_serial = ${defaultSerial}`)

/** Runs an artifact where nobody can be asked: what it prints it has from the cache. */
const served = (machine: Machine, artifact: Artifact) =>
  Effect.gen(function*() {
    const command = { command: machine.installed(artifact), args: words }
    const run = yield* machine.run(artifact, command, { place: "elsewhere" })
    const { code, stderr, stdout } = yield* run.exit
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    assert.strictEqual(machine.opCalls().length, 0)
    return JSON.parse(stdout)
  })

const hour = 3_600_000

/** A moment as RFC 3339 has it, some hours from now. */
const from = (now: number, hours: number, fraction: string, zone = "Z") =>
  new Date(now + hours * hour).toISOString().replace(/\.\d+Z$/, `${fraction}${zone}`)

const output = ({ credentials }: ReturnType<typeof goEntry>, expiration: string) => ({
  Version: 1,
  AccessKeyId: credentials.AccessKeyId,
  SecretAccessKey: credentials.SecretAccessKey,
  SessionToken: credentials.SessionToken,
  Expiration: expiration,
  // That of the device's.
  AccountId: "123456789012"
})

describe.each(artifacts)("$name and the Go program's cache", (artifact) => {
  it.live.each([
    { form: "whole seconds", fraction: "", zone: "Z", shift: 0 },
    { form: "nanoseconds", fraction: ".123456789", zone: "Z", shift: 0 },
    { form: "an offset to the east", fraction: ".5", zone: "+09:00", shift: 9 },
    { form: "an offset to the west", fraction: ".000000001", zone: "-03:30", shift: -3.5 }
  ])("serves a session that it wrote, whose end is in $form", ({ fraction, shift, zone }) =>
    Effect.gen(function*() {
      const machine = yield* makeMachine()
      configured(machine)
      const now = yield* Clock.currentTimeMillis
      const entry = goEntry(from(now, 6 + shift, fraction, zone))
      const text = marshal(entry)
      assert.include(text, String.raw`"vault":"R\u0026D \u003cops\u003e"`)
      machine.cache("dev", text)
      assert.deepStrictEqual(yield* served(machine, artifact), output(entry, from(now, 6, "")))
      assert.strictEqual(machine.cached("dev"), text)
    }))
})

const lacking = await Go.lacking()

const entryProgram = (work: "read" | "write", path: string, input = "") =>
  Effect.map(Go.program("entry"), (program): string => {
    const { status, stderr, stdout } = spawnSync(program, [work, path], { encoding: "utf8", input })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
    return stdout
  })

describe.skipIf(lacking !== undefined).each(artifacts)(`$name and Go's own encoder${skipped(lacking)}`, (artifact) => {
  it.live("serves what that wrote", () =>
    Effect.gen(function*() {
      const machine = yield* makeMachine()
      configured(machine)
      const now = yield* Clock.currentTimeMillis
      const entry = goEntry(from(now, 6, ".123456789"))
      const path = join(machine.home, ".cache/op-aws-credential-process/dev.json")
      yield* entryProgram("write", path, JSON.stringify(entry))
      assert.strictEqual(machine.cached("dev"), marshal(entry))
      assert.deepStrictEqual(yield* served(machine, artifact), output(entry, from(now, 6, "")))
    }))

  it.live("writes what that reads", () =>
    Effect.gen(function*() {
      const sts = yield* Effect.acquireRelease(
        Effect.promise(() => startSts()),
        (running) => Effect.promise(() => running.close())
      )
      const machine = yield* makeMachine({
        env: { AWS_ENDPOINT_URL_STS: sts.url },
        op: { accounts: [account({ vaults: [vault({ name: vaultName, items: [awsItem({ title: itemName })] })] })] }
      })
      configured(machine)
      const run = yield* machine.run(artifact, { command: machine.installed(artifact), args: words })
      yield* machine.terminal.waitFor(`MFA code for dev (${defaultSerial}): `)
      yield* machine.terminal.type(`${sts.code()}\r`)
      const { AccountId: _account, Version: _, ...credentials } = JSON.parse((yield* run.exit).stdout)
      const path = join(machine.home, ".cache/op-aws-credential-process/dev.json")
      assert.deepStrictEqual(JSON.parse(yield* entryProgram("read", path)), { ...goEntry(""), credentials })
    }))
})
