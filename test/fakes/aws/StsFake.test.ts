import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { StsFailure } from "../../../src/domain/aws/StsFailure.ts"
import { Sts } from "../../../src/services/aws/Sts.ts"
import { codeOf, fakeRole, fakeSerial, type FakeSts, layerOver, makeSts } from "./StsFake.ts"
import { type StsWorld, suite } from "../../suites/StsSuite.ts"

const target = { region: "eu-west-1", fips: false, dualStack: false }
const lost = StsFailure.AwsUnreachable("the connection was lost", "try again", { answerUnknown: true, passing: true })

const worldOf = (sts: FakeSts): StsWorld => ({
  layer: layerOver(sts),
  target,
  serial: fakeSerial,
  roleArn: fakeRole,
  code: (stepsLater) => Effect.map(Clock.currentTimeMillis, (now) => codeOf(sts, now, stepsLater)),
  requests: Effect.sync(() => sts.calls.length),
  loseAnswer: Effect.sync(() => void sts.failures.push(lost)),
  disableRegion: Effect.sync(() => void sts.disabledRegions.push(target.region)),
  expireSessions: TestClock.adjust("2 hours")
})

suite("the fake", Effect.sync(() => worldOf(makeSts())), false)

const request = {
  key: { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") },
  target,
  duration: 3600
}

describe("the fake STS", () => {
  it.effect("fails as it is told, in order, without doing what was asked", () =>
    Effect.gen(function*() {
      const sts = makeSts({ failures: [StsFailure.Throttled("sts.example.test")] })
      const { getSessionToken } = yield* Effect.provide(Sts, layerOver(sts))
      const mfa = { serial: fakeSerial, code: Redacted.make(codeOf(sts, 0)) }
      assert.strictEqual((yield* Effect.flip(getSessionToken({ ...request, mfa })))._tag, "Throttled")
      yield* getSessionToken({ ...request, mfa })
      assert.deepStrictEqual(sts.calls.map(({ outcome }) => outcome), ["Throttled", "done"])
    }))

  it.effect("accepts codes without a seed", () =>
    Effect.gen(function*() {
      const device = { codes: ["111111", "222222"], spent: [] }
      const sts = makeSts({
        users: { AKIAFAKE0000EXAMPLE0: { secret: "fake-secret-for-tests", devices: { GAHT12345678: device } } }
      })
      const { getSessionToken } = yield* Effect.provide(Sts, layerOver(sts))
      const ask = (code: string) =>
        Effect.exit(getSessionToken({ ...request, mfa: { serial: "GAHT12345678", code: Redacted.make(code) } }))
      const exits = yield* Effect.forEach(["111111", "111111", "333333", "222222"], ask)
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, false, true])
    }))

  it.effect("takes its time by the clock, and has done what was asked when the caller goes away", () =>
    Effect.gen(function*() {
      const sts = makeSts({ latency: "10 seconds", clockOffset: 60_000 })
      const { getSessionToken } = yield* Effect.provide(Sts, layerOver(sts))
      const call = yield* Effect.forkChild(getSessionToken(request), { startImmediately: true })
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(call.pollUnsafe())
      yield* Fiber.interrupt(call)
      assert.strictEqual(Object.keys(sts.sessions).length, 1)
      assert.deepStrictEqual(sts.calls.map(({ at }) => at), [60_000])
      const next = yield* Effect.forkChild(getSessionToken(request), { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(next)).expiration, 60_000 + 9000 + 3_600_000)
    }))

  it.effect("logs no secret, token or code", () =>
    Effect.gen(function*() {
      const sts = makeSts()
      const { assumeRole, getSessionToken } = yield* Effect.provide(Sts, layerOver(sts))
      const code = codeOf(sts, 0)
      const session = yield* getSessionToken({ ...request, mfa: { serial: fakeSerial, code: Redacted.make(code) } })
      yield* assumeRole({ credentials: session, target, roleArn: fakeRole, sessionName: "tester", duration: 900 })
      const log = JSON.stringify(sts.calls)
      assert.strictEqual(sts.calls.length, 2)
      for (const secret of ["fake-secret-for-tests", code, session.secretAccessKey, session.sessionToken]) {
        assert.notInclude(log, secret)
      }
    }))
})
