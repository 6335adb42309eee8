/**
 * The AWS SDK's STS client, told everything, so that it asks neither the environment nor the shared config files for
 * anything: what counts there has been decided before. This module is the expensive one to load.
 */
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  GetSessionTokenCommand,
  STSClient
} from "@aws-sdk/client-sts"
import * as Redacted from "effect/Redacted"
import type { StsTarget } from "../domain/StsTarget.ts"
import type { RoleRequest, SessionRequest } from "../services/Sts.ts"
import type { Incoming, Outgoing } from "./StsTransport.ts"

/** Sends a signed request and gives back the answer. */
export type Send = (request: Outgoing, signal: AbortSignal) => Promise<Incoming>

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const client = (target: StsTarget, keys: Keys, clockOffset: number, send: Send): STSClient =>
  new STSClient({
    region: target.region,
    ...(target.endpoint === undefined ? undefined : { endpoint: target.endpoint }),
    // An endpoint of the user's own is meant as it stands; the SDK refuses one together with these.
    useFipsEndpoint: target.endpoint === undefined && target.fips,
    useDualstackEndpoint: target.endpoint === undefined && target.dualStack,
    ignoreConfiguredEndpointUrls: true,
    credentials: keys,
    authSchemePreference: ["sigv4"],
    systemClockOffset: clockOffset,
    disableClockSkewCorrection: false,
    maxAttempts: 1,
    retryMode: "standard",
    userAgentAppId: "op-aws-credential-process",
    requestHandler: handlerOf(send)
  })

/** The SDK takes anything with a `handle` in place of its own HTTP client (@smithy/node-http-handler). */
const handlerOf = (send: Send) => ({
  metadata: { handlerProtocol: "http/1.1" },
  handle: async ({ body, headers, method, path }: Outgoing, options: { readonly abortSignal?: unknown } = {}) => ({
    response: await send({ method, path, headers, body: body ?? "" }, signalOf(options.abortSignal))
  })
})

const signalOf = (signal: unknown): AbortSignal => signal instanceof AbortSignal ? signal : new AbortController().signal

/** The endpoint of the target by AWS's own rules. Throws where a region or partition has none of that kind. */
export const endpointOf = async (target: StsTarget): Promise<URL> => {
  const { config } = client(target, { accessKeyId: "", secretAccessKey: "" }, 0, () => Promise.reject(new Error("unused")))
  const resolved = config.endpointProvider({
    Region: await config.region(),
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
    UseGlobalEndpoint: false,
    ...(target.endpoint === undefined ? undefined : { Endpoint: target.endpoint })
  })
  return resolved.url
}

/** STS's answer, not yet looked at. Rejects with the SDK's exceptions and with whatever `send` rejects with. */
export interface Client {
  readonly getSessionToken: (
    request: Pick<SessionRequest, "duration" | "mfa">,
    signal: AbortSignal
  ) => Promise<Credentials | undefined>
  readonly assumeRole: (
    request: Omit<RoleRequest, "credentials" | "target">,
    signal: AbortSignal
  ) => Promise<Credentials | undefined>
  readonly getCallerIdentity: (signal: AbortSignal) => Promise<GetCallerIdentityCommandOutput>
}

/**
 * A client for one caller. `clockOffset` is AWS's time less ours in milliseconds; the SDK adds it to the time in the
 * signature. It is sent once: the SDK itself never tries again.
 */
export const make = (target: StsTarget, keys: Keys, clockOffset: number, send: Send): Client => {
  const sts = client(target, keys, clockOffset, send)
  return {
    getSessionToken: async (request, abortSignal) => {
      const command = new GetSessionTokenCommand({
        DurationSeconds: request.duration,
        // Security: the code leaves its wrapping for the request's body, here and below.
        ...(request.mfa && { SerialNumber: request.mfa.serial, TokenCode: Redacted.value(request.mfa.code) })
      })
      return (await sts.send(command, { abortSignal })).Credentials
    },
    assumeRole: async (request, abortSignal) => {
      const command = new AssumeRoleCommand({
        RoleArn: request.roleArn,
        RoleSessionName: request.sessionName,
        DurationSeconds: request.duration,
        ExternalId: request.externalId,
        SourceIdentity: request.sourceIdentity,
        Tags: request.tags?.map(([Key, Value]) => ({ Key, Value })),
        TransitiveTagKeys: request.transitiveTagKeys === undefined ? undefined : [...request.transitiveTagKeys],
        ...(request.mfa && { SerialNumber: request.mfa.serial, TokenCode: Redacted.value(request.mfa.code) })
      })
      return (await sts.send(command, { abortSignal })).Credentials
    },
    getCallerIdentity: (abortSignal) => sts.send(new GetCallerIdentityCommand({}), { abortSignal })
  }
}

/**
 * Goes through a call once without sending it. The first time costs most (the SDK builds its endpoint rules and
 * schemas, the runtime compiles), and it can be over before the code is there.
 */
export const rehearse = async (target: StsTarget): Promise<void> => {
  const keys = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" }
  const send = () => Promise.resolve({ statusCode: 200, headers: {}, body: Buffer.from(rehearsed) })
  const { signal } = new AbortController()
  const credentials = await make(target, keys, 0, send).getSessionToken({ duration: 900 }, signal)
  if (credentials?.Expiration === undefined) throw new Error("the rehearsal stopped halfway")
}

const rehearsed = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>-</AccessKeyId>" +
  "<SecretAccessKey>-</SecretAccessKey><SessionToken>-</SessionToken><Expiration>2000-01-01T00:00:00Z</Expiration>" +
  "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>"
