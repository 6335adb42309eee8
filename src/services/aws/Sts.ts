import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { SessionCredentials } from "../../domain/aws/SessionCredentials.ts"
import type { StsFailure } from "../../domain/aws/StsFailure.ts"
import type { StsTarget } from "../../domain/aws/StsTarget.ts"
import type { EpochMillis, Seconds } from "../../domain/base/Time.ts"

/** The key that 1Password keeps. It lives in memory for one call and is never stored, printed or passed on. */
export interface LongLivedKey {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted<string>
}

/** A code for the device with this serial number (an ARN, or a hardware serial). */
export interface MfaToken {
  readonly serial: string
  readonly code: Redacted.Redacted<string>
}

export interface SessionRequest {
  readonly key: LongLivedKey
  readonly target: StsTarget
  readonly duration: Seconds
  readonly mfa?: MfaToken
}

export interface RoleRequest {
  /** The caller's credentials: the key itself (first hop with its own MFA code) or a session. */
  readonly credentials: LongLivedKey | SessionCredentials
  readonly target: StsTarget
  readonly roleArn: string
  readonly sessionName: string
  readonly duration: Seconds
  readonly externalId?: string
  readonly sourceIdentity?: string
  readonly tags?: ReadonlyArray<readonly [key: string, value: string]>
  readonly transitiveTagKeys?: ReadonlyArray<string>
  /** Of managed policies that narrow the role. */
  readonly policyArns?: ReadonlyArray<string>
  readonly mfa?: MfaToken
}

/** At least one of policy and duration is there. */
export interface ScopeRequest {
  /** The session to be narrowed. */
  readonly credentials: SessionCredentials
  readonly target: StsTarget
  readonly policy?: string
  /** What the session has left, where it is not said. */
  readonly duration?: Seconds
  /** For CloudTrail. */
  readonly description: string
}

/** Whose credentials they are. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/**
 * AWS's Security Token Service, at the endpoint that the request names. Throttling, server errors and lost
 * connections are tried again within the caller's deadline, but a request that carries an MFA code is sent once only
 * when its answer may have been lost: the code may be spent.
 *
 * No request is waited for longer than half a minute; one that was not answered by then counts as sent, and is not sent
 * again. A session that comes out is whole, of a form that every client takes, and not over by AWS's clock or by ours.
 */
export class Sts extends Context.Service<Sts, {
  /** Loads what a call needs and opens the connection, so that both are there when the code is. Never fails. */
  warm(target: StsTarget): Effect.Effect<void>
  /**
   * Fails where the configured way there cannot be used: certificate authorities that cannot be read, a proxy that is
   * none. Asks nobody, and loads nothing more than that takes.
   */
  check(target: StsTarget): Effect.Effect<void, StsFailure>
  getSessionToken(request: SessionRequest): Effect.Effect<SessionCredentials, StsFailure>
  assumeRole(request: RoleRequest): Effect.Effect<SessionCredentials, StsFailure>
  /**
   * The same session with less: what the policy allows of what it allows, for no longer than it lasts. Never the session
   * itself, whatever the endpoint answers.
   */
  scopedCredentials(request: ScopeRequest): Effect.Effect<SessionCredentials, StsFailure>
  /**
   * Who the caller is. AWS answers this to everybody whose credentials are valid: no policy can deny it and it takes no
   * MFA code, so that an answer proves that a key works.
   */
  callerIdentity(
    credentials: LongLivedKey | SessionCredentials,
    target: StsTarget
  ): Effect.Effect<CallerIdentity, StsFailure>
  /**
   * How many milliseconds AWS's clock is ahead of ours, as far as calls so far were refused for it and repeated with
   * AWS's time; 0 where none was.
   */
  skew(target: StsTarget): Effect.Effect<number>
  /** Asks the endpoint for nothing but the time in its `Date` header, to compare clocks. */
  serverTime(target: StsTarget): Effect.Effect<EpochMillis, StsFailure>
}>()("op-aws-credential-process/services/Sts") {}
