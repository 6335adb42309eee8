import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Redacted, References, type Scope } from "effect"
import { connectProxy } from "../../fakes/aws/ConnectProxy.ts"
import { makeAuthority, withoutOpenssl } from "../../fixtures/Authority.ts"
import { answering, listening, nobodysPort, runningSts, targetOf, userKey } from "../../fixtures/StsServer.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { RunningSts } from "../../../simulator/sts/Sts.ts"
import { defaultSerial, serviceUnavailable, throttling } from "../../../simulator/sts/StsState.ts"
import type { IamTarget } from "../../../src/domain/aws/IamTarget.ts"
import * as IamAws from "../../../src/layers/aws/IamAws.ts"
import { endpointOf } from "../../../src/layers/aws/IamClient.ts"
import * as StsAws from "../../../src/layers/aws/StsAws.ts"
import { Iam } from "../../../src/services/aws/Iam.ts"
import { suite } from "../../suites/IamSuite.ts"

const layer = inEnvironment(IamAws.layer, {})
const at = (endpoint: string): IamTarget => ({ partition: "aws", endpoint, fips: false })
const callerAt = (endpoint: string) => ({ credentials: userKey, target: at(endpoint) })

suite(
  "the live layer",
  Effect.map(runningSts(), (sts) => ({
    layer: Layer.merge(layer, inEnvironment(StsAws.layer, {})),
    target: at(sts.url),
    sts: targetOf(sts.url),
    serial: defaultSerial,
    code: Effect.sync(() => sts.code()),
    allow: ({ denied, ...policy }) => {
      for (const user of Object.values(sts.state.users)) user.iam = { ...policy, ...(denied && { denied: [...denied] }) }
    },
    delayKeys: (milliseconds) => void (sts.state.keyDelayMs = milliseconds),
    pass: (milliseconds) => Effect.sync(() => void (sts.state.clockOffsetMs += milliseconds)),
    expireSessions: Effect.sync(() => {
      for (const session of Object.values(sts.state.sessions)) session.expires = 0
    }),
    requests: (operation) => sts.count(operation),
    loseAnswer: Effect.sync(() => sts.fail({ kind: "close" }))
  })),
  true
)

const live = <A>(does: string, run: (sts: RunningSts) => Effect.Effect<A, unknown, Iam | Scope.Scope>) =>
  it.live(does, () => Effect.flatMap(runningSts(), run).pipe(Effect.provide(layer), Effect.scoped))

describe("a call of IAM", () => {
  live("is made again after throttling, server errors and lost connections", (sts) =>
    Effect.gen(function*() {
      const { accessKeys, deleteAccessKey, setActive } = yield* Iam
      sts.fail(throttling, serviceUnavailable, { kind: "reset" })
      assert.lengthOf(yield* accessKeys(callerAt(sts.url)), 1)
      assert.strictEqual(sts.count("ListAccessKeys"), 4)
      sts.fail({ kind: "close" })
      yield* setActive(callerAt(sts.url), userKey.accessKeyId, true)
      sts.fail({ kind: "close" })
      // The key is gone when it is asked for again, which does not know it any more.
      assert.strictEqual((yield* Effect.flip(deleteAccessKey(callerAt(sts.url), userKey.accessKeyId)))._tag, "IamKeyUnknown")
      assert.isEmpty(Object.keys(sts.state.users))
    }))

  for (const fault of [throttling, serviceUnavailable, { kind: "reset" }, { kind: "malformed" }] as const) {
    live(`that makes a key is made once, whatever comes of it: ${"code" in fault ? fault.code : fault.kind}`, (sts) =>
      Effect.gen(function*() {
        sts.fail(fault)
        const failure = yield* Effect.flip((yield* Iam).createAccessKey(callerAt(sts.url)))
        assert.strictEqual(sts.count("CreateAccessKey"), 1)
        assert.strictEqual(failure.answerUnknown, fault !== throttling)
      }))
  }

  live("is put right where the clock is off, with nothing done twice", (sts) =>
    Effect.gen(function*() {
      const { accessKeys, createAccessKey } = yield* Iam
      sts.state.clockOffsetMs = 3_600_000
      yield* createAccessKey(callerAt(sts.url))
      yield* accessKeys(callerAt(sts.url))
      assert.deepStrictEqual(sts.requests.map(({ action, status }) => `${action} ${status}`), [
        "CreateAccessKey 403",
        "CreateAccessKey 200",
        "ListAccessKeys 200"
      ])
    }))

  live("is signed for IAM in the partition's own region", (sts) =>
    Effect.gen(function*() {
      const { accessKeys } = yield* Iam
      yield* accessKeys(callerAt(sts.url))
      yield* accessKeys({ credentials: userKey, target: { ...at(sts.url), partition: "aws-cn" } })
      assert.deepStrictEqual(sts.requests.map(({ region }) => region), ["us-east-1", "cn-north-1"])
    }))

  live("says and logs no secret, its own or a new one", (sts) =>
    Effect.gen(function*() {
      const { accessKeys, createAccessKey } = yield* Iam
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      const logged = <A, E>(effect: Effect.Effect<A, E>) =>
        effect.pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "All"))
      const made = yield* logged(createAccessKey(callerAt(sts.url)))
      const secret = Redacted.value(userKey.secretAccessKey)
      sts.fail({ kind: "error", code: "InvalidInput", message: `Value '${secret}' is odd` })
      const failure = yield* Effect.flip(logged(accessKeys(callerAt(sts.url))))
      assert.include(failure.message, "Value '***' is odd")
      assert.include(said, `iam:CreateAccessKey to ${sts.url}`)
      for (const canary of [secret, Redacted.value(made.secretAccessKey)]) {
        assert.notInclude(said.join("\n") + failure.message + failure.hint + JSON.stringify(made), canary)
      }
    }))
})

describe("an answer that is no answer of IAM", () => {
  const key = (inside: string) =>
    "<CreateAccessKeyResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateAccessKeyResult><AccessKey>" +
    `<UserName>user</UserName>${inside}</AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>`
  const answers: ReadonlyArray<readonly [what: string, status: number, body: string]> = [
    ["a sign-in page", 200, "<!doctype html><html><body>fake-canary<br>Please sign in</body></html>"],
    ["a redirect", 302, "fake-canary"],
    ["somebody else's refusal", 403, "<html>fake-canary</html>"],
    ["nothing", 200, ""],
    ["half a document", 200, key("<AccessKeyId>AKIAFAKE0000EXAMPLE1</AccessKeyId><SecretAccessKey>fake-canary").slice(0, -60)],
    ["a key without a secret", 200, key("<AccessKeyId>fake-canary</AccessKeyId>")],
    ["a key whose id is none", 200, key("<AccessKeyId>AKIA fake-canary 00</AccessKeyId><SecretAccessKey>fake-secret</SecretAccessKey>")],
    ["a key with an odd secret", 200, key("<AccessKeyId>AKIAFAKE0000EXAMPLE1</AccessKeyId><SecretAccessKey>fake&#10;canary</SecretAccessKey>")],
    ["a key with a secret without end", 200, key(`<AccessKeyId>AKIAFAKE0000EXAMPLE1</AccessKeyId><SecretAccessKey>${"canary".repeat(50)}</SecretAccessKey>`)],
    ["another service's", 200, "<GetCallerIdentityResponse><Arn>fake-canary</Arn></GetCallerIdentityResponse>"]
  ]
  for (const [what, status, body] of answers) {
    it.live(`is refused, and not shown: ${what}`, () =>
      Effect.gen(function*() {
        const server = yield* answering((_, response) => response.writeHead(status).end(body))
        const { accessKeys, createAccessKey, deleteAccessKey, setActive } = yield* Iam
        const caller = callerAt(server.url)
        const failures = [
          yield* Effect.flip(createAccessKey(caller)),
          yield* Effect.flip(accessKeys(caller)),
          yield* Effect.flip(Effect.asVoid(setActive(caller, "AKIAFAKE0000EXAMPLE0", false))),
          yield* Effect.flip(deleteAccessKey(caller, "AKIAFAKE0000EXAMPLE0"))
        ]
        for (const failure of failures) {
          assert.strictEqual(failure._tag, "AwsAnswerUnreadable")
          assert.isTrue(failure.answerUnknown)
          assert.notInclude(`${failure.message} ${failure.hint}`, "canary")
        }
        assert.strictEqual(server.requests, 4)
      }).pipe(Effect.provide(layer), Effect.scoped))
  }
})

describe("a list of IAM's", () => {
  const list = (operation: string, inside: string) =>
    `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${inside}</${operation}Result></${operation}Response>`
  const since = "2020-01-01T00:00:00Z"
  const keys = (id: string) =>
    list("ListAccessKeys", `<AccessKeyMetadata><member><AccessKeyId>${id}</AccessKeyId><Status>Active</Status><CreateDate>${since}</CreateDate></member></AccessKeyMetadata>`)
  const devices = (serial: string) =>
    list("ListMFADevices", `<MFADevices><member><SerialNumber>${serial}</SerialNumber><EnableDate>${since}</EnableDate></member></MFADevices>`)
  const good = { key: "AKIAFAKE0000EXAMPLE1", device: "arn:aws:iam::123456789012:mfa/user" }
  const odd = ["", "a", "fake canary 0000000", "fake&#27;[31mcanary00", "c".repeat(300)]

  it.live("is refused with an id or a serial number that is none", () =>
    Effect.gen(function*() {
      const answers = [...odd.flatMap((text) => [keys(text), devices(text)]), keys(good.key), devices(good.device)]
      const server = yield* answering((_, response) => response.end(answers[server.requests - 1]))
      const { accessKeys, mfaDevices } = yield* Iam
      const caller = callerAt(server.url)
      for (const _ of odd) {
        for (const asked of [Effect.asVoid(accessKeys(caller)), Effect.asVoid(mfaDevices(caller))]) {
          const failure = yield* Effect.flip(asked)
          assert.match(failure.message, /is not one of IAM: it does not hold what was asked for$/)
        }
      }
      assert.strictEqual((yield* accessKeys(caller))[0]?.accessKeyId, good.key)
      assert.strictEqual((yield* mfaDevices(caller))[0]?.serial, good.device)
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("a request to IAM that nobody answers", () => {
  it.live("ends all the same, is not sent again, and may have done what it asked for", () =>
    Effect.gen(function*() {
      const server = yield* listening(() => undefined)
      const { accessKeys, createAccessKey } = yield* Iam
      for (const asked of [Effect.asVoid(createAccessKey(callerAt(server.url))), Effect.asVoid(accessKeys(callerAt(server.url)))]) {
        const failure = yield* Effect.flip(asked)
        assert.strictEqual(`${failure._tag} ${failure.exitCode} ${failure.answerUnknown}`, "AwsUnreachable 7 true")
        assert.match(failure.message, /took the request and did not answer in time$/)
      }
      assert.strictEqual(server.connections, 2)
    }).pipe(Effect.provide(inEnvironment(IamAws.layerWaiting("500 millis"), {})), Effect.scoped))
})

describe("the endpoint of IAM", () => {
  const cases: ReadonlyArray<readonly [target: Partial<IamTarget>, host: string]> = [
    [{}, "iam.amazonaws.com"],
    [{ partition: "aws-cn" }, "iam.cn-north-1.amazonaws.com.cn"],
    [{ partition: "aws-us-gov" }, "iam.us-gov.amazonaws.com"],
    [{ fips: true }, "iam-fips.amazonaws.com"],
    [{ endpoint: "http://localhost:4566" }, "localhost:4566"],
    [{ endpoint: "https://iam.example.test", fips: true }, "iam.example.test"]
  ]
  for (const [target, host] of cases) {
    it(`is ${host} for ${JSON.stringify(target)}`, async () => {
      assert.strictEqual((await endpointOf({ partition: "aws", fips: false, ...target })).host, host)
    })
  }
})

describe("the way to IAM", () => {
  it.live("leads through the proxy of the environment", () =>
    Effect.gen(function*() {
      const sts = yield* runningSts()
      const proxy = yield* connectProxy()
      const iam = yield* Effect.provide(Iam, inEnvironment(IamAws.layer, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }))
      yield* iam.mfaDevices(callerAt(`http://iam.example.test:${sts.port}`))
      assert.deepStrictEqual(proxy.requests, [`POST http://iam.example.test:${sts.port}/`])
    }).pipe(Effect.scoped))

  it.live.skipIf(withoutOpenssl)("trusts the authorities that the user names, and nobody else", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(yield* temporaryDirectory)
      const sts = yield* runningSts({ tls: authority })
      const { accessKeys } = yield* Iam
      const target = at(`https://localhost:${sts.port}`)
      const distrusted = yield* Effect.flip(accessKeys({ credentials: userKey, target }))
      assert.match(distrusted.message, /^cannot reach localhost:\d+: its certificate is not trusted/)
      assert.isFalse(distrusted.answerUnknown)
      assert.lengthOf(yield* accessKeys({ credentials: userKey, target: { ...target, caBundle: authority.bundle } }), 1)
    }).pipe(Effect.provide(layer), Effect.scoped))

  const wrong: ReadonlyArray<readonly [what: string, tag: string, environment: Record<string, string>, target: Partial<IamTarget>, RegExp]> = [
    ["a proxy that is none", "ProxyUnusable", { HTTP_PROXY: "socks5://127.0.0.1:1080" }, { endpoint: "http://iam.example.test" }, /^HTTP_PROXY does not hold/],
    ["a missing file of authorities", "CaBundleUnreadable", {}, { caBundle: "/nonexistent.pem" }, /^cannot use the certificate authorities in \/nonexistent\.pem/]
  ]
  it.live.each(wrong)("is not there with %s", ([, tag, environment, target, message]) =>
    Effect.gen(function*() {
      const iam = yield* Effect.provide(Iam, inEnvironment(IamAws.layer, environment))
      const caller = { credentials: userKey, target: { partition: "aws", fips: false, ...target } } as const
      const failure = yield* Effect.flip(iam.accessKeys(caller))
      assert.strictEqual(`${failure._tag} ${failure.exitCode}`, `${tag} 2`)
      assert.match(failure.message, message)
    }).pipe(Effect.scoped))

  it.live("that ends nowhere is said to", () =>
    Effect.gen(function*() {
      const nowhere = callerAt(`http://127.0.0.1:${nobodysPort}`)
      const failure = yield* Effect.flip((yield* Iam).createAccessKey(nowhere))
      assert.strictEqual(failure._tag, "AwsUnreachable")
      assert.isFalse(failure.answerUnknown)
    }).pipe(Effect.provide(layer), Effect.scoped))
})
