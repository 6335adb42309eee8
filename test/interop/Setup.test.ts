import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { account, awsItem, vault } from "../../simulator/op/State.ts"
import { binary } from "../cli/Program.ts"
import { makeMachine, type Machine } from "./Machine.ts"
import * as Moto from "./Moto.ts"
import { awsCli, boto3, lacking } from "./Python.ts"
import { skipped } from "./Tool.ts"

interface NewUser {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly serial: string
}

/** A user of moto's with a key and an MFA device, made as an administrator makes them. */
const makeUser = (machine: Machine, name: string): Effect.Effect<NewUser> =>
  Effect.gen(function*() {
    const admin = { AWS_ACCESS_KEY_ID: "AKIAFAKE0000ADMIN000", AWS_SECRET_ACCESS_KEY: "fake-admin", AWS_DEFAULT_REGION: "us-east-1" }
    const iam = (...words: ReadonlyArray<string>) =>
      Effect.gen(function*() {
        const command = awsCli("iam", ...words, "--output", "json")
        const run = yield* machine.run(binary, { ...command, env: admin }, { place: "elsewhere" })
        const { code, stderr, stdout } = yield* run.exit
        assert.strictEqual(code, 0, stderr)
        return stdout === "" ? {} : JSON.parse(stdout) as Record<string, Record<string, string>>
      })
    yield* iam("create-user", "--user-name", name)
    const { AccessKey } = yield* iam("create-access-key", "--user-name", name)
    const { VirtualMFADevice } = yield* iam(
      "create-virtual-mfa-device",
      "--virtual-mfa-device-name",
      name,
      "--outfile",
      join(machine.home, "seed"),
      "--bootstrap-method",
      "Base32StringSeed"
    )
    const serial = VirtualMFADevice!["SerialNumber"]!
    yield* iam(
      "enable-mfa-device",
      "--user-name",
      name,
      "--serial-number",
      serial,
      "--authentication-code1",
      "123456",
      "--authentication-code2",
      "234567"
    )
    return { accessKeyId: AccessKey!["AccessKeyId"]!, secretAccessKey: AccessKey!["SecretAccessKey"]!, serial }
  })

describe.skipIf(lacking !== undefined)(`setup against moto${skipped(lacking)}`, () => {
  layer(Moto.layer, { excludeTestServices: true })((it) => {
    it.effect("knows the user, proposes the user's device, and the AWS CLI and boto3 then work with the profile", () =>
      Effect.gen(function*() {
        const { url } = yield* Moto.Moto
        const machine = yield* makeMachine({ env: { AWS_ENDPOINT_URL: url } })
        const user = yield* makeUser(machine, "anna")
        machine.changeOp({
          accounts: [account({ vaults: [vault({ items: [awsItem({ title: "Key of Anna", accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey })] })] })]
        })
        const { terminal } = machine
        const run = yield* machine.run(binary, { command: machine.installed(binary), args: ["setup", "dev"] })
        yield* terminal.waitFor("Which item has the access key?")
        yield* terminal.type("\r")
        yield* terminal.waitFor("AWS region")
        yield* terminal.type("eu-central-1\r")
        // Moto lists devices for a user by name only; the device that it proposes is the one.
        yield* terminal.waitFor("Which MFA device?")
        yield* terminal.type("\r")
        yield* terminal.waitFor("ARN or serial of the MFA device")
        yield* terminal.type("\r")
        yield* terminal.waitFor("Write it?")
        yield* terminal.type("\r")
        yield* terminal.waitFor(`MFA code for dev (${user.serial}): `)
        yield* terminal.type("123456\r")
        assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
        assert.match(terminal.screen.join("\n"), /AWS knows the key: user\/anna in account \d{12}\.[\s\S]*MFA device: anna\./)
        assert.include(readFileSync(join(machine.home, ".aws/config"), "utf8"), `mfa_serial = ${user.serial}\n`)
        for (const client of [awsCli("sts", "get-caller-identity", "--profile", "dev"), boto3("dev")]) {
          const { code, stderr } = yield* Effect.flatMap(
            machine.run(binary, client, { place: "elsewhere" }),
            ({ exit }) => exit
          )
          assert.strictEqual(code, 0, stderr)
        }
      }))
  })
})
