import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient
} from "@aws-sdk/client-sts"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import { type RunningSts, startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial, serviceUnavailable, throttling } from "../../simulator/sts/StsState.ts"

const role = "arn:aws:iam::210987654321:role/admin"
const keys = { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: "fake-secret-for-tests" }

let sts: RunningSts
beforeEach(async () => {
  sts = await startSts()
})
afterEach(() => sts.close())

interface ClientKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const client = (credentials: ClientKeys = keys): STSClient =>
  new STSClient({ region: "eu-central-1", endpoint: sts.url, credentials, maxAttempts: 1 })

const session = ({ AccessKeyId = "", SecretAccessKey = "", SessionToken = "" }: Credentials = {
  AccessKeyId: undefined,
  SecretAccessKey: undefined,
  SessionToken: undefined,
  Expiration: undefined
}): ClientKeys => ({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken })

const withCode = (TokenCode: string, SerialNumber = defaultSerial, DurationSeconds = 3600): GetSessionTokenCommand =>
  new GetSessionTokenCommand({ SerialNumber, TokenCode, DurationSeconds })

const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    const { message, name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return `${name} ${$metadata?.httpStatusCode}: ${message}`
  }
  return assert.fail("STS did not refuse")
}

describe("the stand-in for STS", () => {
  it("gives AWS's own client a session whose keys work", async () => {
    const { Credentials } = await client().send(withCode(sts.code()))
    assert.match(Credentials?.AccessKeyId ?? "", /^ASIAFAKE/)
    assert.strictEqual(Credentials?.Expiration?.getMilliseconds(), 0)
    const identity = await client(session(Credentials)).send(new GetCallerIdentityCommand({}))
    assert.strictEqual(identity.Arn, "arn:aws:iam::123456789012:user/user")
    assert.deepStrictEqual(sts.requests.map(({ action, region, status }) => ({ action, region, status })), [
      { action: "GetSessionToken", region: "eu-central-1", status: 200 },
      { action: "GetCallerIdentity", region: "eu-central-1", status: 200 }
    ])
  })

  it("refuses a wrong secret, an unknown key and a key that is switched off", async () => {
    assert.match(
      await refusal(client({ ...keys, secretAccessKey: "another" }).send(new GetCallerIdentityCommand({}))),
      /^SignatureDoesNotMatch 403: The request signature we calculated does not match/
    )
    const invalid = "InvalidClientTokenId 403: The security token included in the request is invalid."
    const unknown = client({ ...keys, accessKeyId: "AKIAFAKE0000EXAMPLE9" })
    assert.strictEqual(await refusal(unknown.send(new GetCallerIdentityCommand({}))), invalid)
    const user = sts.state.users[keys.accessKeyId]
    assert.isDefined(user)
    user.active = false
    assert.strictEqual(await refusal(client().send(new GetCallerIdentityCommand({}))), invalid)
  })

  it("takes a code once, and the neighbouring steps' codes too", async () => {
    const invalid = "AccessDenied 403: MultiFactorAuthentication failed with invalid MFA one time pass code. "
    const code = sts.code()
    await client().send(withCode(code))
    assert.strictEqual(await refusal(client().send(withCode(code))), invalid)
    await client().send(withCode(sts.code(defaultSerial, 1)))
    assert.strictEqual(await refusal(client().send(withCode(sts.code(defaultSerial, 4)))), invalid)
    assert.strictEqual(new Set(sts.requests.map(({ mfaStep }) => mfaStep)).size, 3)
  })

  it("keeps codes, secrets and tokens out of its record", async () => {
    const code = sts.code()
    const { Credentials } = await client().send(withCode(code))
    const record = JSON.stringify(sts.requests)
    for (const secret of [code, keys.secretAccessKey, Credentials?.SecretAccessKey, Credentials?.SessionToken]) {
      assert.notInclude(record, secret ?? "absent")
    }
    assert.include(record, defaultSerial)
  })

  it("knows whose device a serial is", async () => {
    assert.match(
      await refusal(client().send(withCode(sts.code(), "arn:aws:iam::123456789012:mfa/other"))),
      /^AccessDenied 403: MultiFactorAuthentication failed, unable to validate MFA code\.  Please verify/
    )
  })

  it("checks durations and codes as the service model has them", async () => {
    assert.match(
      await refusal(client().send(withCode(sts.code(), defaultSerial, 899))),
      /^ValidationError 400: .*'durationSeconds' failed .* greater than or equal to 900$/
    )
    assert.match(
      await refusal(client().send(withCode("12345"))),
      /^ValidationError 400: .*'tokenCode' failed .* length greater than or equal to 6$/
    )
    assert.match(
      await refusal(client().send(withCode("12345a"))),
      /^ValidationError 400: .*'tokenCode' failed .* regular expression/
    )
  })

  it("lets a session neither fetch another nor outlive its time", async () => {
    const { Credentials } = await client().send(withCode(sts.code()))
    assert.strictEqual(
      await refusal(client(session(Credentials)).send(new GetSessionTokenCommand({}))),
      "AccessDenied 403: Cannot call GetSessionToken with session credentials"
    )
    const kept = sts.state.sessions[Credentials?.AccessKeyId ?? ""]
    assert.isDefined(kept)
    kept.expires = sts.now() - 1
    assert.strictEqual(
      await refusal(client(session(Credentials)).send(new GetCallerIdentityCommand({}))),
      "ExpiredToken 403: The security token included in the request is expired"
    )
  })

  it("hands out a role to a session with MFA for an hour, and longer only to the key itself", async () => {
    const assume = (DurationSeconds: number, mfa: { SerialNumber?: string; TokenCode?: string } = {}) =>
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test", DurationSeconds, ...mfa })
    assert.match(await refusal(client().send(assume(3600))), /^AccessDenied 403: .* not authorized to perform/)
    const { Credentials } = await client().send(withCode(sts.code()))
    const assumed = await client(session(Credentials)).send(assume(3600))
    assert.strictEqual(assumed.AssumedRoleUser?.Arn, "arn:aws:sts::210987654321:assumed-role/admin/test")
    assert.match(await refusal(client(session(Credentials)).send(assume(3601))), /^ValidationError 400: .*chaining$/)
    await client().send(assume(7200, { SerialNumber: defaultSerial, TokenCode: sts.code(defaultSerial, 1) }))
    assert.match(
      await refusal(client().send(assume(14_401, { SerialNumber: defaultSerial, TokenCode: sts.code() }))),
      /^ValidationError 400: .*MaxSessionDuration/
    )
  })

  it("has its own clock, which a client that compares clocks can follow", async () => {
    sts.state.clockOffsetMs = 600_000
    assert.match(
      await refusal(client().send(new GetCallerIdentityCommand({}))),
      /^SignatureDoesNotMatch 403: Signature expired: .* - 5 min\.\)$/
    )
    const patient = new STSClient({ region: "eu-central-1", endpoint: sts.url, credentials: keys, maxAttempts: 2 })
    await patient.send(new GetCallerIdentityCommand({}))
    assert.strictEqual(sts.count(), 3)
  })

  it("fails as often as it is told to", async () => {
    sts.fail({ ...throttling, count: 2 }, serviceUnavailable, { kind: "malformed", action: "GetSessionToken" })
    const call = () => client().send(new GetCallerIdentityCommand({}))
    assert.match(await refusal(call()), /^Throttling 400: Rate exceeded/)
    assert.match(await refusal(call()), /^Throttling 400/)
    assert.match(await refusal(call()), /^ServiceUnavailable 503/)
    await call()
    assert.strictEqual(sts.count("GetCallerIdentity"), 4)
    assert.notMatch(await refusal(client().send(withCode(sts.code()))), /STS did not refuse/)
  })

  it("spends the code of a request that it leaves unanswered, and not of one that it dropped", async () => {
    sts.fail({ kind: "reset" }, { kind: "close" })
    const code = sts.code()
    await refusal(client().send(withCode(code)))
    assert.deepStrictEqual(sts.state.spentSteps, {})
    await refusal(client().send(withCode(code)))
    assert.match(await refusal(client().send(withCode(code))), /invalid MFA one time pass code/)
    assert.deepStrictEqual(sts.requests.map(({ code: error, status }) => [status, error]), [
      [0, undefined],
      [200, undefined],
      [403, "AccessDenied"]
    ])
  })
})
