import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { layerOver } from "./IamFake.ts"
import { IamFailure } from "../../../src/domain/aws/IamFailure.ts"
import { Iam } from "../../../src/services/aws/Iam.ts"
import * as StsFake from "./StsFake.ts"
import { type IamWorld, suite } from "../../suites/IamSuite.ts"

const target = { partition: "aws", fips: false } as const

const worldOf = (sts: StsFake.FakeSts): IamWorld => ({
  layer: Layer.merge(layerOver(sts), StsFake.layerOver(sts)),
  target,
  sts: { region: "eu-west-1", fips: false, dualStack: false },
  serial: StsFake.fakeSerial,
  code: Effect.map(Clock.currentTimeMillis, (now) => StsFake.codeOf(sts, now)),
  allow: (policy) => Object.values(sts.users).forEach((user) => void (user.iam = policy)),
  delayKeys: (milliseconds) => void (sts.keyDelay = milliseconds),
  pass: (milliseconds) => TestClock.adjust(milliseconds),
  expireSessions: TestClock.adjust("2 hours"),
  requests: (operation) => sts.iamCalls.filter((call) => call.operation === operation).length,
  loseAnswer: Effect.sync(
    () => void sts.iamFailures.push(IamFailure.AwsUnreachable("lost", "try again", { answerUnknown: true, passing: true }))
  )
})

suite("the fake", Effect.sync(() => worldOf(StsFake.makeSts())), false)

describe("the fake IAM", () => {
  it.effect("fails as it is told, in order, without doing what was asked, and keeps secrets out of its record", () =>
    Effect.gen(function*() {
      const sts = StsFake.makeSts({ iamFailures: [IamFailure.Throttled("iam.example.test")] })
      const { createAccessKey } = yield* Effect.provide(Iam, layerOver(sts))
      const credentials = { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") }
      assert.strictEqual((yield* Effect.flip(createAccessKey({ credentials, target })))._tag, "Throttled")
      const made = yield* createAccessKey({ credentials, target })
      assert.deepStrictEqual(sts.iamCalls.map(({ outcome }) => outcome), ["Throttled", "done"])
      const record = JSON.stringify(sts.iamCalls)
      for (const secret of ["fake-secret-for-tests", Redacted.value(made.secretAccessKey)]) assert.notInclude(record, secret)
    }))
})
