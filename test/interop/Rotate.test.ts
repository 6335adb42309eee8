import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { account, awsItem, readState, vault } from "../../simulator/op/State.ts"
import { itemsOf } from "../../simulator/op/Store.ts"
import { artifacts } from "../cli/Program.ts"
import { makeMachine } from "./Machine.ts"
import * as Moto from "./Moto.ts"
import { awsCli, lacking } from "./Python.ts"
import { skipped } from "./Tool.ts"

interface Key {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Status: string
}

/** Who may do everything in moto. */
const admin = { AWS_ACCESS_KEY_ID: "fake-admin", AWS_SECRET_ACCESS_KEY: "fake-admin", AWS_DEFAULT_REGION: "eu-central-1" }

describe.skipIf(lacking !== undefined)(`rotate and moto's IAM and STS${skipped(lacking)}`, () => {
  layer(Moto.layer, { excludeTestServices: true })((it) => {
    it.effect.each(artifacts)("replace a user's key with $name", (artifact) =>
      Effect.gen(function*() {
        const { url } = yield* Moto.Moto
        const machine = yield* makeMachine({ env: { AWS_ENDPOINT_URL: url } })
        const iam = (...words: ReadonlyArray<string>) =>
          Effect.gen(function*() {
            const run = yield* machine.run(artifact, { ...awsCli("iam", ...words), env: admin })
            const { code, stderr, stdout } = yield* run.exit
            assert.strictEqual(code, 0, stderr)
            return JSON.parse(stdout) as { readonly AccessKey: Key; readonly AccessKeyMetadata: ReadonlyArray<Key> }
          })
        const name = `user-${artifacts.indexOf(artifact)}`
        yield* iam("create-user", "--user-name", name)
        const { AccessKey: old } = yield* iam("create-access-key", "--user-name", name)
        const item = awsItem({ accessKeyId: old.AccessKeyId, secretAccessKey: old.SecretAccessKey })
        machine.changeOp({ accounts: [account({ vaults: [vault({ items: [item] })] })] })
        machine.configure("[profile dev]", "region = eu-central-1", "op_vault = Private", "op_item = AWS", "op_mfa = none")
        const command = { command: machine.installed(artifact), args: ["rotate", "dev", "--yes"] }
        const { code, stderr, stdout } = yield* (yield* machine.run(artifact, command)).exit
        assert.strictEqual(code, 0, stderr)
        const state = join(machine.home, "1password/state.json")
        const [now] = itemsOf(state, readState(state).accounts[0]!.vaults[0]!)
        const held = now?.fields.find(({ label }) => label === "Access key ID")?.value ?? ""
        assert.strictEqual(stdout, `dev: the item has ${held}; ${old.AccessKeyId} is deleted\n`)
        const { AccessKeyMetadata: keys } = yield* iam("list-access-keys", "--user-name", name)
        assert.deepStrictEqual(keys.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]), [[held, "Active"]])
        assert.notStrictEqual(held, old.AccessKeyId)
      }))
  })
})
