import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { SecureContext } from "node:tls"
import type { Incoming, Transport } from "./AwsTransport.ts"
import { AwsFailure, type AwsService } from "../../domain/aws/AwsFailure.ts"
import type { AwsSymptom } from "../../domain/aws/AwsSymptom.ts"
import { proxyFor, type ProxyServer } from "../../domain/aws/Proxy.ts"
import type { SessionCredentials } from "../../domain/aws/SessionCredentials.ts"
import type { Environment } from "../../domain/base/Environment.ts"
import { type NoText, readText } from "../host/FileText.ts"
import type { LongLivedKey } from "../../services/aws/Sts.ts"

/** The way to one endpoint, kept for as long as the layer lives. */
export interface Line {
  readonly endpoint: URL
  readonly proxy: ProxyServer | undefined
  readonly transport: Transport
  /** How long an answer is waited for, from the request to its last byte. */
  readonly patience: Duration.Input
  /** AWS's time less ours in milliseconds, as far as signatures need it; learnt from refusals. */
  clockOffset: number
}

/** Where a line is to lead. */
export interface Destination {
  /** Equal for all that one line leads to. */
  readonly key: string
  readonly endpoint: () => Promise<URL>
  readonly caBundle?: string | undefined
}

/** Why there is no way there, as configured. */
export type NoLine =
  | { readonly about: "endpoint"; readonly reason: string }
  /** `variable` is the environment variable that names the proxy. */
  | { readonly about: "proxy"; readonly variable: string }
  | { readonly about: "authorities"; readonly path: string; readonly reason: string }

/** Why no request can be made; what is wrong with the endpoint each service says for itself. */
export const noLine = <E>(none: NoLine, endpoint: (reason: string) => E): E | AwsFailure => {
  switch (none.about) {
    case "endpoint":
      return endpoint(none.reason)
    case "proxy":
      return AwsFailure.ProxyUnusable(none.variable)
    case "authorities":
      return AwsFailure.CaBundleUnreadable(none.path, none.reason)
  }
}

/** The mechanism, which costs to load; the runtime keeps it once loaded. */
const loaded = Effect.promise(async () => {
  const [authorities, transport] = await Promise.all([import("./CertificateAuthorities.ts"), import("./AwsTransport.ts")])
  return { authorities, transport }
})

export interface Lines {
  readonly to: (destination: Destination) => Effect.Effect<Line, NoLine>
  /** Whether the certificate authorities of a way, if it has its own, can be used. */
  readonly check: (caBundle: string | undefined) => Effect.Effect<void, NoLine>
  /** One that leads there already. */
  readonly known: (key: string) => Line | undefined
}

/** AWS answers within a second or two, and whoever waits for us gives up after a minute. */
const answerTime: Duration.Input = "30 seconds"

/** Lines through the proxies that an environment names, which are closed with the scope. */
export const makeLines = Effect.fnUntraced(function*(
  environment: Environment,
  patience: Duration.Input = answerTime
): Effect.fn.Return<Lines, never, Scope.Scope> {
  const lines = new Map<string, Line>()
  yield* Effect.addFinalizer(() => Effect.sync(() => lines.forEach((line) => line.transport.close())))
  const to = Effect.fnUntraced(function*(destination: Destination): Effect.fn.Return<Line, NoLine> {
    const { caBundle, key } = destination
    const known = lines.get(key)
    if (known !== undefined) return known
    const resolved = Effect.tryPromise({
      try: destination.endpoint,
      catch: (cause): NoLine => ({ about: "endpoint", reason: textOf(cause) })
    })
    const [{ authorities, transport }, endpoint] = yield* Effect.all([loaded, resolved], { concurrency: "unbounded" })
    const proxy = proxyFor(endpoint, environment)
    if (proxy !== undefined && "unusable" in proxy) {
      return yield* Effect.fail<NoLine>({ about: "proxy", variable: proxy.unusable })
    }
    const trust = caBundle === undefined
      ? { trust: authorities.ownTrust(environment), otherwise: () => authorities.systemTrust(environment) }
      : { trust: yield* trustIn(caBundle, authorities.trusting) }
    const route = { endpoint, ...(proxy && { proxy }), ...trust }
    // Somebody else may have got here first, and opened a connection already.
    const line = lines.get(key) ?? { endpoint, proxy, transport: transport.make(route), patience, clockOffset: 0 }
    lines.set(key, line)
    return line
  })
  const check = (caBundle: string | undefined) =>
    caBundle === undefined
      ? Effect.void
      : Effect.flatMap(loaded, ({ authorities }) => Effect.asVoid(trustIn(caBundle, authorities.trusting)))
  return { to, check, known: (key) => lines.get(key) }
})

const trustIn = (path: string, trusting: (pem: string) => SecureContext) =>
  readText(path).pipe(
    Effect.flatMap((pem) => Effect.try({ try: () => trusting(pem), catch: (cause): NoText => ({ cause }) })),
    Effect.mapError((none): NoLine => ({
      about: "authorities",
      path,
      reason: "unfit" in none ? none.unfit : textOf(none.cause)
    }))
  )

/** One call, as the log and messages have it. */
export interface Asked {
  readonly service: AwsService
  readonly operation: string
  /** Words after the endpoint in the log: " for region …". */
  readonly detail?: string
  /** Kept out of every message. */
  readonly secrets: ReadonlyArray<string>
}

/** What was answered, with the answer's `Date` header. */
export interface Said<A> {
  readonly said: A
  readonly dateHeader: string | undefined
}

/**
 * Runs something that sends at most one request, and says what is known of it where it fails. An answer that does not
 * come in time is lost like any other: the request counts as sent.
 */
export const exchanged = <A>(
  line: Line,
  { detail = "", operation, secrets, service }: Asked,
  run: (send: Transport["exchange"], signal: AbortSignal) => Promise<A>
): Effect.Effect<Said<A>, AwsSymptom> =>
  Effect.flatMap(loaded, ({ transport }) => {
    let answer: Incoming | undefined
    const send: Transport["exchange"] = async (request, signal) => answer = await line.transport.exchange(request, signal)
    const { clockOffset, endpoint, patience, proxy } = line
    const common = {
      host: endpoint.host,
      clockOffset,
      ...(proxy && { proxy: `${proxy.host}:${proxy.port}`, proxyAuthorized: proxy.authorization !== undefined })
    }
    const late: Omit<AwsSymptom, "now"> = { ...common, phase: "sent", code: "ETIMEDOUT", message: "no answer in time" }
    const sent = Effect.tryPromise({
      try: (signal) => run(send, signal),
      catch: (cause): Omit<AwsSymptom, "now"> => {
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
          ...saidBy(cause, secrets),
          phase: "answered",
          status: statusCode,
          ...(date !== undefined && { dateHeader: date })
        }
      }
    }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(late) }))
    const way = proxy === undefined ? "" : ` through the proxy ${proxy.host}:${proxy.port}`
    return Effect.logDebug(`${service.toLowerCase()}:${operation} to ${endpoint.origin}${detail}${way}`).pipe(
      Effect.andThen(sent),
      Effect.tap(() => Effect.logDebug(`${service} answered HTTP ${answer?.statusCode ?? "nothing"}`)),
      Effect.map((said): Said<A> => ({ said, dateHeader: answer?.headers["date"] })),
      Effect.catch((symptom) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail<AwsSymptom>({ ...symptom, now }))
      )
    )
  })

/** AWS's own code and words. What the SDK says of an answer that it cannot read may quote the secrets in it. */
const saidBy = (cause: unknown, secrets: ReadonlyArray<string>): { code: string | undefined; message: string } => {
  const ofAws = cause instanceof Error && "Code" in cause && typeof cause.Code === "string" ? cause.Code : undefined
  return ofAws === undefined
    ? { code: undefined, message: "it cannot be read" }
    : { code: ofAws, message: withheld(textOf(cause), secrets) }
}

const withheld = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce((text, secret) => secret === "" ? text : text.replaceAll(secret, "***"), text)

const textOf = (cause: unknown): string => cause instanceof Error ? cause.message : String(cause)

/** Less than this many milliseconds of skew, AWS does not mind, so that correcting it again cannot help. */
const slack = 60_000

/**
 * Does a call once more with AWS's time where AWS refused it for the time: nothing was done then. `skewIn` gives the
 * skew of such a failure.
 */
export const inAwsTime = <A, E extends Error>(
  line: Line,
  once: Effect.Effect<A, E>,
  skewIn: (failure: E) => number | undefined
): Effect.Effect<A, E> =>
  Effect.catch(once, (failure) => {
    const skew = skewIn(failure)
    if (skew === undefined || Math.abs(skew - line.clockOffset) < slack) return Effect.fail(failure)
    line.clockOffset = skew
    return Effect.andThen(Effect.logDebug(`${failure.message}: signing with AWS's time`), once)
  })

/** Few and soon, because a person or a client is waiting: after about 0.2, 0.6 and 1.4 seconds. */
const soon = Schedule.min([Schedule.exponential("200 millis"), Schedule.spaced("3 seconds")]).pipe(Schedule.jittered)
const tries = 3

/** Tries again what may be worth another try. */
export const retried = <A, E>(effect: Effect.Effect<A, E>, worthIt: (failure: E) => boolean): Effect.Effect<A, E> =>
  Effect.retry(effect, { while: worthIt, times: tries, schedule: soon })

/** Whose signature a request bears. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

// Security: the secret leaves its wrapping for the SDK's signature and to be kept out of messages.
export const keysOf = (caller: LongLivedKey | SessionCredentials): Keys => {
  const { accessKeyId } = caller
  return "sessionToken" in caller
    ? { accessKeyId, secretAccessKey: caller.secretAccessKey, sessionToken: caller.sessionToken }
    : { accessKeyId, secretAccessKey: Redacted.value(caller.secretAccessKey) }
}
