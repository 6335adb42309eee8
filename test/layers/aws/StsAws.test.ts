import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Redacted, Result, type Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Net from "node:net"
import type { AddressInfo } from "node:net"
import { answering, askForSession, listening, runningSts, targetOf, userKey } from "../../fixtures/StsServer.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { RunningSts } from "../../../simulator/sts/Sts.ts"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import type { StsFailure } from "../../../src/domain/aws/StsFailure.ts"
import type { StsTarget } from "../../../src/domain/aws/StsTarget.ts"
import * as StsAws from "../../../src/layers/aws/StsAws.ts"
import { endpointOf, rehearse } from "../../../src/layers/aws/StsClient.ts"
import { Sts } from "../../../src/services/aws/Sts.ts"
import { suite } from "../../suites/StsSuite.ts"

const layer = inEnvironment(StsAws.layer, {})
const roleArn = "arn:aws:iam::210987654321:role/admin"

const live = <A>(does: string, run: (sts: RunningSts) => Effect.Effect<A, unknown, Sts | Scope.Scope>) =>
  it.live(does, () => Effect.flatMap(runningSts(), run).pipe(Effect.provide(layer), Effect.scoped))

suite(
  "the live layer",
  Effect.map(runningSts(), (sts) => ({
    layer,
    target: targetOf(sts.url),
    serial: defaultSerial,
    roleArn,
    code: (stepsLater) => Effect.sync(() => sts.code(defaultSerial, stepsLater)),
    requests: Effect.sync(() => sts.count("GetSessionToken") + sts.count("AssumeRole")),
    loseAnswer: Effect.sync(() => sts.fail({ kind: "close" })),
    disableRegion: Effect.sync(() => void sts.state.disabledRegions.push("eu-west-1")),
    expireSessions: Effect.sync(() => {
      for (const session of Object.values(sts.state.sessions)) session.expires = 0
    })
  })),
  true
)

describe("a call that is interrupted", () => {
  it.live("closes its connection", () =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const server = Net.createServer((socket) => {
        socket.once("data", () => Deferred.doneUnsafe(asked, Effect.void))
        socket.once("close", () => Deferred.doneUnsafe(closed, Effect.void))
        socket.on("error", () => undefined)
      })
      yield* Effect.acquireRelease(
        Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
        () => Effect.sync(() => server.close())
      )
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const call = yield* Effect.forkChild(askForSession(url))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(call)
      yield* Deferred.await(closed)
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("an answer that is no answer of STS", () => {
  const credentials = (expiration: string, token = "fake-token") =>
    "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult><Credentials>" +
    `<AccessKeyId>ASIAFAKE0000EXAMPLE0</AccessKeyId><SecretAccessKey>fake-canary</SecretAccessKey>` +
    `<SessionToken>${token}</SessionToken>${expiration}</Credentials></GetSessionTokenResult></GetSessionTokenResponse>`
  const end = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
  const date = `<Expiration>${end.toISOString()}</Expiration>`
  const answers: ReadonlyArray<readonly [what: string, status: number, body: string]> = [
    ["a sign-in page", 200, "<!doctype html><html><body>fake-canary<br>Please sign in</body></html>"],
    ["a redirect", 302, "fake-canary"],
    ["somebody else's refusal", 403, "<html>fake-canary</html>"],
    ["a page that is not there", 404, "fake-canary"],
    ["nothing", 200, ""],
    ["another document", 200, "<Other><Secret>fake-canary</Secret></Other>"],
    ["half a document", 200, credentials(date).slice(0, 200)],
    ["a session without a token", 200, credentials(date, "")],
    ["a session without an end", 200, credentials("")],
    ["a session with an odd end", 200, credentials("<Expiration>some fake-canary day</Expiration>")],
    ["too much", 200, credentials(`<Expiration>${"fake-canary".repeat(200_000)}</Expiration>`)]
  ]

  for (const [what, status, body] of answers) {
    it.live(`is refused, and not shown: ${what}`, () =>
      Effect.gen(function*() {
        const server = yield* answering((_, response) => response.writeHead(status).end(body))
        const failure = (yield* Effect.flip(askForSession(server.url, "123456"))) as StsFailure
        assert.include(["AwsAnswerUnreadable", "AwsUnreachable"], failure._tag)
        assert.isTrue(failure.answerUnknown)
        assert.notInclude(`${failure.message} ${failure.hint}`, "canary")
        assert.strictEqual(server.requests, 1)
      }).pipe(Effect.provide(layer), Effect.scoped))
  }

  it.live("is not what a well-formed one is", () =>
    Effect.gen(function*() {
      const server = yield* answering((_, response) => response.writeHead(200).end(credentials(date)))
      const session = yield* askForSession(server.url)
      assert.deepStrictEqual(session, {
        accessKeyId: "ASIAFAKE0000EXAMPLE0",
        secretAccessKey: "fake-canary",
        sessionToken: "fake-token",
        expiration: end.getTime()
      })
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("a session in an answer", () => {
  interface Session {
    readonly id?: string
    readonly secret?: string
    readonly token?: string
    /** Milliseconds from now until it ends, and how far STS's clock is ahead of ours. */
    readonly left?: number
    readonly ahead?: number
  }
  const sessionOf = ({ ahead, id = "ASIAFAKE0000EXAMPLE0", left = 3_600_000, secret = "fake-secret", token = "fake-token" }: Session) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const server = yield* answering((_, response) => {
        response.sendDate = false
        response.writeHead(200, ahead === undefined ? {} : { date: new Date(now + ahead).toUTCString() })
        response.end(
          "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult><Credentials>" +
            `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken>` +
            `<Expiration>${new Date(now + left).toISOString()}</Expiration></Credentials></GetSessionTokenResult></GetSessionTokenResponse>`
        )
      })
      const ended = yield* Effect.result(askForSession(server.url, "123456"))
      assert.strictEqual(server.requests, 1)
      return ended
    }).pipe(Effect.provide(layer), Effect.scoped)

  const unreadable: ReadonlyArray<readonly [what: string, session: Session]> = [
    ["one that is over by STS's own clock", { left: -5000, ahead: 0 }],
    ["one that is over by STS's clock and not by ours", { left: 60_000, ahead: 120_000 }],
    ["one that is over by both", { left: -7_200_000, ahead: -3_600_000 }],
    ["a token that no client takes", { token: "t".repeat(7001) }],
    ["a huge token", { token: "canary".repeat(100_000) }],
    ["a token with a line break", { token: "fake&#10;canary" }],
    ["a token with a quote", { token: "fake&quot;canary" }],
    ["a token that is no ASCII", { token: "fäke-canary" }],
    ["an id with a control character", { id: "ASIA&#27;[31mcanary" }],
    ["an id with a blank", { id: "ASIAFAKE 000EXAMPLE0" }],
    ["an id that is too long", { id: "A".repeat(129) }],
    ["a secret with a null", { secret: "canary\0" }],
    ["a secret with a blank", { secret: "fake canary" }],
    ["a secret that is too long", { secret: "s".repeat(257) }],
    ["one for thousands of years", { left: 9_000_000_000 * 86_400 }]
  ]
  for (const [what, session] of unreadable) {
    it.live(`is unreadable, and the code spent: ${what}`, () =>
      Effect.gen(function*() {
        const ended = yield* sessionOf(session)
        if (Result.isSuccess(ended)) return assert.fail("it was taken")
        assert.strictEqual(`${ended.failure._tag} ${ended.failure.answerUnknown}`, "AwsAnswerUnreadable true")
        assert.notInclude(ended.failure.message, "canary")
      }))
  }

  it.live("may have the longest token that clients take", () =>
    Effect.map(sessionOf({ token: "t".repeat(7000), ahead: 0 }), (ended) => assert.isTrue(Result.isSuccess(ended))))

  for (const ahead of [-7_200_000, undefined]) {
    const said = ahead === undefined ? "which says no time" : "which is right by its own time"
    it.live(`is the fault of our clock where it is over by that alone, in an answer ${said}; the code is spent`, () =>
      Effect.gen(function*() {
        const ended = yield* sessionOf({ left: -3_600_000, ...(ahead !== undefined && { ahead }) })
        if (Result.isSuccess(ended)) return assert.fail("it was taken")
        assert.strictEqual(`${ended.failure._tag} ${ended.failure.answerUnknown}`, "ClockSkewed true")
        assert.include(ended.failure.message, ahead === undefined ? "too far from AWS's" : "2 hours ahead of AWS's")
      }))
  }

  it.live("is of its caller, who must have an account and an ARN", () =>
    Effect.gen(function*() {
      const answers = [
        ["1234", "arn:aws:iam::123456789012:user/user", "AIDA"],
        ["123456789012", "user", "AIDA"],
        ["123456789012", `arn:aws:iam::123456789012:user/${"u".repeat(2048)}`, "AIDA"],
        ["123456789012", "arn:aws:iam::123456789012:user/a&#10;b", "AIDA"],
        ["123456789012", "arn:aws:iam::123456789012:user/user", "A".repeat(5000)],
        ["123456789012", "arn:aws:iam::123456789012:user/user", "AIDA"]
      ]
      const server = yield* answering((_, response) => {
        const [account, arn, userId] = answers[server.requests - 1]!
        response.end(
          "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>" +
            `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account>` +
            "</GetCallerIdentityResult></GetCallerIdentityResponse>"
        )
      })
      const { callerIdentity } = yield* Sts
      for (const _ of answers.slice(1)) {
        assert.strictEqual((yield* Effect.flip(callerIdentity(userKey, targetOf(server.url))))._tag, "AwsAnswerUnreadable")
      }
      assert.strictEqual((yield* callerIdentity(userKey, targetOf(server.url))).account, "123456789012")
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("an answer that does not come", () => {
  /** Answers as far as it is told to, and never to the end. */
  const waits: ReadonlyArray<readonly [what: string, answer: (socket: Net.Socket) => void]> = [
    ["at all", () => undefined],
    ["past its headers", (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n")],
    ["but drips", (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
      const drip = setInterval(() => socket.write("a"), 20)
      socket.once("close", () => clearInterval(drip))
    }]
  ]
  for (const [what, answer] of waits) {
    it.live(`${what} is waited for so long and no longer, and the code is spent`, () =>
      Effect.gen(function*() {
        const server = yield* listening((socket) => socket.once("data", () => answer(socket)))
        const failure = (yield* Effect.flip(askForSession(server.url, "123456"))) as StsFailure
        assert.strictEqual(
          `${failure._tag} ${failure.exitCode} ${failure.answerUnknown} ${failure.passing}`,
          "AwsUnreachable 7 true false"
        )
        assert.match(failure.message, /^127\.0\.0\.1:\d+ took the request and did not answer in time$/)
        yield* Effect.flip(askForSession(server.url))
        assert.strictEqual(server.connections, 2, "nothing is sent again")
      }).pipe(Effect.provide(inEnvironment(StsAws.layerWaiting("500 millis"), {})), Effect.scoped))
  }

  it.effect("is waited for half a minute", () =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const server = yield* listening((socket) => socket.once("data", () => Deferred.doneUnsafe(asked, Effect.void)))
      const call = yield* Effect.forkChild(Effect.flip(askForSession(server.url, "123456")))
      yield* Deferred.await(asked)
      yield* TestClock.adjust("29 seconds")
      assert.isUndefined(call.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(((yield* Fiber.join(call)) as StsFailure)._tag, "AwsUnreachable")
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("what AWS says", () => {
  live("is shown without the secrets that it repeats", (sts) =>
    Effect.gen(function*() {
      const { assumeRole, getSessionToken } = yield* Sts
      const target = targetOf(sts.url)
      const session = yield* getSessionToken({ key: userKey, target, duration: 3600 })
      const said = (secrets: ReadonlyArray<string>) =>
        sts.fail({ kind: "error", code: "ValidationError", message: `Value '${secrets.join("' '")}' is odd`, status: 400 })
      const canaries = ["fake-secret-for-tests", "246802", session.secretAccessKey, session.sessionToken]
      said(canaries.slice(0, 2))
      const mfa = { serial: defaultSerial, code: Redacted.make("246802") }
      const first = yield* Effect.flip(getSessionToken({ key: userKey, target, duration: 3600, mfa }))
      said(canaries.slice(2))
      const second = yield* Effect.flip(
        assumeRole({ credentials: session, target, roleArn, sessionName: "tester", duration: 900 })
      )
      for (const { message } of [first, second]) {
        assert.include(message, "Value '***' '***' is odd")
        for (const canary of canaries) assert.notInclude(message, canary)
      }
    }))
})

describe("a role request", () => {
  live("carries everything that was asked for", (sts) =>
    Effect.gen(function*() {
      const { assumeRole, getSessionToken } = yield* Sts
      const target = targetOf(sts.url)
      const mfa = { serial: defaultSerial, code: Redacted.make(sts.code()) }
      const session = yield* getSessionToken({ key: userKey, target, duration: 1800, mfa })
      yield* assumeRole({
        credentials: session,
        target,
        roleArn,
        sessionName: "me@host",
        duration: 900,
        externalId: "fake-id",
        sourceIdentity: "me",
        tags: [["team", "a b"], ["stage", ""]],
        transitiveTagKeys: ["team"]
      })
      assert.deepStrictEqual(sts.requests.map(({ params }) => params), [
        { DurationSeconds: "1800", SerialNumber: defaultSerial },
        {
          RoleArn: roleArn,
          RoleSessionName: "me@host",
          DurationSeconds: "900",
          ExternalId: "fake-id",
          SourceIdentity: "me",
          "Tags.member.1.Key": "team",
          "Tags.member.1.Value": "a b",
          "Tags.member.2.Key": "stage",
          "Tags.member.2.Value": "",
          "TransitiveTagKeys.member.1": "team"
        }
      ])
      const ports = new Set(sts.requests.map(({ remotePort }) => remotePort))
      assert.strictEqual(ports.size, 1, "one connection serves both")
    }))
})

describe("a rehearsal", () => {
  live("goes through a whole call and sends nothing", (sts) =>
    Effect.gen(function*() {
      yield* Effect.promise(() => rehearse(targetOf(sts.url)))
      assert.strictEqual(sts.count(), 0)
    }))
})

describe("the endpoint", () => {
  const cases: ReadonlyArray<readonly [target: Partial<StsTarget>, host: string]> = [
    [{ region: "eu-west-1" }, "sts.eu-west-1.amazonaws.com"],
    [{ region: "us-east-1" }, "sts.us-east-1.amazonaws.com"],
    [{ region: "cn-north-1" }, "sts.cn-north-1.amazonaws.com.cn"],
    [{ region: "us-gov-west-1" }, "sts.us-gov-west-1.amazonaws.com"],
    [{ region: "us-west-2", fips: true }, "sts-fips.us-west-2.amazonaws.com"],
    [{ region: "us-gov-east-1", fips: true }, "sts.us-gov-east-1.amazonaws.com"],
    [{ region: "eu-west-1", dualStack: true }, "sts.eu-west-1.api.aws"],
    [{ region: "us-west-2", fips: true, dualStack: true }, "sts-fips.us-west-2.api.aws"],
    [{ region: "eu-west-1", endpoint: "http://localhost:4566" }, "localhost:4566"],
    [{ region: "eu-west-1", endpoint: "https://sts.example.test", fips: true, dualStack: true }, "sts.example.test"]
  ]

  for (const [target, host] of cases) {
    it(`is ${host} for ${JSON.stringify(target)}`, async () => {
      assert.strictEqual((await endpointOf({ region: "", fips: false, dualStack: false, ...target })).host, host)
    })
  }

  it.live("that does not exist is an error of configuration", () =>
    Effect.gen(function*() {
      const sts = yield* Sts
      const target = { region: "no region", fips: false, dualStack: false }
      const failure = yield* Effect.flip(sts.serverTime(target))
      assert.strictEqual(`${failure._tag} ${failure.exitCode}`, "EndpointUnavailable 2")
      yield* sts.warm(target)
    }).pipe(Effect.provide(layer)))
})

describe("the time", () => {
  it.live("is an error where nobody says it", () =>
    Effect.gen(function*() {
      const server = yield* answering((_, response) => {
        response.sendDate = false
        response.end()
      })
      const failure = yield* Effect.flip(Effect.flatMap(Sts, (sts) => sts.serverTime(targetOf(server.url))))
      assert.strictEqual(failure._tag, "AwsAnswerUnreadable")
    }).pipe(Effect.provide(layer), Effect.scoped))

  live("is that of STS, however far off", (sts) =>
    Effect.gen(function*() {
      sts.state.clockOffsetMs = -86_400_000
      const before = sts.now()
      const time = yield* Effect.flatMap(Sts, ({ serverTime }) => serverTime(targetOf(sts.url)))
      // It comes in whole seconds.
      assert.isAbove(time, before - 1000)
      assert.isAtMost(time, sts.now())
    }))
})

describe("an answer that does not narrow", () => {
  const end = Math.floor(Date.now() / 1000) * 1000 + 3_600_000
  const parent = { accessKeyId: "ASIAFAKE0000EXAMPLE1", secretAccessKey: "fake-secret", sessionToken: "fake-parent", expiration: end }
  const policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"

  const narrowed = (members: { readonly id?: string; readonly token?: string; readonly until?: string; readonly layers?: string }) =>
    Effect.gen(function*() {
      const { id = "ASIAFAKE0000EXAMPLE2", layers = "1", token = "fake-token", until = new Date(end).toISOString() } = members
      const body = "<GetScopedCredentialsResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetScopedCredentialsResult><Credentials>" +
        `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>fake-canary</SecretAccessKey><SessionToken>${token}</SessionToken>` +
        `<Expiration>${until}</Expiration></Credentials>${layers === "" ? "" : `<ScopedPoliciesCount>${layers}</ScopedPoliciesCount>`}` +
        "</GetScopedCredentialsResult></GetScopedCredentialsResponse>"
      const server = yield* answering((_, response) => response.writeHead(200).end(body))
      const sts = yield* Sts
      return yield* sts.scopedCredentials({ credentials: parent, target: targetOf(server.url), policy, description: "a test" })
    })

  it.live.each<readonly [what: string, members: Parameters<typeof narrowed>[0]]>([
    ["the same key", { id: parent.accessKeyId }],
    ["the same token", { token: parent.sessionToken }],
    ["no policy over it", { layers: "0" }],
    ["a later end", { until: new Date(end + 1000).toISOString() }]
  ])("is refused: %s", ([, members]) =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(narrowed(members))
      assert.strictEqual(failure._tag, "AwsAnswerUnreadable")
      assert.notInclude(`${failure.message} ${failure.hint}`, "canary")
    }).pipe(Effect.provide(layer), Effect.scoped))

  it.live.each(["1", "3", ""])("is not what a narrowed one is, with a count of layers %j", (layers) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* narrowed({ layers })).accessKeyId, "ASIAFAKE0000EXAMPLE2")
    }).pipe(Effect.provide(layer), Effect.scoped))
})

describe("a service that does not know the call", () => {
  it.live.each<readonly [what: string, status: number, body: string]>([
    ["in STS's words", 400, "<ErrorResponse><Error><Code>InvalidAction</Code><Message>Could not find operation</Message></Error></ErrorResponse>"],
    ["in other words", 404, "<ErrorResponse><Error><Code>UnknownOperationException</Code><Message>no</Message></Error></ErrorResponse>"],
    ["like a test double", 501, "<ErrorResponse><Error><Code>NotImplemented</Code><Message>no</Message></Error></ErrorResponse>"]
  ])("is told to be one, %s", ([, status, body]) =>
    Effect.gen(function*() {
      const server = yield* answering((_, response) => response.writeHead(status).end(body))
      const credentials = { accessKeyId: "ASIAFAKE0000EXAMPLE1", secretAccessKey: "fake-secret", sessionToken: "fake", expiration: Date.parse("2030-01-01T00:00:00Z") }
      const sts = yield* Sts
      const failure = yield* Effect.flip(sts.scopedCredentials({ credentials, target: targetOf(server.url), policy: "{}", description: "a test" }))
      assert.strictEqual(failure._tag, "ScopingUnknown")
    }).pipe(Effect.provide(layer), Effect.scoped))
})
