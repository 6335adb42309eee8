import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { IamFailure } from "../../domain/aws/IamFailure.ts"
import type { IamTarget } from "../../domain/aws/IamTarget.ts"
import type { SessionCredentials } from "../../domain/aws/SessionCredentials.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import type { LongLivedKey } from "./Sts.ts"

/** Who calls, and where IAM is. */
export interface IamCaller {
  readonly credentials: LongLivedKey | SessionCredentials
  readonly target: IamTarget
}

export interface AccessKey {
  readonly accessKeyId: string
  readonly active: boolean
  readonly createdAt: EpochMillis
}

export interface MfaDevice {
  /** An ARN, or the serial of a hardware device. */
  readonly serial: string
  readonly enabledAt: EpochMillis
}

/**
 * AWS's Identity and Access Management, for the user that calls and for nobody else. Throttling, server errors and
 * lost connections are tried again where doing a thing twice is the same as doing it once. `createAccessKey` is sent
 * once, and again only where AWS refused it for the time in its signature and did nothing.
 *
 * No request is waited for longer than half a minute. Whatever comes out has the form that AWS documents; a new key that
 * has not counts as one whose answer was lost, which the list of keys shows.
 */
export class Iam extends Context.Service<Iam, {
  accessKeys(caller: IamCaller): Effect.Effect<ReadonlyArray<AccessKey>, IamFailure>
  /** When a key was used last, as far as AWS keeps account; undefined where it never was. */
  lastUsed(caller: IamCaller, accessKeyId: string): Effect.Effect<EpochMillis | undefined, IamFailure>
  createAccessKey(caller: IamCaller): Effect.Effect<LongLivedKey, IamFailure>
  setActive(caller: IamCaller, accessKeyId: string, active: boolean): Effect.Effect<void, IamFailure>
  /** Succeeds too where the key is gone already. */
  deleteAccessKey(caller: IamCaller, accessKeyId: string): Effect.Effect<void, IamFailure>
  mfaDevices(caller: IamCaller): Effect.Effect<ReadonlyArray<MfaDevice>, IamFailure>
}>()("op-aws-credential-process/services/Iam") {}
