import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Moto from "./Moto.ts"
import { lacking } from "./Python.ts"
import { inEnvironment } from "../fixtures/Variables.ts"
import * as IamAws from "../../src/layers/aws/IamAws.ts"
import * as StsAws from "../../src/layers/aws/StsAws.ts"
import { Iam } from "../../src/services/aws/Iam.ts"
import { type LongLivedKey, Sts } from "../../src/services/aws/Sts.ts"
import { skipped } from "./Tool.ts"

/** A new user of moto's with a key. */
const newUser = Effect.fnUntraced(function*(name: string) {
  const { url } = yield* Moto.Moto
  const root = new IAMClient({
    region: "us-east-1",
    endpoint: url,
    credentials: { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: "fake-secret-for-tests" }
  })
  const key = yield* Effect.promise(async () => {
    await root.send(new CreateUserCommand({ UserName: name }))
    return (await root.send(new CreateAccessKeyCommand({ UserName: name }))).AccessKey
  })
  const credentials: LongLivedKey = {
    accessKeyId: key?.AccessKeyId ?? "",
    secretAccessKey: Redacted.make(key?.SecretAccessKey ?? "")
  }
  return { credentials, target: { partition: "aws", endpoint: url, fips: false }, url } as const
})

const services = inEnvironment(Layer.merge(IamAws.layer, StsAws.layer), {})

// Devices are left out: moto does not know whose they are unless the user is named, which AWS itself finds out.
describe.skipIf(lacking !== undefined)(`an AWS that others wrote${skipped(lacking)}`, () => {
  layer(Moto.layer, { excludeTestServices: true })((it) => {
    it.effect("looks after a user's keys as ours does", () =>
      Effect.gen(function*() {
        const { credentials, target, url } = yield* newUser("alice")
        const sts = { region: "eu-central-1", endpoint: url, fips: false, dualStack: false }
        const { accessKeys, createAccessKey, deleteAccessKey, lastUsed, setActive } = yield* Iam
        const { callerIdentity } = yield* Sts
        const first = { credentials, target }
        const made = yield* createAccessKey(first)
        assert.strictEqual((yield* callerIdentity(made, sts)).arn, "arn:aws:iam::123456789012:user/alice")
        assert.strictEqual((yield* Effect.flip(createAccessKey(first)))._tag, "AccessKeyLimit")
        const second = { credentials: made, target }
        yield* setActive(second, credentials.accessKeyId, false)
        const states = (yield* accessKeys(second)).map(({ accessKeyId, active }) => [accessKeyId, active] as const)
        assert.deepStrictEqual(new Map(states), new Map([[credentials.accessKeyId, false], [made.accessKeyId, true]]))
        yield* lastUsed(second, made.accessKeyId)
        yield* deleteAccessKey(second, credentials.accessKeyId)
        yield* deleteAccessKey(second, credentials.accessKeyId)
        assert.deepStrictEqual((yield* accessKeys(second)).map(({ accessKeyId }) => accessKeyId), [made.accessKeyId])
        const missing = yield* Effect.flip(setActive(second, credentials.accessKeyId, true))
        assert.strictEqual(missing._tag, "AccessKeyMissing")
      }).pipe(Effect.provide(services)))
  })
})
