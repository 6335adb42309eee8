import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, type Layer, Redacted, type Scope } from "effect"
import type { StsFailure } from "../../src/domain/aws/StsFailure.ts"
import type { StsTarget } from "../../src/domain/aws/StsTarget.ts"
import type { Seconds } from "../../src/domain/base/Time.ts"
import { type RoleRequest, Sts } from "../../src/services/aws/Sts.ts"

/**
 * An STS of its own for each test, with a user (AKIAFAKE0000EXAMPLE0, fake-secret-for-tests) who has one device, and
 * a role that lets the user in with MFA only, for four hours at most.
 */
export interface StsWorld {
  readonly layer: Layer.Layer<Sts>
  readonly target: StsTarget
  readonly serial: string
  readonly roleArn: string
  /** What the device shows, or will show so many steps later. */
  readonly code: (stepsLater?: number) => Effect.Effect<string>
  /** Requests of these two operations that it has seen. */
  readonly requests: Effect.Effect<number>
  /** The answer to the next request gets lost, once what it asks for is done. */
  readonly loseAnswer: Effect.Effect<void>
  readonly disableRegion: Effect.Effect<void>
  readonly expireSessions: Effect.Effect<void>
}

const key = { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") }

const session = Effect.fnUntraced(function*(
  world: StsWorld,
  code?: string,
  rest: { readonly serial?: string; readonly duration?: Seconds } = {}
) {
  const sts = yield* Sts
  const mfa = code === undefined ? undefined : { serial: rest.serial ?? world.serial, code: Redacted.make(code) }
  return yield* sts.getSessionToken({ key, target: world.target, duration: rest.duration ?? 3600, ...(mfa && { mfa }) })
})

const role = Effect.fnUntraced(function*(
  world: StsWorld,
  rest: Pick<RoleRequest, "credentials"> & Partial<RoleRequest>
) {
  const sts = yield* Sts
  return yield* sts.assumeRole({
    target: world.target,
    roleArn: world.roleArn,
    sessionName: "tester",
    duration: 3600,
    ...rest
  })
})

const refusal = <A, R>(effect: Effect.Effect<A, StsFailure, R>) => Effect.map(Effect.flip(effect), (failure) => failure._tag)

/** What every STS must do. `world` makes one, which is gone when its scope closes. */
export const suite = (name: string, world: Effect.Effect<StsWorld, never, Scope.Scope>, live: boolean): void => {
  const test = live ? it.live : it.effect
  const behaves = (does: string, run: (world: StsWorld) => Effect.Effect<void, unknown, Sts>) =>
    test(does, () => world.pipe(Effect.flatMap((made) => Effect.provide(run(made), made.layer)), Effect.scoped))

  describe(`${name} as STS`, () => {
    behaves("gives a session that lasts as long as was asked, to the second", (world) =>
      Effect.gen(function*() {
        const before = yield* Clock.currentTimeMillis
        const { accessKeyId, expiration, secretAccessKey, sessionToken } = yield* session(world, undefined, {
          duration: 900
        })
        const after = yield* Clock.currentTimeMillis
        assert.isTrue(expiration > before + 899_000 && expiration <= after + 900_000)
        assert.strictEqual(expiration % 1000, 0)
        assert.isTrue([accessKeyId, secretAccessKey, sessionToken].every((part) => part.length > 0))
      }))

    behaves("accepts a code once", (world) =>
      Effect.gen(function*() {
        const code = yield* world.code()
        yield* session(world, code)
        const again = yield* Effect.flip(session(world, code))
        assert.strictEqual(again._tag, "MfaCodeRefused")
        assert.isFalse(again.answerUnknown)
        yield* session(world, yield* world.code(1))
      }))

    behaves("accepts the right code after a mistyped one", (world) =>
      Effect.gen(function*() {
        const code = yield* world.code()
        const mistyped = String((Number(code) + 1) % 1_000_000).padStart(6, "0")
        assert.strictEqual(yield* refusal(session(world, mistyped)), "MfaCodeRefused")
        yield* session(world, code)
      }))

    behaves("refuses a device that is not the user's", (world) =>
      Effect.gen(function*() {
        const code = yield* world.code()
        const serial = "arn:aws:iam::123456789012:mfa/somebody-else"
        assert.strictEqual(yield* refusal(session(world, code, { serial })), "MfaSerialRefused")
        yield* session(world, code)
      }))

    behaves("tells an unknown key from a wrong secret", (world) =>
      Effect.gen(function*() {
        const sts = yield* Sts
        const ask = (other: Partial<typeof key>) =>
          sts.getSessionToken({ key: { ...key, ...other }, target: world.target, duration: 3600 })
        assert.strictEqual(yield* refusal(ask({ accessKeyId: "AKIAFAKE0000EXAMPLE9" })), "KeyUnknown")
        assert.strictEqual(yield* refusal(ask({ secretAccessKey: Redacted.make("another") })), "SignatureRefused")
      }))

    behaves("lets a session with MFA assume the role, and one without not", (world) =>
      Effect.gen(function*() {
        const plain = yield* session(world)
        const denied = yield* Effect.flip(role(world, { credentials: plain }))
        assert.strictEqual(denied._tag, "StsDenied")
        assert.include(denied.message, world.roleArn)
        const strong = yield* session(world, yield* world.code())
        const assumed = yield* role(world, { credentials: strong })
        assert.notStrictEqual(assumed.sessionToken, strong.sessionToken)
      }))

    behaves("lets the key itself assume the role with a code, for more than an hour", (world) =>
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        const mfa = { serial: world.serial, code: Redacted.make(yield* world.code()) }
        const assumed = yield* role(world, { credentials: key, mfa, duration: 14_400 })
        assert.isTrue(assumed.expiration > now + 14_399_000)
        assert.strictEqual(yield* refusal(role(world, { credentials: key, mfa })), "MfaCodeRefused")
      }))

    behaves("refuses a session more than an hour of a role", (world) =>
      Effect.gen(function*() {
        const strong = yield* session(world, yield* world.code())
        assert.strictEqual(yield* refusal(role(world, { credentials: strong, duration: 3601 })), "RequestRefused")
      }))

    behaves("denies a role that is not there", (world) =>
      Effect.gen(function*() {
        const strong = yield* session(world, yield* world.code())
        const roleArn = "arn:aws:iam::210987654321:role/nobody"
        assert.strictEqual(yield* refusal(role(world, { credentials: strong, roleArn })), "StsDenied")
      }))

    behaves("refuses sessions that are over or not its own", (world) =>
      Effect.gen(function*() {
        const strong = yield* session(world, yield* world.code())
        const forged = { ...strong, sessionToken: "fake-token" }
        assert.strictEqual(yield* refusal(role(world, { credentials: forged })), "SessionUnknown")
        yield* world.expireSessions
        assert.strictEqual(yield* refusal(role(world, { credentials: strong })), "SessionExpired")
      }))

    behaves("narrows a session, which stays the same person's and ends no later", (world) =>
      Effect.gen(function*() {
        const { callerIdentity, scopedCredentials } = yield* Sts
        const strong = yield* session(world, yield* world.code())
        const policy = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}}"
        const scope = { credentials: strong, target: world.target, description: "a test" }
        const narrowed = yield* scopedCredentials({ ...scope, policy })
        assert.notStrictEqual(narrowed.accessKeyId, strong.accessKeyId)
        assert.strictEqual(narrowed.expiration, strong.expiration)
        assert.strictEqual((yield* callerIdentity(narrowed, world.target)).arn, "arn:aws:iam::123456789012:user/user")
        const short = yield* scopedCredentials({ ...scope, duration: 60 })
        assert.isAtMost(short.expiration, (yield* Clock.currentTimeMillis) + 60_000)
        assert.strictEqual(yield* refusal(scopedCredentials({ ...scope, duration: 7200 })), "LifetimeExceeded")
        assert.strictEqual(yield* refusal(scopedCredentials({ ...scope, policy: "{}" })), "PolicyRefused")
        let layered = narrowed
        for (let layer = 2; layer <= 3; layer++) layered = yield* scopedCredentials({ ...scope, credentials: layered, policy })
        const fourth = yield* Effect.flip(scopedCredentials({ ...scope, credentials: layered, policy }))
        assert.strictEqual(fourth._tag, "StsDenied")
        assert.match(fourth.hint, /three policies/)
        yield* world.expireSessions
        assert.strictEqual(yield* refusal(scopedCredentials({ ...scope, policy })), "SessionExpired")
      }))

    behaves("says whose credentials they are, long-lived or not, with MFA or without", (world) =>
      Effect.gen(function*() {
        const { callerIdentity } = yield* Sts
        const user = { account: "123456789012", arn: "arn:aws:iam::123456789012:user/user", userId: "AIDAFAKE0000EXAMPLE0" }
        assert.deepStrictEqual(yield* callerIdentity(key, world.target), user)
        assert.deepStrictEqual(yield* callerIdentity(yield* session(world), world.target), user)
        const strong = yield* session(world, yield* world.code())
        assert.deepStrictEqual(yield* callerIdentity(strong, world.target), user)
        const assumed = yield* role(world, { credentials: strong })
        const { account, arn } = yield* callerIdentity(assumed, world.target)
        assert.strictEqual(`${account} ${arn}`, "210987654321 arn:aws:sts::210987654321:assumed-role/admin/tester")
      }))

    behaves("says it of no key that does not work", (world) =>
      Effect.gen(function*() {
        const { callerIdentity } = yield* Sts
        const ask = (other: Partial<typeof key>) => refusal(callerIdentity({ ...key, ...other }, world.target))
        assert.strictEqual(yield* ask({ accessKeyId: "AKIAFAKE0000EXAMPLE9" }), "KeyUnknown")
        assert.strictEqual(yield* ask({ secretAccessKey: Redacted.make("another") }), "SignatureRefused")
        const strong = yield* session(world, yield* world.code())
        yield* world.expireSessions
        assert.strictEqual(yield* refusal(callerIdentity(strong, world.target)), "SessionExpired")
      }))

    behaves("says when it is not active in a region", (world) =>
      Effect.gen(function*() {
        yield* world.disableRegion
        const failure = yield* Effect.flip(session(world))
        assert.strictEqual(failure._tag, "RegionDisabled")
        assert.include(failure.message, world.target.region)
      }))

    behaves("asks once when the answer to a code gets lost, and the code is spent", (world) =>
      Effect.gen(function*() {
        const code = yield* world.code()
        yield* world.loseAnswer
        const lost = yield* Effect.flip(session(world, code))
        assert.isTrue(lost.answerUnknown)
        assert.strictEqual(yield* world.requests, 1)
        assert.strictEqual(yield* refusal(session(world, code)), "MfaCodeRefused")
      }))

    behaves("knows the time, and counts no request for it nor for warming up", (world) =>
      Effect.gen(function*() {
        const sts = yield* Sts
        yield* sts.warm(world.target)
        const before = yield* Clock.currentTimeMillis
        const time = yield* sts.serverTime(world.target)
        // It comes in whole seconds.
        assert.isAbove(time, before - 1000)
        assert.isAtMost(time, yield* Clock.currentTimeMillis)
        assert.strictEqual(yield* world.requests, 0)
      }))
  })
}
