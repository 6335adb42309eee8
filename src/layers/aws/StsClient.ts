import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  GetScopedCredentialsCommand,
  type GetScopedCredentialsCommandOutput,
  GetSessionTokenCommand,
  STSClient
} from "@aws-sdk/client-sts"
import * as Redacted from "effect/Redacted"
import { given } from "../../domain/base/Given.ts"
import { clientConfig, nobody, nowhere, type Send } from "./AwsClient.ts"
import type { Keys } from "./AwsLine.ts"
import { stage } from "./AwsTransport.ts"
import type { StsTarget } from "../../domain/aws/StsTarget.ts"
import type { RoleRequest, ScopeRequest, SessionRequest } from "../../services/aws/Sts.ts"

/** The AWS SDK's STS client. This module is the expensive one to load. */

const client = (target: StsTarget, keys: Keys, clockOffset: number, send: Send): STSClient =>
  new STSClient(clientConfig(target, keys, clockOffset, send))

/** The endpoint of the target by AWS's own rules. Throws where a region or partition has none of that kind. */
export const endpointOf = async (target: StsTarget): Promise<URL> => {
  const { config } = client(target, nobody, 0, nowhere)
  const resolved = config.endpointProvider({
    Region: await config.region(),
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
    UseGlobalEndpoint: false,
    ...given({ Endpoint: target.endpoint })
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
  readonly getScopedCredentials: (
    request: Pick<ScopeRequest, "description" | "duration" | "policy">,
    signal: AbortSignal
  ) => Promise<GetScopedCredentialsCommandOutput>
  readonly getCallerIdentity: (signal: AbortSignal) => Promise<GetCallerIdentityCommandOutput>
}

/** A client for one caller. */
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
        PolicyArns: request.policyArns?.map((arn) => ({ arn })),
        TransitiveTagKeys: request.transitiveTagKeys === undefined ? undefined : [...request.transitiveTagKeys],
        ...(request.mfa && { SerialNumber: request.mfa.serial, TokenCode: Redacted.value(request.mfa.code) })
      })
      return (await sts.send(command, { abortSignal })).Credentials
    },
    getScopedCredentials: ({ description, duration, policy }, abortSignal) => {
      const command = new GetScopedCredentialsCommand({
        Policy: policy,
        DurationSeconds: duration,
        ScopedSessionDescription: description
      })
      return sts.send(command, { abortSignal })
    },
    getCallerIdentity: (abortSignal) => sts.send(new GetCallerIdentityCommand({}), { abortSignal })
  }
}

/**
 * Goes through a call once without sending it. The first time costs most (the SDK builds its endpoint rules and
 * schemas, the runtime compiles, HTTP too is JavaScript), and it can be over before the code is there.
 */
export const rehearse = async (target: StsTarget): Promise<void> => {
  const keys = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" }
  const { close, exchange } = stage(rehearsed)
  const { signal } = new AbortController()
  try {
    const credentials = await make(target, keys, 0, exchange).getSessionToken({ duration: 900 }, signal)
    if (credentials?.Expiration === undefined) throw new Error("the rehearsal stopped halfway")
  } finally {
    close()
  }
}

const rehearsed = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>-</AccessKeyId>" +
  "<SecretAccessKey>-</SecretAccessKey><SessionToken>-</SessionToken><Expiration>2000-01-01T00:00:00Z</Expiration>" +
  "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>"
