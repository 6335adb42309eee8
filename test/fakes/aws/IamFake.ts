import { Clock, Duration, Effect, Layer, Redacted } from "effect"
import { IamFailure, type IamOperation } from "../../../src/domain/aws/IamFailure.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import type { EpochMillis } from "../../../src/domain/base/Time.ts"
import { Iam, type IamCaller } from "../../../src/services/aws/Iam.ts"
import { authenticated, type FakeSts, type FakeUser, fakeUserArn } from "./StsFake.ts"

/** The keys of one user, by access key ID. */
const keysOf = (sts: FakeSts, { arn = fakeUserArn }: FakeUser): ReadonlyArray<readonly [id: string, key: FakeUser]> =>
  Object.entries(sts.users).filter(([, user]) => (user.arn ?? fakeUserArn) === arn)

/** Who calls, or why nobody may. */
const callerOf = (
  sts: FakeSts,
  operation: IamOperation,
  { credentials }: IamCaller,
  now: EpochMillis
): FakeUser | IamFailure => {
  const caller = authenticated(sts, credentials, "", now)
  if (caller instanceof Failure) {
    return caller._tag === "SignatureRefused"
      ? IamFailure.SignatureRefused()
      : caller._tag === "SessionExpired"
      ? IamFailure.SessionExpired("IAM")
      : caller._tag === "SessionUnknown"
      ? IamFailure.IamNeedsMfa(operation)
      : IamFailure.IamKeyUnknown()
  }
  const { bySession = false, mfa, user } = caller
  if (user === undefined) {
    return IamFailure.IamRefused(operation, "ValidationError", "Must specify userName when calling with non-User credentials")
  }
  if (bySession && !mfa) return IamFailure.IamNeedsMfa(operation)
  const { denied = [], requiresMfa = false } = user.iam ?? {}
  return denied.includes(operation) || requiresMfa && !mfa
    ? IamFailure.IamDenied(operation, `User: ${caller.identity.arn} is not authorized to perform: iam:${operation}`)
    : user
}

/** IAM over the world of the fake STS: what is made, switched off and deleted here counts there. */
export const layerOver = (sts: FakeSts): Layer.Layer<Iam> => {
  const answer = Effect.fnUntraced(function*<A>(
    operation: IamOperation,
    caller: IamCaller,
    about: string | undefined,
    perform: (user: FakeUser, now: EpochMillis) => A | IamFailure
  ): Effect.fn.Return<A, IamFailure> {
    const now = (yield* Clock.currentTimeMillis) + sts.clockOffset
    const scripted = sts.iamFailures.shift()
    const user = scripted !== undefined && !scripted.answerUnknown ? scripted : callerOf(sts, operation, caller, now)
    const result = user instanceof Failure ? user : perform(user, now)
    const outcome = result instanceof Failure ? result._tag : "done"
    sts.iamCalls.push({
      operation,
      accessKeyId: caller.credentials.accessKeyId,
      about,
      target: caller.target,
      at: now,
      outcome
    })
    yield* Effect.sleep(sts.latency)
    if (scripted !== undefined) return yield* Effect.fail(scripted)
    return result instanceof Failure ? yield* Effect.fail(result) : result
  })

  const owned = (user: FakeUser, accessKeyId: string): FakeUser | IamFailure<"AccessKeyMissing"> =>
    keysOf(sts, user).find(([id]) => id === accessKeyId)?.[1] ?? IamFailure.AccessKeyMissing(accessKeyId)

  return Layer.succeed(Iam, {
    accessKeys: (caller) =>
      answer("ListAccessKeys", caller, undefined, (user) =>
        keysOf(sts, user).map(([accessKeyId, { active = true, createdAt = 0 }]) => ({ accessKeyId, active, createdAt }))),

    lastUsed: (caller, accessKeyId) =>
      answer("GetAccessKeyLastUsed", caller, accessKeyId, (user) => {
        const key = owned(user, accessKeyId)
        return key instanceof Failure ? key : key.lastUsed
      }),

    createAccessKey: (caller) =>
      answer("CreateAccessKey", caller, undefined, (user, now) => {
        if (keysOf(sts, user).length >= 2) return IamFailure.AccessKeyLimit()
        const made = sts.iamCalls.filter(({ operation }) => operation === "CreateAccessKey").length + 1
        const accessKeyId = `AKIAFAKENEW${String(made).padStart(9, "0")}`
        const secret = `fake-secret-of-new-key-${made}`
        const { lastUsed: _, ...rest } = user
        sts.users[accessKeyId] = {
          ...rest,
          secret,
          active: true,
          createdAt: now,
          knownFrom: now + Duration.toMillis(sts.keyDelay)
        }
        return { accessKeyId, secretAccessKey: Redacted.make(secret) }
      }),

    setActive: (caller, accessKeyId, active) =>
      answer("UpdateAccessKey", caller, accessKeyId, (user) => {
        const key = owned(user, accessKeyId)
        if (key instanceof Failure) return key
        key.active = active
        return undefined
      }),

    deleteAccessKey: (caller, accessKeyId) =>
      answer("DeleteAccessKey", caller, accessKeyId, (user) => {
        if (!(owned(user, accessKeyId) instanceof Failure)) delete sts.users[accessKeyId]
        return undefined
      }),

    mfaDevices: (caller) =>
      answer("ListMFADevices", caller, undefined, (user) =>
        Object.keys(user.devices).map((serial) => ({ serial, enabledAt: 0 })))
  })
}
