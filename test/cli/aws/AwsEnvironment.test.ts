import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"

/** What a shell may have, of other work and of other tools, when a client runs us in it. */
const leftovers = {
  AWS_ACCESS_KEY_ID: "AKIAFAKE0000ANOTHER0",
  AWS_SECRET_ACCESS_KEY: "fake-secret-of-another",
  AWS_SESSION_TOKEN: "fake-token-of-another",
  AWS_SECURITY_TOKEN: "fake-token-of-another",
  AWS_CREDENTIAL_EXPIRATION: "2001-01-01T00:00:00Z",
  AWS_DEFAULT_PROFILE: "another",
  AWS_SDK_LOAD_CONFIG: "0",
  AWS_ROLE_ARN: "arn:aws:iam::210987654321:role/another",
  AWS_ROLE_SESSION_NAME: "another",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/credentials",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/credentials",
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "fake-token-of-another",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_MFA_SERIAL: "arn:aws:iam::210987654321:mfa/another",
  AWS_MAX_ATTEMPTS: "many",
  AWS_RETRY_MODE: "never",
  AWS_DEFAULTS_MODE: "none",
  AWS_STS_REGIONAL_ENDPOINTS: "legacy",
  AWS_CLI_AUTO_PROMPT: "on",
  AWS_PAGER: "less",
  AWS_VAULT: "another",
  AWS_DATA_PATH: "/nowhere"
}

const ends = (home: Home, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Effect.flatMap(home.run(["--mfa", "none", ...args], { place: "elsewhere", env }), ({ exit }) => exit)

const other = { region: "us-east-1", op_vault: "Private", op_item: "Other" }

describe.each(artifacts)("the AWS environment of the caller, for $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is nobody's key, role or session, and reaches no child", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: profile(), another: other } })
      for (let call = 1; call <= 2; call++) {
        const { code, stderr, stdout } = yield* ends(home, ["--profile", "dev"], { ...leftovers, AWS_PROFILE: "another" })
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        for (const secret of ["ANOTHER0", "of-another"]) assert.notInclude(stdout, secret)
      }
      assert.deepStrictEqual(
        home.sts.requests.map(({ accessKeyId, action, region }) => [accessKeyId, action, region]),
        [["AKIAFAKE0000EXAMPLE0", "GetSessionToken", "eu-central-1"]]
      )
      assert.deepStrictEqual(home.opCalls().map(({ values }) => values), [{}])
    }))

  alike("chooses the profile where no other is named and AWS_PROFILE's is ours", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: profile(), another: other, foreign: { region: "us-east-1" } } })
      const itemOf = (env: Readonly<Record<string, string>>) =>
        Effect.map(ends(home, ["--refresh"], env), ({ code }) => [code, home.opCalls().at(-1)?.argv[2]])
      assert.deepStrictEqual(yield* itemOf({ AWS_PROFILE: "dev", AWS_DEFAULT_PROFILE: "another" }), [0, "AWS"])
      assert.deepStrictEqual(yield* itemOf({ AWS_PROFILE: "another" }), [4, "Other"])
      const foreign = yield* ends(home, [], { AWS_PROFILE: "foreign" })
      assert.deepInclude(foreign, { code: 2, stdout: "" })
      assert.match(foreign.stderr, /^error: there is no profile "default" in .*\nhint: `op-aws-credential-process setup`/)
      assert.strictEqual(home.opCalls().length, 2)
    }))

  alike("says where the AWS files are, and a key in them is not the long-lived one", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: other } })
      const files = { AWS_CONFIG_FILE: join(home.path, "my config"), AWS_SHARED_CREDENTIALS_FILE: join(home.path, "my keys") }
      writeFileSync(files.AWS_CONFIG_FILE, "[profile dev]\nregion = ap-south-1\nop_vault = Private\nop_item = AWS\n")
      const keys = "aws_access_key_id = AKIAFAKE0000ANOTHER0\naws_secret_access_key = fake-secret-of-another"
      writeFileSync(files.AWS_SHARED_CREDENTIALS_FILE, `[dev]\n${keys}\nregion = eu-north-1\n`)
      assert.deepInclude(yield* ends(home, ["--profile", "dev"], files), { code: 0, stderr: "" })
      const [request] = home.sts.requests
      assert.strictEqual(request?.accessKeyId, "AKIAFAKE0000EXAMPLE0")
      assert.strictEqual(request?.region, "eu-north-1")
      const missing = yield* ends(home, ["--profile", "dev", "--op-vault", "Private", "--op-item", "AWS", "--refresh"], {
        AWS_CONFIG_FILE: join(home.path, "none"),
        AWS_SHARED_CREDENTIALS_FILE: join(home.path, "none either"),
        AWS_REGION: "sa-east-1"
      })
      assert.deepInclude(missing, { code: 0, stderr: "" })
      assert.strictEqual(home.sts.requests[1]?.region, "sa-east-1")
      const unreadable = yield* ends(home, ["--profile", "dev"], { AWS_CONFIG_FILE: home.path })
      assert.deepInclude(unreadable, { code: 2, stdout: "" })
      assert.include(unreadable.stderr, home.path)
    }))
})
