import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, type Scope } from "effect"
import { answering, askForSession, runningSts, targetOf, userKey } from "../../fixtures/StsServer.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { RunningSts } from "../../../simulator/sts/Sts.ts"
import { serviceUnavailable, throttling } from "../../../simulator/sts/StsState.ts"
import type { StsFailure } from "../../../src/domain/aws/StsFailure.ts"
import * as StsAws from "../../../src/layers/aws/StsAws.ts"
import { Sts } from "../../../src/services/aws/Sts.ts"

const layer = inEnvironment(StsAws.layer, {})

const live = <A>(does: string, run: (sts: RunningSts) => Effect.Effect<A, unknown, Sts | Scope.Scope>) =>
  it.live(does, () => Effect.flatMap(runningSts(), run).pipe(Effect.provide(layer), Effect.scoped))

describe("another try", () => {
  live("follows throttling and server errors, with the same code, which was not spent", (sts) =>
    Effect.gen(function*() {
      sts.fail(throttling, serviceUnavailable)
      yield* askForSession(sts.url, sts.code())
      assert.deepStrictEqual(sts.requests.map(({ status }) => status), [400, 503, 200])
    }))

  live("is the fourth at most", (sts) =>
    Effect.gen(function*() {
      sts.fail({ ...serviceUnavailable, count: 9 })
      const failure = yield* Effect.flip(askForSession(sts.url))
      assert.strictEqual((failure as StsFailure)._tag, "AwsUnavailable")
      assert.strictEqual(sts.count(), 4)
    }))

  live("follows a lost connection only where no code was in the request", (sts) =>
    Effect.gen(function*() {
      sts.fail({ kind: "reset" })
      yield* askForSession(sts.url)
      assert.strictEqual(sts.count(), 2)
      sts.fail({ kind: "reset" })
      const failure = (yield* Effect.flip(askForSession(sts.url, sts.code()))) as StsFailure
      assert.isTrue(failure.answerUnknown)
      assert.strictEqual(sts.count(), 3)
    }))

  live("does not follow a gateway's error when a code was in the request: STS may have had it", () =>
    Effect.gen(function*() {
      const gateway = yield* answering((_, response) => response.writeHead(504).end("<html>Gateway Time-out</html>"))
      const failure = (yield* Effect.flip(askForSession(gateway.url, "123456"))) as StsFailure
      assert.strictEqual(`${failure._tag} ${failure.answerUnknown}`, "AwsUnavailable true")
      assert.strictEqual(gateway.requests, 1)
      yield* Effect.flip(askForSession(gateway.url))
      assert.strictEqual(gateway.requests, 5)
    }))

  live("does not follow a refusal", (sts) =>
    Effect.gen(function*() {
      yield* Effect.flip(askForSession(sts.url, "000000"))
      assert.strictEqual(sts.count(), 1)
    }))
})

describe("a clock that is off", () => {
  for (const offset of [1_800_000, -1_800_000]) {
    for (const code of ["SignatureDoesNotMatch", "RequestExpired"] as const) {
      live(`by ${offset / 60_000} minutes is put right after ${code}, silently, with the same MFA code`, (sts) =>
        Effect.gen(function*() {
          sts.state.clockOffsetMs = offset
          sts.state.skew.code = code
          yield* askForSession(sts.url, sts.code())
          assert.deepStrictEqual(sts.requests.map((request) => request.code ?? request.status), [code, 200])
          yield* askForSession(sts.url)
          assert.strictEqual(sts.count(), 3)
        }))
    }
  }

  live("does not hide that the secret is wrong", (sts) =>
    Effect.gen(function*() {
      sts.state.clockOffsetMs = 3_600_000
      const { getSessionToken } = yield* Sts
      const wrong = { ...userKey, secretAccessKey: Redacted.make("another") }
      const failure = yield* Effect.flip(getSessionToken({ key: wrong, target: targetOf(sts.url), duration: 3600 }))
      assert.strictEqual(failure._tag, "SignatureRefused")
      assert.strictEqual(sts.count(), 2)
    }))

  live("is reported when putting it right does not help", (sts) =>
    Effect.gen(function*() {
      sts.state.clockOffsetMs = 3_601_000
      sts.fail({ kind: "error", code: "RequestExpired", count: 9 })
      const failure = (yield* Effect.flip(askForSession(sts.url))) as StsFailure
      assert.strictEqual(failure.message, "the clock of this machine is 1 hour behind AWS's")
      assert.strictEqual(sts.count(), 2)
    }))
})
