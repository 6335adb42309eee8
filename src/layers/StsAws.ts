import type { Credentials, GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { SecureContext } from "node:tls"
import type { Environment } from "../domain/Environment.ts"
import { proxyFor, type ProxyServer } from "../domain/Proxy.ts"
import type { SessionCredentials } from "../domain/SessionCredentials.ts"
import { classifyStsFailure, type StsSymptom } from "../domain/StsClassification.ts"
import {
  CaBundleUnreadable,
  EndpointUnavailable,
  ProxyUnusable,
  StsAnswerUnreadable,
  type StsFailure,
  type StsOperation
} from "../domain/StsFailure.ts"
import type { StsTarget } from "../domain/StsTarget.ts"
import type { EpochMillis } from "../domain/Time.ts"
import { type CallerIdentity, type LongLivedKey, type RoleRequest, type SessionRequest, Sts } from "../services/Sts.ts"
import type { Client, Keys } from "./StsClient.ts"
import type { Incoming, Transport } from "./StsTransport.ts"

/** Few and soon, because a person or a client is waiting: after about 0.2, 0.6 and 1.4 seconds. */
const again = Schedule.min([Schedule.exponential("200 millis"), Schedule.spaced("3 seconds")]).pipe(Schedule.jittered)
const tries = 3

/** Less than this many milliseconds of skew, AWS does not mind, so that correcting it again cannot help. */
const slack = 60_000

/** The way to one target, kept for as long as the layer lives. */
interface Line {
  readonly endpoint: URL
  readonly proxy: ProxyServer | undefined
  readonly transport: Transport
  /** AWS's time less ours in milliseconds, as far as signatures need it; learnt from refusals. */
  clockOffset: number
}

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
 * STS as AWS runs it, reached through the proxies that this environment names. Of the environment it reads those and
 * SSL_CERT_FILE, and nothing else.
 */
export const layerFrom = (environment: Environment): Layer.Layer<Sts> =>
  Layer.effect(Sts, Effect.gen(function*() {
    const lines = new Map<string, Line>()
    yield* Effect.addFinalizer(() => Effect.sync(() => lines.forEach((line) => line.transport.close())))

    const lineTo = Effect.fnUntraced(function*(target: StsTarget): Effect.fn.Return<Line, StsFailure> {
      const key = keyOf(target)
      const known = lines.get(key)
      if (known !== undefined) return known
      const { authorities, client, transport } = yield* loaded
      const endpoint = yield* Effect.tryPromise({
        try: () => client.endpointOf(target),
        catch: (cause) => new EndpointUnavailable(target.region, textOf(cause))
      })
      const proxy = proxyFor(endpoint, environment)
      if (proxy !== undefined && "unusable" in proxy) return yield* Effect.fail(new ProxyUnusable(proxy.unusable))
      const trust = target.caBundle === undefined
        ? { otherwise: () => authorities.systemTrust(environment) }
        : { trust: yield* trustIn(target.caBundle, authorities.trusting) }
      const route = { endpoint, ...(proxy && { proxy }), ...trust }
      // Somebody else may have got here first, and opened a connection already.
      const line = lines.get(key) ?? { endpoint, proxy, transport: transport.make(route), clockOffset: 0 }
      lines.set(key, line)
      return line
    })

    const answered = Effect.fnUntraced(function*<Answer, A>(
      call: Call,
      caller: Caller,
      run: (client: Client, signal: AbortSignal) => Promise<Answer>,
      checked: (answer: Answer, line: Line) => Effect.Effect<A, StsFailure>
    ): Effect.fn.Return<A, StsFailure> {
      const { client } = yield* loaded
      const line = yield* lineTo(call.target)
      const once = exchanged(call, line, (send, signal) =>
        run(client.make(call.target, keysOf(caller), line.clockOffset, send), signal)).pipe(
        Effect.flatMap((answer) => checked(answer, line))
      )
      return yield* once.pipe(
        // AWS looks at the time before the code, so that a code in a request refused for its time is still good.
        Effect.catchTag("ClockSkewed", (skewed) => {
          if (skewed.skew === undefined || Math.abs(skewed.skew - line.clockOffset) < slack) return Effect.fail(skewed)
          line.clockOffset = skewed.skew
          return Effect.andThen(Effect.logDebug(`${skewed.message}: signing with AWS's time`), once)
        }),
        Effect.tapError((failure) => Effect.logDebug(`sts:${call.operation}: ${failure.message}`)),
        Effect.retry({ while: (failure) => mayRepeat(failure, call), times: tries, schedule: again })
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

      callerIdentity: Effect.fn("Sts.callerIdentity")((credentials: Caller, target: StsTarget) =>
        answered(
          { operation: "GetCallerIdentity", target, ...told({}, credentials) },
          credentials,
          (client, signal) => client.getCallerIdentity(signal),
          wholeIdentity
        )
      ),

      skew: (target) => Effect.sync(() => lines.get(keyOf(target))?.clockOffset ?? 0),

      serverTime: Effect.fn("Sts.serverTime")(function*(target): Effect.fn.Return<EpochMillis, StsFailure> {
        const call: Call = { operation: "Date", target, secrets: [] }
        const line = yield* lineTo(target)
        const { headers } = yield* exchanged(call, line, (send, signal) =>
          send({ method: "GET", path: line.endpoint.pathname, headers: { host: line.endpoint.host }, body: "" }, signal)
        ).pipe(Effect.retry({ while: (failure) => mayRepeat(failure, call), times: tries, schedule: again }))
        const time = Date.parse(headers["date"] ?? "")
        return Number.isNaN(time)
          ? yield* Effect.fail(new StsAnswerUnreadable(line.endpoint.host, "it does not say the time"))
          : time
      })
    })
  }))

/** The same, with the proxies of this process. */
export const layer: Layer.Layer<Sts> = layerFrom(process.env)

/** Equal for targets that one line leads to. */
const keyOf = (target: StsTarget): string =>
  JSON.stringify([target.region, target.endpoint, target.fips, target.dualStack, target.caBundle])

/** What a call needs and costs most to load; the runtime keeps it once loaded. */
const loaded = Effect.promise(async () => {
  const [authorities, client, transport] = await Promise.all([
    import("./Authorities.ts"),
    import("./StsClient.ts"),
    import("./StsTransport.ts")
  ])
  return { authorities, client, transport }
})

const rehearsed = (target: StsTarget) =>
  Effect.flatMap(loaded, ({ client }) => Effect.tryPromise(() => client.rehearse(target)))

const trustIn = (path: string, trusting: (pem: string) => SecureContext) =>
  Effect.tryPromise({
    try: async (signal) => {
      const { readFile } = await import("node:fs/promises")
      return trusting(await readFile(path, { encoding: "utf8", signal }))
    },
    catch: (cause) => new CaBundleUnreadable(path, textOf(cause))
  })

/** Runs something that sends at most one request, and names what went wrong with it. */
const exchanged = <A>(
  call: Call,
  line: Line,
  run: (send: Transport["exchange"], signal: AbortSignal) => Promise<A>
): Effect.Effect<A, StsFailure> =>
  Effect.flatMap(loaded, ({ transport }) => {
    let answer: Incoming | undefined
    const send: Transport["exchange"] = async (request, signal) => answer = await line.transport.exchange(request, signal)
    const sent = Effect.tryPromise({
      try: (signal) => run(send, signal),
      catch: (cause): Omit<StsSymptom, "now"> => {
        const common = {
          operation: call.operation,
          region: call.target.region,
          host: line.endpoint.host,
          clockOffset: line.clockOffset,
          ...(line.proxy && { proxy: `${line.proxy.host}:${line.proxy.port}` }),
          ...(call.serial !== undefined && { serial: call.serial }),
          ...(call.roleArn !== undefined && { roleArn: call.roleArn }),
          ...(call.bySession !== undefined && { bySession: call.bySession })
        }
        if (cause instanceof transport.NoAnswer) {
          const { code, message, phase, status } = cause
          return { ...common, phase, code, message, ...(status !== undefined && { status }) }
        }
        // Without an answer it is no failure of the call but a fault of ours or of the SDK.
        if (answer === undefined) throw cause
        const { headers, statusCode } = answer
        const date = headers["date"]
        return {
          ...common,
          ...saidBy(cause, call.secrets),
          phase: "answered",
          status: statusCode,
          ...(date !== undefined && { dateHeader: date })
        }
      }
    })
    const { endpoint, proxy } = line
    const way = proxy === undefined ? "" : ` through the proxy ${proxy.host}:${proxy.port}`
    return Effect.logDebug(`sts:${call.operation} to ${endpoint.origin} for region ${call.target.region}${way}`).pipe(
      Effect.andThen(sent),
      Effect.tap(() => Effect.logDebug(`STS answered HTTP ${answer?.statusCode ?? "nothing"}`)),
      Effect.catch((symptom) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(classifyStsFailure({ ...symptom, now })))
      )
    )
  })

/** STS's own code and words. What the SDK says of an answer that it cannot read may quote a session's secrets. */
const saidBy = (cause: unknown, secrets: ReadonlyArray<string>): { code: string | undefined; message: string } => {
  const ofSts = cause instanceof Error && "Code" in cause && typeof cause.Code === "string" ? cause.Code : undefined
  return ofSts === undefined
    ? { code: undefined, message: "it cannot be read" }
    : { code: ofSts, message: withheld(textOf(cause), secrets) }
}

const withheld = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce((text, secret) => secret === "" ? text : text.replaceAll(secret, "***"), text)

const wholeSession = (credentials: Credentials | undefined, line: Line): Effect.Effect<SessionCredentials, StsFailure> => {
  const { AccessKeyId, Expiration, SecretAccessKey, SessionToken } = credentials ?? {}
  const expiration = Expiration?.getTime() ?? Number.NaN
  return AccessKeyId && SecretAccessKey && SessionToken && !Number.isNaN(expiration)
    ? Effect.succeed({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration })
    : Effect.fail(new StsAnswerUnreadable(line.endpoint.host, "it holds no whole session"))
}

const wholeIdentity = (
  { Account: account, Arn: arn, UserId: userId }: GetCallerIdentityCommandOutput,
  line: Line
): Effect.Effect<CallerIdentity, StsFailure> =>
  account && arn && userId
    ? Effect.succeed({ account, arn, userId })
    : Effect.fail(new StsAnswerUnreadable(line.endpoint.host, "it does not say who calls"))

/** Without an answer the code may be spent, and a second use would be refused, or refused for somebody else. */
const mayRepeat = (failure: StsFailure, call: Call): boolean =>
  failure.passing && !(failure.answerUnknown && call.serial !== undefined)

// Security: the secret leaves its wrapping for the SDK's signature and to be kept out of messages.
const keysOf = (caller: Caller): Keys => {
  const { accessKeyId } = caller
  return "sessionToken" in caller
    ? { accessKeyId, secretAccessKey: caller.secretAccessKey, sessionToken: caller.sessionToken }
    : { accessKeyId, secretAccessKey: Redacted.value(caller.secretAccessKey) }
}

const told = ({ mfa }: Pick<SessionRequest, "mfa">, caller: Caller) => {
  const { secretAccessKey, sessionToken = "" } = keysOf(caller)
  return {
    serial: mfa?.serial,
    bySession: "sessionToken" in caller,
    secrets: [secretAccessKey, sessionToken, mfa === undefined ? "" : Redacted.value(mfa.code)]
  }
}

const textOf = (cause: unknown): string => cause instanceof Error ? cause.message : String(cause)
