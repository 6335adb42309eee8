import type { Credentials, GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { exchanged, inAwsTime, keysOf, type Line, makeLines, noLine, type NoLine, retried, type Said } from "./AwsLine.ts"
import type { Transport } from "./AwsTransport.ts"
import { hasUnusableProxy } from "../../domain/aws/Proxy.ts"
import { isPlainWord, readSessionAnswer } from "../../domain/aws/SessionAnswer.ts"
import type { SessionCredentials } from "../../domain/aws/SessionCredentials.ts"
import { classifyStsFailure } from "../../domain/aws/StsClassification.ts"
import { StsFailure, type StsOperation } from "../../domain/aws/StsFailure.ts"
import type { StsTarget } from "../../domain/aws/StsTarget.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { type CallerIdentity, type LongLivedKey, type RoleRequest, type ScopeRequest, type SessionRequest, Sts } from "../../services/aws/Sts.ts"
import type { Client } from "./StsClient.ts"

type Caller = LongLivedKey | SessionCredentials

/** One call of one operation, with what a failure of it should say. */
interface Call {
  readonly operation: StsOperation
  readonly target: StsTarget
  readonly serial?: string | undefined
  readonly roleArn?: string
  readonly bySession?: boolean
  /** Kept out of every message. */
  readonly secrets: ReadonlyArray<string>
}

/**
 * STS as AWS runs it, reached through the proxies that the environment names. Of that it reads those,
 * SSL_CERT_FILE and whether NODE_EXTRA_CA_CERTS is set, and nothing else. An answer is waited for as long as `patience` says, 30 seconds by default.
 */
export const layerWaiting = (patience?: Duration.Input): Layer.Layer<Sts, never, ProcessEnvironment> =>
  Layer.effect(Sts, Effect.gen(function*() {
    const environment = yield* ProcessEnvironment
    const lines = yield* makeLines(environment, patience)

    const lineTo = (target: StsTarget): Effect.Effect<Line, StsFailure> =>
      lines.to({
        key: keyOf(target),
        endpoint: async () => (await load()).endpointOf(target),
        caBundle: target.caBundle
      }).pipe(Effect.mapError((none) => unreachable(none, target)))

    const answered = Effect.fnUntraced(function*<Answer, A>(
      call: Call,
      caller: Caller,
      run: (client: Client, signal: AbortSignal) => Promise<Answer>,
      checked: (answer: Said<Answer>, line: Line) => Effect.Effect<A, StsFailure>
    ): Effect.fn.Return<A, StsFailure> {
      const [client, line] = yield* Effect.all([loaded, lineTo(call.target)], { concurrency: "unbounded" })
      const once = sent(call, line, (send, signal) =>
        run(client.make(call.target, keysOf(caller), line.clockOffset, send), signal))
      // AWS looks at the time before the code, so that a code in a request refused for its time is still good.
      const timely = inAwsTime(line, once, (failure) => failure._tag === "ClockSkewed" ? failure.skew : undefined).pipe(
        Effect.flatMap((answer) => checked(answer, line))
      )
      return yield* retried(
        Effect.tapError(timely, (failure) => Effect.logDebug(`sts:${call.operation}: ${failure.message}`)),
        (failure) => mayRepeat(failure, call)
      )
    })

    return Sts.of({
      warm: Effect.fn("Sts.warm")((target) =>
        lineTo(target).pipe(
          Effect.flatMap(({ transport }) =>
            Effect.all([Effect.promise(() => transport.open()), rehearsed(target)], { concurrency: "unbounded" })
          ),
          Effect.ignore
        )
      ),

      check: Effect.fn("Sts.check")(function*(target): Effect.fn.Return<void, StsFailure> {
        // Whether the endpoint is an exception (NO_PROXY) shows once its name is known, which takes the SDK.
        if (hasUnusableProxy(environment)) yield* lineTo(target)
        else yield* Effect.mapError(lines.check(target.caBundle), (none) => unreachable(none, target))
      }),

      getSessionToken: Effect.fn("Sts.getSessionToken")((request: SessionRequest) =>
        answered(
          { operation: "GetSessionToken", target: request.target, ...told(request, request.key) },
          request.key,
          (client, signal) => client.getSessionToken(request, signal),
          wholeSession
        )
      ),

      assumeRole: Effect.fn("Sts.assumeRole")((request: RoleRequest) =>
        answered(
          {
            operation: "AssumeRole",
            target: request.target,
            roleArn: request.roleArn,
            ...told(request, request.credentials)
          },
          request.credentials,
          (client, signal) => client.assumeRole(request, signal),
          wholeSession
        )
      ),

      scopedCredentials: Effect.fn("Sts.scopedCredentials")((request: ScopeRequest) =>
        answered(
          { operation: "GetScopedCredentials", target: request.target, ...told({}, request.credentials) },
          request.credentials,
          (client, signal) => client.getScopedCredentials(request, signal),
          ({ dateHeader, said: { Credentials, ScopedPoliciesCount } }, line) => {
            // Security: an answer that gives the whole session back, or says that no policy lies over it, is none.
            const isWhole = Credentials?.AccessKeyId === request.credentials.accessKeyId ||
              Credentials?.SessionToken === request.credentials.sessionToken ||
              request.policy !== undefined && ScopedPoliciesCount === 0
            if (isWhole) return Effect.fail(StsFailure.AwsAnswerUnreadable("STS", line.endpoint.host, "the session in it is not narrowed"))
            return Effect.filterOrFail(
              wholeSession({ dateHeader, said: Credentials }, line),
              ({ expiration }) => expiration <= request.credentials.expiration,
              () => StsFailure.AwsAnswerUnreadable("STS", line.endpoint.host, "the session in it outlasts the one that was to be narrowed")
            )
          }
        )
      ),

      callerIdentity: Effect.fn("Sts.callerIdentity")((credentials: Caller, target: StsTarget) =>
        answered(
          { operation: "GetCallerIdentity", target, ...told({}, credentials) },
          credentials,
          (client, signal) => client.getCallerIdentity(signal),
          wholeIdentity
        )
      ),

      skew: (target) => Effect.sync(() => lines.known(keyOf(target))?.clockOffset ?? 0),

      serverTime: Effect.fn("Sts.serverTime")(function*(target): Effect.fn.Return<EpochMillis, StsFailure> {
        const call: Call = { operation: "Date", target, secrets: [] }
        const line = yield* lineTo(target)
        const asked = sent(call, line, (send, signal) =>
          send({ method: "GET", path: line.endpoint.pathname, headers: { host: line.endpoint.host }, body: "" }, signal)
        )
        const { dateHeader } = yield* retried(asked, (failure) => mayRepeat(failure, call))
        const time = Date.parse(dateHeader ?? "")
        return Number.isNaN(time)
          ? yield* Effect.fail(StsFailure.AwsAnswerUnreadable("STS", line.endpoint.host, "it does not say the time"))
          : time
      })
    })
  }))

/** The same with the usual patience. */
export const layer = layerWaiting()

/** Equal for targets that one line leads to. */
const keyOf = (target: StsTarget): string =>
  JSON.stringify([target.region, target.endpoint, target.fips, target.dualStack, target.caBundle])

/** What a call needs and costs most to load; the runtime keeps it once loaded. */
const load = () => import("./StsClient.ts")
const loaded = Effect.promise(load)

/** Loading and rehearsing leave so much behind that Bun would clear it up while somebody waits: it does so now instead. */
const rehearsed = (target: StsTarget) =>
  Effect.flatMap(loaded, (client) => Effect.tryPromise(() => client.rehearse(target))).pipe(
    Effect.andThen(Effect.sync(() => bun.Bun?.gc(false)))
  )

const bun = globalThis as { readonly Bun?: { readonly gc: (now: boolean) => unknown } }

const unreachable = (none: NoLine, { region }: StsTarget): StsFailure =>
  noLine(none, (reason) => StsFailure.EndpointUnavailable(region, reason))

/** Runs something that sends at most one request, and names what went wrong with it. */
const sent = <A>(
  { bySession, operation, roleArn, secrets, serial, target: { region } }: Call,
  line: Line,
  run: (send: Transport["exchange"], signal: AbortSignal) => Promise<A>
): Effect.Effect<Said<A>, StsFailure> =>
  exchanged(line, { service: "STS", operation, detail: ` for region ${region}`, secrets }, run).pipe(
    Effect.mapError((symptom) =>
      classifyStsFailure({
        ...symptom,
        operation,
        region,
        ...(serial !== undefined && { serial }),
        ...(roleArn !== undefined && { roleArn }),
        ...(bySession !== undefined && { bySession })
      })
    )
  )

const wholeSession = Effect.fnUntraced(function*(
  { dateHeader, said }: Said<Credentials | undefined>,
  { endpoint }: Line
): Effect.fn.Return<SessionCredentials, StsFailure> {
  const session = readSessionAnswer({
    accessKeyId: said?.AccessKeyId,
    secretAccessKey: said?.SecretAccessKey,
    sessionToken: said?.SessionToken,
    expiration: said?.Expiration,
    dateHeader,
    now: yield* Clock.currentTimeMillis
  })
  if ("unreadable" in session) return yield* Effect.fail(StsFailure.AwsAnswerUnreadable("STS", endpoint.host, session.unreadable))
  // STS has taken the code, and another time in the signature would not make the session end later.
  return "skew" in session ? yield* Effect.fail(StsFailure.ClockSkewed(session.skew, true)) : session
})

/** AWS's longest ARNs have 2,048 characters, and its IDs far less than these. */
const longest = { arn: 2048, userId: 256 }

const wholeIdentity = (
  { said: { Account: account = "", Arn: arn = "", UserId: userId = "" } }: Said<GetCallerIdentityCommandOutput>,
  line: Line
): Effect.Effect<CallerIdentity, StsFailure> =>
  /^\d{12}$/.test(account) && arn.startsWith("arn:") && isPlainWord(arn, longest.arn) && isPlainWord(userId, longest.userId)
    ? Effect.succeed({ account, arn, userId })
    : Effect.fail(StsFailure.AwsAnswerUnreadable("STS", line.endpoint.host, "it does not say who calls"))

/** Without an answer the code may be spent, and a second use would be refused, or refused for somebody else. */
const mayRepeat = (failure: StsFailure, call: Call): boolean =>
  failure.passing && !(failure.answerUnknown && call.serial !== undefined)

// Security: the code leaves its wrapping to be kept out of messages.
const told = ({ mfa }: Pick<SessionRequest, "mfa">, caller: Caller) => {
  const { secretAccessKey, sessionToken = "" } = keysOf(caller)
  return {
    serial: mfa?.serial,
    bySession: "sessionToken" in caller,
    secrets: [secretAccessKey, sessionToken, mfa === undefined ? "" : Redacted.value(mfa.code)]
  }
}
