import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Send } from "./AwsClient.ts"
import { exchanged, inAwsTime, keysOf, makeLines, noLine, type NoLine, retried } from "./AwsLine.ts"
import { classifyIamFailure } from "../../domain/aws/IamClassification.ts"
import { IamFailure, type IamOperation } from "../../domain/aws/IamFailure.ts"
import type { IamTarget } from "../../domain/aws/IamTarget.ts"
import { isPlainWord, longestSecret } from "../../domain/aws/SessionAnswer.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import type { Client } from "./IamClient.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { type AccessKey, Iam, type IamCaller, type MfaDevice } from "../../services/aws/Iam.ts"
import type { LongLivedKey } from "../../services/aws/Sts.ts"

/** One call of one operation, with what a failure of it should say. */
interface Call {
  readonly operation: IamOperation
  readonly caller: IamCaller
  /** The key that it is about. */
  readonly accessKeyId?: string
}

/**
 * IAM as AWS runs it, reached through the proxies that the environment names. Of that it reads those,
 * SSL_CERT_FILE and whether NODE_EXTRA_CA_CERTS is set, and nothing else. An answer is waited for as long as `patience` says, 30 seconds by default.
 */
export const layerWaiting = (patience?: Duration.Input): Layer.Layer<Iam, never, ProcessEnvironment> =>
  Layer.effect(Iam, Effect.gen(function*() {
    const environment = yield* ProcessEnvironment
    const lines = yield* makeLines(environment, patience)

    /** `read` gives undefined where the answer does not hold what was asked for. */
    const answered = Effect.fnUntraced(function*<Answer, A>(
      { accessKeyId, caller: { credentials, target }, operation }: Call,
      run: (client: Client, signal: AbortSignal) => Promise<Answer>,
      read: (answer: Answer) => { readonly found: A } | undefined
    ): Effect.fn.Return<A, IamFailure> {
      const [client, line] = yield* Effect.all([
        Effect.promise(load),
        lines.to({
          key: JSON.stringify([target.partition, target.endpoint, target.fips, target.caBundle]),
          endpoint: async () => (await load()).endpointOf(target),
          caBundle: target.caBundle
        }).pipe(Effect.mapError((none) => unreachable(none, target)))
      ], { concurrency: "unbounded" })
      const keys = keysOf(credentials)
      const bySession = keys.sessionToken !== undefined
      const asked = { service: "IAM", operation, secrets: [keys.secretAccessKey, keys.sessionToken ?? ""] } as const
      const once = exchanged(line, asked, (send, signal) =>
        run(client.make(target, keys, line.clockOffset, ofIam(operation, send)), signal)).pipe(
          Effect.mapError((symptom) => classifyIamFailure({ ...symptom, operation, bySession, accessKeyId })),
          Effect.flatMap(({ said }) => {
            const whole = read(said)
            return whole === undefined
              ? Effect.fail(IamFailure.AwsAnswerUnreadable("IAM", line.endpoint.host, "it does not hold what was asked for"))
              : Effect.succeed(whole.found)
          })
        )
      const timely = inAwsTime(line, once, (failure) => failure._tag === "ClockSkewed" ? failure.skew : undefined)
      return yield* retried(
        Effect.tapError(timely, (failure) => Effect.logDebug(`iam:${operation}: ${failure.message}`)),
        // A key that is made twice is a key that nobody knows of.
        (failure) => failure.passing && operation !== "CreateAccessKey"
      )
    })

    return Iam.of({
      accessKeys: Effect.fn("Iam.accessKeys")((caller: IamCaller) =>
        answered({ operation: "ListAccessKeys", caller }, (client, signal) => client.accessKeys(signal), (listed) =>
          every(listed, ({ AccessKeyId, CreateDate, Status }): AccessKey | undefined => {
            const createdAt = timeOf(CreateDate)
            return AccessKeyId !== undefined && keyId.test(AccessKeyId) && createdAt !== undefined
              ? { accessKeyId: AccessKeyId, active: Status === "Active", createdAt }
              : undefined
          }))
      ),

      lastUsed: Effect.fn("Iam.lastUsed")((caller: IamCaller, accessKeyId: string) =>
        answered(
          { operation: "GetAccessKeyLastUsed", caller, accessKeyId },
          (client, signal) => client.lastUsed(accessKeyId, signal),
          (used) => used && { found: timeOf(used.LastUsedDate) }
        )
      ),

      createAccessKey: Effect.fn("Iam.createAccessKey")((caller: IamCaller) =>
        answered({ operation: "CreateAccessKey", caller }, (client, signal) => client.createAccessKey(signal), (made) => {
          const { AccessKeyId = "", SecretAccessKey = "" } = made ?? {}
          // One that is odd is not stored; `rotate` finds its id in IAM's list and deletes it.
          const isSound = keyId.test(AccessKeyId) && isPlainWord(SecretAccessKey, longestSecret)
          const key: LongLivedKey | undefined = isSound
            ? { accessKeyId: AccessKeyId, secretAccessKey: Redacted.make(SecretAccessKey) }
            : undefined
          return key && { found: key }
        })
      ),

      setActive: Effect.fn("Iam.setActive")((caller: IamCaller, accessKeyId: string, active: boolean) =>
        answered(
          { operation: "UpdateAccessKey", caller, accessKeyId },
          (client, signal) => client.setActive(accessKeyId, active, signal),
          () => done
        )
      ),

      deleteAccessKey: Effect.fn("Iam.deleteAccessKey")((caller: IamCaller, accessKeyId: string) =>
        answered(
          { operation: "DeleteAccessKey", caller, accessKeyId },
          (client, signal) => client.deleteAccessKey(accessKeyId, signal),
          () => done
        ).pipe(Effect.catchTag("AccessKeyMissing", () => Effect.void))
      ),

      mfaDevices: Effect.fn("Iam.mfaDevices")((caller: IamCaller) =>
        answered({ operation: "ListMFADevices", caller }, (client, signal) => client.mfaDevices(signal), (listed) =>
          every(listed, ({ EnableDate, SerialNumber }): MfaDevice | undefined => {
            const enabledAt = timeOf(EnableDate)
            return SerialNumber !== undefined && serialNumber.test(SerialNumber) && enabledAt !== undefined ? { serial: SerialNumber, enabledAt } : undefined
          }))
      )
    })
  }))

/** The same with the usual patience. */
export const layer = layerWaiting()

/** What a call needs and costs most to load; the runtime keeps it once loaded. */
const load = () => import("./IamClient.ts")

/** The SDK takes a sign-in page for an answer that says nothing, and many an answer of IAM's says nothing. */
const ofIam = (operation: IamOperation, send: Send): Send => async (request, signal) => {
  const answer = await send(request, signal)
  const isOfIam = answer.statusCode >= 300 || Buffer.from(answer.body).includes(`<${operation}Response`)
  if (!isOfIam) throw new Error("it is no answer of IAM")
  return answer
}

const done = { found: undefined }

/** IAM's model: `accessKeyIdType` and `serialNumberType`. */
const keyId = /^\w{16,128}$/
const serialNumber = /^[\w+=/:,.@-]{9,256}$/

const unreachable = (none: NoLine, { partition }: IamTarget): IamFailure =>
  noLine(none, (reason) => IamFailure.IamEndpointUnavailable(partition, reason))

const timeOf = (date: Date | undefined): EpochMillis | undefined => {
  const time = date?.getTime() ?? Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** All of a list, or nothing where one of them cannot be read. An empty list may be left out of an answer. */
const every = <Item, A>(
  items: ReadonlyArray<Item> | undefined,
  read: (item: Item) => A | undefined
): { readonly found: ReadonlyArray<A> } | undefined => {
  const found = (items ?? []).flatMap((item) => read(item) ?? [])
  return found.length === (items ?? []).length ? { found } : undefined
}
