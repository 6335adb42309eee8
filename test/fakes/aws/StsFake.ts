import { Clock, Duration, Effect, Layer, Redacted } from "effect"
import { codeAtStep, totpStep } from "../../../simulator/Totp.ts"
import type { IamFailure, IamOperation } from "../../../src/domain/aws/IamFailure.ts"
import type { IamTarget } from "../../../src/domain/aws/IamTarget.ts"
import type { SessionCredentials } from "../../../src/domain/aws/SessionCredentials.ts"
import { StsFailure } from "../../../src/domain/aws/StsFailure.ts"
import type { StsTarget } from "../../../src/domain/aws/StsTarget.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import type { EpochMillis, Seconds } from "../../../src/domain/base/Time.ts"
import {
  type CallerIdentity,
  type LongLivedKey,
  type MfaToken,
  type RoleRequest,
  type ScopeRequest,
  type SessionRequest,
  Sts
} from "../../../src/services/aws/Sts.ts"

/** One key of a user. Those of one user have the same ARN, and share the devices and the policy. */
export interface FakeUser {
  secret: string
  /** By serial. */
  devices: Record<string, FakeDevice>
  /** `fakeUserArn` unless said. */
  arn?: string
  /** A deactivated key is answered like an unknown one. */
  active?: boolean
  /** By the fake's clock. Before it, the key is not known yet wherever it was not made. */
  knownFrom?: EpochMillis
  createdAt?: EpochMillis
  /** By the fake's clock; kept account of by both services. */
  lastUsed?: EpochMillis
  /** What the user may do in IAM: everything unless said. */
  iam?: FakeIamPolicy
}

export interface FakeIamPolicy {
  /** Only sessions that were made with a code may do anything. */
  requiresMfa?: boolean
  denied?: ReadonlyArray<IamOperation>
}

export interface FakeDevice {
  /** Codes of the current step and its neighbours are accepted, each once. */
  seed?: string
  /** Codes that are accepted whenever they come, each once. */
  codes: Array<string>
  /** Codes that were accepted. */
  readonly spent: Array<string>
}

export interface FakeRole {
  maxDuration: Seconds
  externalId?: string
  requiresMfa?: boolean
}

interface FakeSession {
  readonly secret: string
  readonly token: string
  readonly mfa: boolean
  readonly identity: CallerIdentity
  /** Whose session it is; undefined of a role's. */
  readonly user?: FakeUser | undefined
  /** That narrow it, one over another. */
  readonly policies?: ReadonlyArray<string>
  expires: EpochMillis
}

/** A call that came in. No secret, token or code is in it. */
export interface FakeCall {
  readonly operation: "GetSessionToken" | "AssumeRole" | "GetCallerIdentity" | "GetScopedCredentials"
  readonly target: StsTarget
  readonly accessKeyId: string
  /** 0 where no session was asked for. */
  readonly duration: Seconds
  readonly serial: string | undefined
  readonly role: Omit<RoleRequest, "credentials" | "target" | "duration" | "mfa"> | undefined
  /** What a session was narrowed by; its `duration` is undefined where it was not said. */
  readonly scope?: Omit<ScopeRequest, "credentials" | "target"> | undefined
  /** By the fake's clock. */
  readonly at: EpochMillis
  /** `done`, also where the answer was lost on the way, or the tag of the refusal. */
  readonly outcome: string
}

/** A call of IAM that came in. No secret or token is in it. */
export interface FakeIamCall {
  readonly operation: IamOperation
  /** The caller's. */
  readonly accessKeyId: string
  /** Which key it is about. */
  readonly about: string | undefined
  readonly target: IamTarget
  readonly at: EpochMillis
  /** `done`, also where the answer was lost on the way, or the tag of the refusal. */
  readonly outcome: string
}

/** What this STS, and IAM beside it, know and do. Everything may be changed while they run. */
export interface FakeSts {
  /** By access key id. */
  users: Record<string, FakeUser>
  /** By ARN. */
  roles: Record<string, FakeRole>
  /** Issued here, by access key id. */
  sessions: Record<string, FakeSession>
  disabledRegions: Array<string>
  /** How long an answer takes. What was asked is done when it was asked. */
  latency: Duration.Input
  /** Its clock less Effect's, in milliseconds. */
  clockOffset: number
  /**
   * Each ends one call, in order, after all tries that the service makes by itself. One that leaves the answer unknown
   * ends it after the work was done: a code is spent.
   */
  failures: Array<StsFailure>
  readonly calls: Array<FakeCall>
  /** How long a new key stays unknown. */
  keyDelay: Duration.Input
  /** As `failures`, of calls of IAM. */
  iamFailures: Array<IamFailure>
  readonly iamCalls: Array<FakeIamCall>
  /** Targets that were warmed. */
  readonly warmed: Array<StsTarget>
  /** Paths of `caBundle` where there is no file. */
  readonly missingBundles: Array<string>
}

export const fakeUserArn = "arn:aws:iam::123456789012:user/user"
export const fakeSerial = "arn:aws:iam::123456789012:mfa/user"
export const fakeRole = "arn:aws:iam::210987654321:role/admin"

/** One user with one device, and one role that it may assume with MFA. */
export const makeSts = (overrides: Partial<FakeSts> = {}): FakeSts => ({
  users: {
    AKIAFAKE0000EXAMPLE0: {
      secret: "fake-secret-for-tests",
      devices: { [fakeSerial]: { seed: "FAKESEEDFAKESEED", codes: [], spent: [] } }
    }
  },
  roles: { [fakeRole]: { maxDuration: 14_400, requiresMfa: true } },
  sessions: {},
  disabledRegions: [],
  latency: 0,
  clockOffset: 0,
  failures: [],
  calls: [],
  keyDelay: 0,
  iamFailures: [],
  iamCalls: [],
  warmed: [],
  missingBundles: [],
  ...overrides
})

/** What the device of the default user shows, or will show so many steps later. */
export const codeOf = (sts: FakeSts, now: EpochMillis, stepsLater = 0): string => {
  const seed = Object.values(sts.users)[0]?.devices[fakeSerial]?.seed ?? ""
  return codeAtStep(seed, totpStep(seed, now + sts.clockOffset) + stepsLater)
}

/** The service over an STS that outlives it, as AWS outlives a process. */
export const layerOver = (sts: FakeSts): Layer.Layer<Sts> => {
  const answer = Effect.fnUntraced(function*<A>(
    call: Omit<FakeCall, "at" | "outcome">,
    perform: (now: EpochMillis) => A | StsFailure
  ): Effect.fn.Return<A, StsFailure> {
    const now = (yield* Clock.currentTimeMillis) + sts.clockOffset
    const scripted = sts.failures.shift()
    const result = scripted !== undefined && !scripted.answerUnknown ? scripted : perform(now)
    sts.calls.push({ ...call, at: now, outcome: result instanceof Failure ? result._tag : "done" })
    yield* Effect.sleep(sts.latency)
    if (scripted !== undefined) return yield* Effect.fail(scripted)
    return result instanceof Failure ? yield* Effect.fail(result) : result
  })
  const session = Effect.fnUntraced(function*(request: SessionRequest | RoleRequest | ScopeRequest) {
    const made = yield* answer(callOf(request), (now) => sessionFor(sts, request, now))
    const isOver = made.expiration <= (yield* Clock.currentTimeMillis)
    return isOver ? yield* Effect.fail(StsFailure.ClockSkewed(sts.clockOffset, true)) : made
  })
  return Layer.succeed(Sts, {
    check: (target) =>
      target.caBundle !== undefined && sts.missingBundles.includes(target.caBundle)
        ? Effect.fail(StsFailure.CaBundleUnreadable(target.caBundle, "no such file"))
        : Effect.void,
    warm: (target) => Effect.sync(() => void sts.warmed.push(target)),
    getSessionToken: session,
    assumeRole: session,
    scopedCredentials: session,
    callerIdentity: (credentials, target) =>
      answer(
        {
          operation: "GetCallerIdentity",
          target,
          accessKeyId: credentials.accessKeyId,
          duration: 0,
          serial: undefined,
          role: undefined
        },
        (now) => {
          const caller = authenticated(sts, credentials, target.region, now)
          return caller instanceof Failure ? caller : caller.identity
        }
      ),
    // It looks at no signature, so that it refuses none for its time.
    skew: () => Effect.succeed(0),
    serverTime: Effect.fnUntraced(function*(): Effect.fn.Return<EpochMillis, StsFailure> {
      const scripted = sts.failures.shift()
      yield* Effect.sleep(sts.latency)
      if (scripted !== undefined) return yield* Effect.fail(scripted)
      return Math.floor(((yield* Clock.currentTimeMillis) + sts.clockOffset) / 1000) * 1000
    })
  })
}

export const layer: Layer.Layer<Sts> = Layer.suspend(() => layerOver(makeSts()))

const callOf = (request: SessionRequest | RoleRequest | ScopeRequest): Omit<FakeCall, "at" | "outcome"> => {
  if ("description" in request) {
    const { credentials, target, ...scope } = request
    const duration = scope.duration ?? 0
    return { operation: "GetScopedCredentials", target, duration, accessKeyId: credentials.accessKeyId, serial: undefined, role: undefined, scope }
  }
  const common = { target: request.target, duration: request.duration, serial: request.mfa?.serial }
  if (!("roleArn" in request)) {
    return { ...common, operation: "GetSessionToken", accessKeyId: request.key.accessKeyId, role: undefined }
  }
  const { credentials, duration: _, mfa: __, target: ___, ...role } = request
  return { ...common, operation: "AssumeRole", accessKeyId: credentials.accessKeyId, role }
}

const sessionFor = (
  sts: FakeSts,
  request: SessionRequest | RoleRequest | ScopeRequest,
  now: EpochMillis
): SessionCredentials | StsFailure => {
  if ("description" in request) return narrowed(sts, request, now)
  const keys = "roleArn" in request ? request.credentials : request.key
  const caller = authenticated(sts, keys, request.target.region, now)
  if (caller instanceof Failure) return caller
  const role = "roleArn" in request ? request : undefined
  const refusal = role === undefined ? ofSession(request.duration) : ofRole(sts, role, caller)
  if (refusal !== undefined) return refusal
  const mfa = request.mfa === undefined ? caller.mfa : spend(caller, request.mfa, now)
  if (mfa instanceof Failure) return mfa
  return issue(sts, now, request.duration, role === undefined ? { ...caller, mfa } : { identity: identityOfRole(role), mfa })
}

/** A session takes three policies one over another, and lasts no longer than the one that asks. */
const narrowed = (sts: FakeSts, { credentials, duration, policy, target }: ScopeRequest, now: EpochMillis) => {
  const caller = authenticated(sts, credentials, target.region, now)
  if (caller instanceof Failure) return caller
  const { expires, policies = [] } = sts.sessions[credentials.accessKeyId]!
  const refused = (said: string) => StsFailure.RequestRefused("GetScopedCredentials", "ValidationError", said)
  if (policy === undefined && duration === undefined) return refused("Policy or DurationSeconds must be specified")
  if (policy !== undefined && policies.length >= 3) return StsFailure.StsDenied("GetScopedCredentials", undefined, "not authorized to perform: sts:GetScopedCredentials because of the maximum of 3 policies")
  if (policy !== undefined && !policy.includes("Statement")) return StsFailure.PolicyRefused("Syntax errors in policy.")
  if (duration !== undefined && now + duration * 1000 > expires) return StsFailure.LifetimeExceeded(`${duration} s`)
  const made = issue(sts, now, duration ?? Math.floor((expires - now) / 1000), caller)
  const expiration = duration === undefined ? expires : made.expiration
  sts.sessions[made.accessKeyId] = {
    ...sts.sessions[made.accessKeyId]!,
    expires: expiration,
    policies: policy === undefined ? policies : [...policies, policy]
  }
  return { ...made, expiration }
}

interface Caller {
  readonly identity: CallerIdentity
  /** Who signed with a key of one's own, or with a session of it; undefined of a role's session. */
  readonly user?: FakeUser | undefined
  readonly bySession?: boolean
  readonly mfa: boolean
}

/** Who calls STS, or IAM, whose `region` is that of its endpoint. */
export const authenticated = (
  sts: FakeSts,
  keys: LongLivedKey | SessionCredentials,
  region: string,
  now: EpochMillis
): Caller | StsFailure => {
  if ("sessionToken" in keys) {
    const session = sts.sessions[keys.accessKeyId]
    if (session === undefined || session.token !== keys.sessionToken) return StsFailure.SessionUnknown(region)
    if (session.secret !== keys.secretAccessKey) return StsFailure.SignatureRefused()
    if (session.expires <= now) return StsFailure.SessionExpired("STS")
    return sts.disabledRegions.includes(region)
      ? StsFailure.RegionDisabled(region)
      : { identity: session.identity, user: session.user, bySession: true, mfa: session.mfa }
  }
  const user = sts.users[keys.accessKeyId]
  if (user === undefined || user.active === false || (user.knownFrom ?? 0) > now) return StsFailure.KeyUnknown(region)
  if (user.secret !== Redacted.value(keys.secretAccessKey)) return StsFailure.SignatureRefused()
  if (sts.disabledRegions.includes(region)) return StsFailure.RegionDisabled(region)
  user.lastUsed = now
  return { identity: identityOf(user), user, mfa: false }
}

const identityOf = ({ arn = fakeUserArn }: FakeUser): CallerIdentity => ({
  account: arn.split(":")[4] ?? "",
  arn,
  userId: "AIDAFAKE0000EXAMPLE0"
})

const identityOfRole = ({ roleArn, sessionName }: RoleRequest): CallerIdentity => {
  const [, partition, , , account = "", role = ""] = roleArn.split(":")
  return {
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${role.split("/").at(-1)}/${sessionName}`,
    userId: `AROAFAKE0000EXAMPLE0:${sessionName}`
  }
}

const ofSession = (duration: Seconds): StsFailure | undefined =>
  duration >= 900 && duration <= 129_600
    ? undefined
    : StsFailure.RequestRefused("GetSessionToken", "ValidationError", "DurationSeconds is out of range")

const ofRole = (sts: FakeSts, request: RoleRequest, caller: Caller): StsFailure | undefined => {
  const role = sts.roles[request.roleArn]
  const refused = (said: string) => StsFailure.RequestRefused("AssumeRole", "ValidationError", said)
  const denied = role === undefined ||
    role.externalId !== undefined && role.externalId !== request.externalId ||
    role.requiresMfa === true && request.mfa === undefined && !caller.mfa
  if (denied) return StsFailure.StsDenied("AssumeRole", request.roleArn, "not authorized to perform: sts:AssumeRole")
  if (caller.bySession === true && request.duration > 3600) return refused("DurationSeconds exceeds the limit of chaining")
  if (request.duration < 900 || request.duration > role.maxDuration) return refused("DurationSeconds is out of range")
  return undefined
}

/** True once the code is spent. */
const spend = ({ bySession, user }: Caller, mfa: MfaToken, now: EpochMillis): true | StsFailure => {
  const device = bySession === true ? undefined : user?.devices[mfa.serial]
  if (device === undefined) return StsFailure.MfaSerialRefused(mfa.serial)
  const code = Redacted.value(mfa.code)
  if (device.spent.includes(code) || !accepts(device, code, now)) return StsFailure.MfaCodeRefused(mfa.serial)
  device.spent.push(code)
  return true
}

const accepts = ({ codes, seed }: FakeDevice, code: string, now: EpochMillis): boolean => {
  if (seed === undefined) return codes.includes(code)
  const step = totpStep(seed, now)
  // A test's clock starts at the first step, which has no neighbour before it.
  const steps = [step - 1, step, step + 1].filter((step) => step >= 0)
  return codes.includes(code) || steps.some((step) => codeAtStep(seed, step) === code)
}

const issue = (
  sts: FakeSts,
  now: EpochMillis,
  duration: Seconds,
  { identity, mfa, user }: Omit<Caller, "bySession">
): SessionCredentials => {
  const count = Object.keys(sts.sessions).length + 1
  const accessKeyId = `ASIAFAKE${String(count).padStart(12, "0")}`
  const expiration = Math.floor(now / 1000) * 1000 + duration * 1000
  const secretAccessKey = `fake-session-secret-${count}`
  const sessionToken = `fake-session-token-${count}`
  sts.sessions[accessKeyId] = { secret: secretAccessKey, token: sessionToken, mfa, identity, user, expires: expiration }
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}
