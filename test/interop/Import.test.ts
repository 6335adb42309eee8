import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { account, vault } from "../../simulator/op/State.ts"
import { binary } from "../cli/Program.ts"
import { type Command, makeMachine } from "./Machine.ts"
import * as Moto from "./Moto.ts"
import { awsCli, boto3, lacking } from "./Python.ts"
import { skipped } from "./Tool.ts"

describe.skipIf(lacking !== undefined)(`import against moto${skipped(lacking)}`, () => {
  layer(Moto.layer, { excludeTestServices: true })((it) => {
    it.effect("moves the key of a user, and the AWS CLI and boto3 find it in 1Password where it was in plaintext", () =>
      Effect.gen(function*() {
        const { url } = yield* Moto.Moto
        const machine = yield* makeMachine({ env: { AWS_ENDPOINT_URL: url }, op: { accounts: [account({ vaults: [vault({ items: [] })] })] } })
        const run = (command: Command) =>
          Effect.flatMap(machine.run(binary, command, { place: "elsewhere" }), ({ exit }) => exit)
        const admin = { AWS_ACCESS_KEY_ID: "AKIAFAKE0000ADMIN000", AWS_SECRET_ACCESS_KEY: "fake-admin", AWS_DEFAULT_REGION: "us-east-1" }
        const iam = (...words: ReadonlyArray<string>) => run({ ...awsCli("iam", ...words, "--output", "json"), env: admin })
        assert.strictEqual((yield* iam("create-user", "--user-name", "berta")).code, 0)
        const made = yield* iam("create-access-key", "--user-name", "berta")
        const { AccessKey } = JSON.parse(made.stdout) as { AccessKey: { AccessKeyId: string; SecretAccessKey: string } }
        const credentials = join(machine.home, ".aws", "credentials")
        const key = `aws_access_key_id = ${AccessKey.AccessKeyId}\naws_secret_access_key = ${AccessKey.SecretAccessKey}\n`
        writeFileSync(credentials, `[dev]\n${key}\n[old]\n${key}`, { mode: 0o600 })
        machine.configure("[profile dev]", "region = eu-central-1", "op_mfa = none", "[profile old]", "op_mfa = none")
        const whoami = [awsCli("sts", "get-caller-identity", "--profile", "dev", "--output", "json"), boto3("dev")]
        const before = yield* run(whoami[0]!)
        assert.strictEqual(before.code, 0, before.stderr)

        const imported = yield* run({
          command: machine.installed(binary),
          args: ["import", "dev", "--yes", "--op-vault", "Private", "--setup", "--remove"]
        })
        assert.strictEqual(imported.code, 0, imported.stderr)
        assert.match(imported.stderr, /It belongs to user "berta" of account \d{12}\./)
        assert.strictEqual(readFileSync(credentials, "utf8"), "")
        for (const client of whoami) {
          const { code, stderr } = yield* run(client)
          assert.strictEqual(code, 0, stderr)
        }
        assert.deepStrictEqual(machine.opCalls().at(-1)?.command, "item get")
      }))
  })
})
