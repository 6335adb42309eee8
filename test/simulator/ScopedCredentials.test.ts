import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetScopedCredentialsCommand,
  type GetScopedCredentialsCommandInput,
  GetSessionTokenCommand,
  STSClient
} from "@aws-sdk/client-sts"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import { type RunningSts, startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial } from "../../simulator/sts/StsState.ts"

const role = "arn:aws:iam::210987654321:role/admin"
const keys = { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: "fake-secret-for-tests" }
const policyOf = (...Action: ReadonlyArray<string>): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } })
const look = policyOf("s3:Get*")

let sts: RunningSts
beforeEach(async () => {
  sts = await startSts()
})
afterEach(() => sts.close())

const clientOf = (credentials: Credentials | undefined): STSClient =>
  new STSClient({
    region: "eu-central-1",
    endpoint: sts.url,
    credentials: credentials === undefined ? keys : {
      accessKeyId: credentials.AccessKeyId!,
      secretAccessKey: credentials.SecretAccessKey!,
      sessionToken: credentials.SessionToken!
    },
    maxAttempts: 1
  })

const session = async (DurationSeconds = 3600): Promise<Credentials> => {
  const command = new GetSessionTokenCommand({ SerialNumber: defaultSerial, TokenCode: sts.code(), DurationSeconds })
  return (await clientOf(undefined).send(command)).Credentials!
}

const narrow = (parent: Credentials | undefined, input: GetScopedCredentialsCommandInput) =>
  clientOf(parent).send(new GetScopedCredentialsCommand(input))

const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    const { message, name } = error as Error
    return `${name.replace(/Exception$/, "")}: ${message}`
  }
  return assert.fail("STS did not refuse")
}

describe("GetScopedCredentials of the stand-in for STS", () => {
  it("keeps who calls and ends with the session that asks, or earlier", async () => {
    const parent = await session()
    const { Credentials: narrowed, ScopedPoliciesCount, SessionTokenSize } = await narrow(parent, { Policy: look })
    assert.deepStrictEqual(narrowed?.Expiration, parent.Expiration)
    assert.strictEqual(ScopedPoliciesCount, 1)
    assert.strictEqual(SessionTokenSize, narrowed?.SessionToken?.length)
    assert.strictEqual((await clientOf(narrowed).send(new GetCallerIdentityCommand({}))).Arn, "arn:aws:iam::123456789012:user/user")
    const short = await narrow(parent, { DurationSeconds: 60, ScopedSessionDescription: "a test" })
    assert.isAtMost(short.Credentials!.Expiration!.getTime() - sts.now(), 60_000)
  })

  it("lets the policies through that lie one over another, and no call that one of them does not allow", async () => {
    const parent = await session()
    const { Credentials: looking } = await narrow(parent, { Policy: look })
    const assume = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test" })
    assert.match(await refusal(clientOf(looking).send(assume)), /^AccessDenied: .*not authorized to perform: sts:AssumeRole/)
    const { Credentials: assuming } = await narrow(parent, { Policy: policyOf("sts:Assume*") })
    assert.isDefined((await clientOf(assuming).send(assume)).Credentials)
  })

  it("is for temporary keys, and asks for a policy or a duration", async () => {
    assert.match(await refusal(narrow(undefined, { Policy: look })), /^AccessDenied: Cannot call GetScopedCredentials/)
    const parent = await session()
    assert.match(await refusal(narrow(parent, {})), /^ValidationError: At least one/)
    assert.match(await refusal(narrow(parent, { DurationSeconds: 0 })), /^ValidationError: .*'durationSeconds'/)
    assert.match(await refusal(narrow(parent, { DurationSeconds: 129_601 })), /^ValidationError: .*'durationSeconds'/)
    assert.match(await refusal(narrow(parent, { Policy: "x".repeat(2049) })), /^ValidationError: .*'policy'/)
    assert.match(await refusal(narrow(parent, { Policy: "\u0100" })), /^ValidationError: .*'policy'/)
    assert.match(await refusal(narrow(parent, { Policy: look, ScopedSessionDescription: "a" })), /^ValidationError: .*'scopedSessionDescription'/)
    assert.match(await refusal(narrow(parent, { Policy: "{" })), /^MalformedPolicyDocument: This policy contains invalid Json/)
    assert.match(await refusal(narrow(parent, { Policy: "{}" })), /^MalformedPolicyDocument: Syntax errors in policy/)
    assert.match(await refusal(narrow(parent, { DurationSeconds: 3700 })), /^InsufficientSessionLifetime: /)
  })

  it("takes three policies one over another, and as many as the token has room for", async () => {
    const parent = await session()
    let narrowed: Credentials | undefined = parent
    for (let layer = 0; layer < 3; layer++) narrowed = (await narrow(narrowed, { Policy: look })).Credentials
    assert.match(await refusal(narrow(narrowed, { Policy: look })), /^AccessDenied: .*maximum of 3/)
    assert.strictEqual((await narrow(narrowed, { DurationSeconds: 60 })).ScopedPoliciesCount, 3)
    const large = policyOf(...Array.from({ length: 150 }, (_, index) => `s3:Do${index}`))
    const once = await narrow(parent, { Policy: large.slice(0, -1) + " ".repeat(2048 - large.length) + "}" })
    assert.match(
      await refusal(narrow((await narrow(once.Credentials, { Policy: large })).Credentials, { Policy: large })),
      /^PackedPolicyTooLarge: .* exceeds the maximum allowed size of 4096 bytes/
    )
  })

  it("can be without the call, allow it to nobody, or only to policies that allow it", async () => {
    const parent = await session()
    sts.state.scoping = "unknown"
    assert.match(await refusal(narrow(parent, { Policy: look })), /^InvalidAction: /)
    sts.state.scoping = "denied"
    assert.match(await refusal(narrow(parent, { Policy: look })), /^AccessDenied: .*sts:GetScopedCredentials/)
    sts.state.scoping = "needs permission"
    const { Credentials: looking } = await narrow(parent, { Policy: look })
    assert.match(await refusal(narrow(looking, { Policy: look })), /^AccessDenied: .*no session policy allows/)
    const { Credentials: allowing } = await narrow(parent, { Policy: policyOf("sts:GetScopedCredentials") })
    assert.strictEqual((await narrow(allowing, { Policy: look })).ScopedPoliciesCount, 2)
  })

  it("gives tokens of 4,096 bytes", async () => {
    sts.state.tokenSize = 4096
    const parent = await session()
    assert.strictEqual(parent.SessionToken?.length, 4096)
    assert.isDefined((await clientOf(parent).send(new GetCallerIdentityCommand({}))).Arn)
  })
})
