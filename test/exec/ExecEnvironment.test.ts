import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { execEnvironment, sessionRegion, sessionVariables } from "../../src/exec/ExecEnvironment.ts"

const credentials = {
  accessKeyId: "ASIAFAKE0000EXAMPLE0",
  secretAccessKey: "fake-secret-for-tests",
  sessionToken: "fake-session-token",
  expiration: 0
}

const of = (environment: Record<string, string | undefined>, region?: string) =>
  execEnvironment(environment, sessionVariables(environment, { profile: "dev", credentials, region, settings: [] }))

const session = {
  AWS_ACCESS_KEY_ID: "ASIAFAKE0000EXAMPLE0",
  AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests",
  AWS_SESSION_TOKEN: "fake-session-token",
  AWS_CREDENTIAL_EXPIRATION: "1970-01-01T00:00:00Z",
  OP_AWS_EXEC_PROFILE: "dev"
}

describe("the environment of a command", () => {
  it("has the session, its end and both variables of the region", () => {
    assert.deepStrictEqual(of({ PATH: "/bin", AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0" }, "eu-west-1"), {
      PATH: "/bin",
      ...session,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1"
    })
  })

  it("has nothing that an AWS client might prefer to it", () => {
    const rivals = {
      AWS_PROFILE: "x",
      AWS_DEFAULT_PROFILE: "x",
      AWS_SECURITY_TOKEN: "x",
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "x",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "x",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "x",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "x",
      AWS_WEB_IDENTITY_TOKEN_FILE: "x",
      AWS_ROLE_ARN: "x",
      AWS_ROLE_SESSION_NAME: "x"
    }
    assert.deepStrictEqual(of({ ...rivals, AWS_CONFIG_FILE: "/c", AWS_ENDPOINT_URL: "http://h", OP_AWS_VAULT: "v" }), {
      ...session,
      AWS_CONFIG_FILE: "/c",
      AWS_ENDPOINT_URL: "http://h",
      OP_AWS_VAULT: "v"
    })
  })

  it("keeps the region that is there where no other is known", () => {
    assert.strictEqual(of({ AWS_REGION: "eu-west-3" })["AWS_REGION"], "eu-west-3")
    assert.isFalse("AWS_DEFAULT_REGION" in of({ AWS_REGION: "eu-west-3" }))
  })

  const name = Arbitrary.map(Arbitrary.schema(Schema.String), (any) => `X${any.toWellFormed().replace(/[=\0]/g, "")}`)
  const value = Arbitrary.schema(Schema.String)

  it.prop("leaves everything else as it is", [Arbitrary.array(Arbitrary.all([name, value]))], ([entries]) => {
    const environment = Object.fromEntries(entries)
    assert.deepStrictEqual(of({ ...environment, UNSET: undefined }), { ...environment, ...session })
  })
})

describe("the region of a session", () => {
  it("is the first one configured in its partition", () => {
    assert.strictEqual(sessionRegion(["us-east-1", "cn-north-1", "cn-northwest-1"], "aws-cn"), "cn-north-1")
    assert.strictEqual(sessionRegion(["us-east-1", "eu-west-1"], undefined), "us-east-1")
  })

  it("is the partition's own where only regions of others are configured, and none where none is", () => {
    assert.strictEqual(sessionRegion(["us-east-1"], "aws-us-gov"), "us-gov-west-1")
    assert.isUndefined(sessionRegion([], "aws"))
  })
})
