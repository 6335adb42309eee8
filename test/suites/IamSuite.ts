import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, type Layer, Redacted, type Scope } from "effect"
import type { IamFailure, IamOperation } from "../../src/domain/aws/IamFailure.ts"
import type { IamTarget } from "../../src/domain/aws/IamTarget.ts"
import type { SessionCredentials } from "../../src/domain/aws/SessionCredentials.ts"
import type { StsTarget } from "../../src/domain/aws/StsTarget.ts"
import { Iam, type IamCaller } from "../../src/services/aws/Iam.ts"
import { type LongLivedKey, Sts } from "../../src/services/aws/Sts.ts"

/**
 * IAM and STS of their own for each test, with a user (AKIAFAKE0000EXAMPLE0, fake-secret-for-tests) who has one key and
 * one device.
 */
export interface IamWorld {
  readonly layer: Layer.Layer<Iam | Sts>
  readonly target: IamTarget
  readonly sts: StsTarget
  readonly serial: string
  /** What the device shows now. */
  readonly code: Effect.Effect<string>
  /** Changes what the user may do. */
  readonly allow: (policy: { readonly requiresMfa?: boolean; readonly denied?: ReadonlyArray<IamOperation> }) => void
  /** A new key is not known before so many milliseconds have passed. */
  readonly delayKeys: (milliseconds: number) => void
  readonly pass: (milliseconds: number) => Effect.Effect<void>
  readonly expireSessions: Effect.Effect<void>
  /** Requests of an operation that it has seen. */
  readonly requests: (operation: IamOperation) => number
  /** The answer to the next request gets lost, once what it asks for is done. */
  readonly loseAnswer: Effect.Effect<void>
}

const key: LongLivedKey = {
  accessKeyId: "AKIAFAKE0000EXAMPLE0",
  secretAccessKey: Redacted.make("fake-secret-for-tests")
}

const refusal = <A, R>(effect: Effect.Effect<A, IamFailure, R>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

/** What every IAM must do. */
export const suite = (name: string, world: Effect.Effect<IamWorld, never, Scope.Scope>, live: boolean): void => {
  const test = live ? it.live : it.effect
  const behaves = (does: string, run: (world: IamWorld, caller: IamCaller) => Effect.Effect<void, unknown, Iam | Sts>) =>
    test(does, () =>
      world.pipe(
        Effect.flatMap((made) => Effect.provide(run(made, { credentials: key, target: made.target }), made.layer)),
        Effect.scoped
      ))

  const session = Effect.fnUntraced(function*({ code, serial, sts: target }: IamWorld, withMfa: boolean) {
    const mfa = withMfa ? { serial, code: Redacted.make(yield* code) } : undefined
    return yield* (yield* Sts).getSessionToken({ key, target, duration: 3600, ...(mfa && { mfa }) })
  })

  const works = Effect.fnUntraced(function*({ sts: target }: IamWorld, credentials: LongLivedKey | SessionCredentials) {
    const { callerIdentity } = yield* Sts
    return yield* Effect.match(callerIdentity(credentials, target), {
      onSuccess: ({ arn }) => arn,
      onFailure: ({ _tag }) => _tag
    })
  })

  describe(`${name} as IAM`, () => {
    behaves("shows the keys of the user and the devices", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys, mfaDevices } = yield* Iam
        const [only, ...others] = yield* accessKeys(caller)
        assert.deepInclude(only, { accessKeyId: key.accessKeyId, active: true })
        assert.isAtMost(only?.createdAt ?? Number.NaN, yield* Clock.currentTimeMillis)
        assert.deepStrictEqual(others, [])
        const devices = yield* mfaDevices(caller)
        assert.deepStrictEqual(devices.map(({ serial }) => serial), [world.serial])
        assert.isFalse(Number.isNaN(devices[0]?.enabledAt))
      }))

    behaves("makes a second key that works, and no third", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys, createAccessKey } = yield* Iam
        const before = yield* Clock.currentTimeMillis
        const second = yield* createAccessKey(caller)
        assert.match(second.accessKeyId, /^AKIA\w{16}$/)
        assert.strictEqual(yield* works(world, second), "arn:aws:iam::123456789012:user/user")
        const keys = yield* accessKeys(caller)
        assert.sameMembers(keys.map(({ accessKeyId }) => accessKeyId), [key.accessKeyId, second.accessKeyId])
        const { createdAt = 0 } = keys.find(({ accessKeyId }) => accessKeyId === second.accessKeyId) ?? {}
        assert.isAtLeast(createdAt, before - 2000)
        assert.strictEqual(yield* refusal(createAccessKey(caller)), "AccessKeyLimit")
        assert.strictEqual(yield* works(world, key), "arn:aws:iam::123456789012:user/user")
      }))

    behaves("switches a key off and on, and forgets it for good", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys, createAccessKey, deleteAccessKey, setActive } = yield* Iam
        const second = yield* createAccessKey(caller)
        const other = { ...caller, credentials: second }
        yield* setActive(other, key.accessKeyId, false)
        assert.strictEqual(yield* works(world, key), "KeyUnknown")
        assert.strictEqual(yield* refusal(accessKeys(caller)), "IamKeyUnknown")
        const states = (yield* accessKeys(other)).map(({ accessKeyId, active }) => [accessKeyId, active] as const)
        assert.deepStrictEqual(new Map(states), new Map([[key.accessKeyId, false], [second.accessKeyId, true]]))
        yield* setActive(other, key.accessKeyId, true)
        assert.strictEqual(yield* works(world, key), "arn:aws:iam::123456789012:user/user")
        yield* deleteAccessKey(other, key.accessKeyId)
        assert.strictEqual(yield* works(world, key), "KeyUnknown")
        yield* deleteAccessKey(other, key.accessKeyId)
        assert.strictEqual(yield* refusal(setActive(other, key.accessKeyId, true)), "AccessKeyMissing")
        assert.lengthOf(yield* accessKeys(other), 1)
      }))

    behaves("lets a key delete itself", (world, caller) =>
      Effect.gen(function*() {
        const { deleteAccessKey } = yield* Iam
        yield* deleteAccessKey(caller, key.accessKeyId)
        assert.strictEqual(yield* works(world, key), "KeyUnknown")
      }))

    behaves("knows when a key was used last, if ever", (world, caller) =>
      Effect.gen(function*() {
        const { createAccessKey, lastUsed } = yield* Iam
        const second = yield* createAccessKey(caller)
        assert.isUndefined(yield* lastUsed(caller, second.accessKeyId))
        const before = yield* Clock.currentTimeMillis
        yield* works(world, second)
        const used = (yield* lastUsed(caller, second.accessKeyId)) ?? Number.NaN
        // AWS says it in whole seconds.
        assert.isAbove(used, before - 1000)
        assert.isAtMost(used, yield* Clock.currentTimeMillis)
        assert.strictEqual(yield* refusal(lastUsed(caller, "AKIAFAKE0000EXAMPLE9")), "AccessKeyMissing")
      }))

    behaves("does not know a new key at once everywhere", (world, caller) =>
      Effect.gen(function*() {
        const { createAccessKey } = yield* Iam
        // So long that no machine is too slow to ask within it.
        world.delayKeys(60_000)
        const second = yield* createAccessKey(caller)
        assert.strictEqual(yield* works(world, second), "KeyUnknown")
        yield* world.pass(60_000)
        assert.strictEqual(yield* works(world, second), "arn:aws:iam::123456789012:user/user")
      }))

    behaves("takes a session with MFA, and none without", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys } = yield* Iam
        const weak = yield* session(world, false)
        assert.strictEqual(yield* refusal(accessKeys({ ...caller, credentials: weak })), "IamNeedsMfa")
        const strong = yield* session(world, true)
        assert.lengthOf(yield* accessKeys({ ...caller, credentials: strong }), 1)
        yield* world.expireSessions
        assert.strictEqual(yield* refusal(accessKeys({ ...caller, credentials: strong })), "SessionExpired")
      }))

    behaves("goes by policies, of which some ask for MFA", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys, createAccessKey } = yield* Iam
        const strong = { ...caller, credentials: yield* session(world, true) }
        world.allow({ requiresMfa: true, denied: ["CreateAccessKey"] })
        assert.strictEqual(yield* refusal(accessKeys(caller)), "IamDenied")
        assert.lengthOf(yield* accessKeys(strong), 1)
        const denied = yield* Effect.flip(createAccessKey(strong))
        assert.include(denied.message, "iam:CreateAccessKey")
        assert.strictEqual(yield* works(world, key), "arn:aws:iam::123456789012:user/user")
      }))

    behaves("tells an unknown key from a wrong secret", (_, caller) =>
      Effect.gen(function*() {
        const { accessKeys } = yield* Iam
        const ask = (other: Partial<LongLivedKey>) =>
          refusal(accessKeys({ ...caller, credentials: { ...key, ...other } }))
        assert.strictEqual(yield* ask({ accessKeyId: "AKIAFAKE0000EXAMPLE9" }), "IamKeyUnknown")
        assert.strictEqual(yield* ask({ secretAccessKey: Redacted.make("another") }), "SignatureRefused")
      }))

    behaves("is for users, and not for roles", (world, caller) =>
      Effect.gen(function*() {
        const { assumeRole } = yield* Sts
        const credentials = yield* assumeRole({
          credentials: yield* session(world, true),
          target: world.sts,
          roleArn: "arn:aws:iam::210987654321:role/admin",
          sessionName: "tester",
          duration: 900
        })
        const failure = yield* Effect.flip((yield* Iam).accessKeys({ ...caller, credentials }))
        assert.strictEqual(failure._tag, "IamRefused")
        assert.include(failure.hint, "a role has no access keys")
      }))

    behaves("makes a key once when the answer gets lost, and has made it", (world, caller) =>
      Effect.gen(function*() {
        const { accessKeys, createAccessKey } = yield* Iam
        yield* world.loseAnswer
        const lost = yield* Effect.flip(createAccessKey(caller))
        assert.isTrue(lost.answerUnknown)
        assert.strictEqual(world.requests("CreateAccessKey"), 1)
        assert.lengthOf(yield* accessKeys(caller), 2)
      }))
  })
}
