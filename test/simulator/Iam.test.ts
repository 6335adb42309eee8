import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  UpdateAccessKeyCommand
} from "@aws-sdk/client-iam"
import { type Credentials, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import { type RunningSts, startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial, throttling } from "../../simulator/sts/StsState.ts"

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

const iam = (credentials: ClientKeys = keys): IAMClient =>
  new IAMClient({ region: "us-east-1", endpoint: sts.url, credentials, maxAttempts: 1 })

const tokens = (credentials: ClientKeys = keys): STSClient =>
  new STSClient({ region: "eu-central-1", endpoint: sts.url, credentials, maxAttempts: 1 })

const session = async (code?: string): Promise<ClientKeys> => {
  const mfa = code === undefined ? {} : { SerialNumber: defaultSerial, TokenCode: code }
  const { Credentials } = await tokens().send(new GetSessionTokenCommand({ ...mfa }))
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" }: Partial<Credentials> = Credentials ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    const { message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return `${(error as { Code?: string }).Code} ${$metadata?.httpStatusCode}: ${message}`
  }
  return assert.fail("IAM did not refuse")
}

describe("the stand-in for IAM", () => {
  it("makes a key that STS knows, and lets AWS's own client look after both", async () => {
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({}))
    const second = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" }
    assert.strictEqual(`${AccessKey?.UserName} ${AccessKey?.Status}`, "user Active")
    const used = () => iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: second.accessKeyId }))
    assert.deepStrictEqual((await used()).AccessKeyLastUsed, { ServiceName: "N/A", Region: "N/A" } as object)
    assert.strictEqual((await tokens(second).send(new GetCallerIdentityCommand({}))).UserId, "AIDAFAKE0000EXAMPLE0")
    assert.instanceOf((await used()).AccessKeyLastUsed?.LastUsedDate, Date)
    await iam(second).send(new UpdateAccessKeyCommand({ AccessKeyId: keys.accessKeyId, Status: "Inactive" }))
    const { AccessKeyMetadata: listed = [], IsTruncated } = await iam(second).send(new ListAccessKeysCommand({}))
    assert.deepStrictEqual(listed.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]), [
      [keys.accessKeyId, "Inactive"],
      [second.accessKeyId, "Active"]
    ])
    assert.isFalse(IsTruncated)
    const invalid = "InvalidClientTokenId 403: The security token included in the request is invalid."
    assert.strictEqual(await refusal(tokens().send(new GetCallerIdentityCommand({}))), invalid)
    assert.strictEqual(await refusal(iam().send(new ListAccessKeysCommand({}))), invalid)
    await iam(second).send(new DeleteAccessKeyCommand({ AccessKeyId: keys.accessKeyId }))
    assert.strictEqual(
      await refusal(iam(second).send(new DeleteAccessKeyCommand({ AccessKeyId: keys.accessKeyId }))),
      `NoSuchEntity 404: The Access Key with id ${keys.accessKeyId} cannot be found.`
    )
  })

  it("allows two keys", async () => {
    await iam().send(new CreateAccessKeyCommand({}))
    assert.strictEqual(
      await refusal(iam().send(new CreateAccessKeyCommand({}))),
      "LimitExceeded 409: Cannot exceed quota for AccessKeysPerUser: 2"
    )
  })

  it("shows devices to a session with MFA, and nothing to one without", async () => {
    const strong = await session(sts.code())
    const { MFADevices = [] } = await iam(strong).send(new ListMFADevicesCommand({}))
    assert.deepStrictEqual(MFADevices.map(({ SerialNumber }) => SerialNumber), [defaultSerial])
    assert.match(await refusal(iam(await session()).send(new ListMFADevicesCommand({}))), /^InvalidClientTokenId 403: /)
  })

  it("goes by the user's policy", async () => {
    const user = sts.state.users[keys.accessKeyId]
    assert.isDefined(user)
    user.iam = { requiresMfa: true, denied: ["DeleteAccessKey"] }
    assert.match(
      await refusal(iam().send(new ListAccessKeysCommand({}))),
      /^AccessDenied 403: User: arn:.* is not authorized to perform: iam:ListAccessKeys on resource: user user with an explicit deny/
    )
    const strong = iam(await session(sts.code()))
    await strong.send(new ListAccessKeysCommand({}))
    assert.match(
      await refusal(strong.send(new DeleteAccessKeyCommand({ AccessKeyId: keys.accessKeyId }))),
      /^AccessDenied 403: .* no identity-based policy allows/
    )
  })

  it("takes its time until a new key is known", async () => {
    sts.state.keyDelayMs = 60_000
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({}))
    const second = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" }
    assert.match(await refusal(tokens(second).send(new GetCallerIdentityCommand({}))), /^InvalidClientTokenId 403: /)
    sts.state.clockOffsetMs = 60_000
    await tokens(second).send(new GetCallerIdentityCommand({}))
  })

  it("fails as it is told to, and keeps the new secret out of its record", async () => {
    sts.fail({ ...throttling, action: "CreateAccessKey" }, { kind: "close", action: "CreateAccessKey" })
    assert.match(await refusal(iam().send(new CreateAccessKeyCommand({}))), /^Throttling 400: Rate exceeded/)
    await refusal(iam().send(new CreateAccessKeyCommand({})))
    const made = Object.entries(sts.state.users).find(([id]) => id !== keys.accessKeyId)?.[1]
    assert.isDefined(made)
    assert.notInclude(JSON.stringify(sts.requests), made.secret)
    assert.strictEqual(sts.count("CreateAccessKey"), 2)
  })

  it("knows a wrong secret", async () => {
    const wrong = iam({ ...keys, secretAccessKey: "another" })
    assert.match(await refusal(wrong.send(new ListAccessKeysCommand({}))), /^SignatureDoesNotMatch 403: /)
  })
})
