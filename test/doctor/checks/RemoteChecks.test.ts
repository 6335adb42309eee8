import { assert, describe, it } from "@effect/vitest"
import {
  type AccountFacts,
  type AccountWish,
  checkAccount,
  checkOp,
  type OpFacts
} from "../../../src/doctor/checks/OnePassword.ts"
import { checkClock, checkIam, checkSts, type IamFacts, type StsFacts } from "../../../src/doctor/checks/Sts.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { StsFailure } from "../../../src/domain/aws/StsFailure.ts"
import type { OpAccount } from "../../../src/domain/onepassword/OpAccount.ts"
import { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"

const op = (facts: Partial<OpFacts>) =>
  checkOp({
    program: { path: "/usr/bin/op", version: "2.34.1" },
    cliPath: "op",
    onDesktop: "/usr/bin/op",
    profiles: ["dev"],
    byServiceAccount: false,
    ...facts
  })

describe("checkOp", () => {
  it("is content with version 2 where every program finds it", () => {
    assert.deepStrictEqual(op({}), { fine: ["1Password CLI 2.34.1 (/usr/bin/op)"], findings: [] })
    assert.lengthOf(op({ cliPath: "/opt/op", onDesktop: undefined }).findings, 0)
    assert.lengthOf(op({ program: { path: "/mnt/c/x/op.exe", version: "2.31.1" }, onDesktop: undefined }).findings, 0)
    assert.lengthOf(op({ program: { path: "/usr/bin/op", version: "2.18.0" }, byServiceAccount: true }).findings, 0)
    assert.lengthOf(op({ program: { path: "/usr/bin/op", version: "2.40.0-beta.01" } }).findings, 0)
  })

  const cases: ReadonlyArray<readonly [string, Partial<OpFacts>, RegExp, RegExp]> = [
    ["none", { program: OpFailure.OpNotFound("op", true) }, /was not found in PATH/, /install 1Password CLI 2/],
    ["version 1", { program: { path: "/usr/bin/op", version: "1.12.9" } }, /is 1Password CLI 1\.12\.9/, /update/],
    ["another program", { program: { path: "/usr/bin/op", version: "GNU bash, version 5.2" } }, /GNU bash/, /update/],
    ["an old one of Windows", { program: { path: "/x/op.exe", version: "2.31.0" } }, /2\.31\.0/, /update/],
    [
      "one too old for service accounts",
      { program: { path: "/usr/bin/op", version: "2.17.9" }, byServiceAccount: true },
      /2\.17\.9/,
      /update/
    ],
    [
      "one that only a shell finds",
      { program: { path: "/opt/homebrew/bin/op", version: "2.34.1" }, onDesktop: undefined },
      /not on the PATH of programs/,
      /\[profile dev\]\nop_cli_path = \/opt\/homebrew\/bin\/op$/
    ]
  ]
  it.each(cases)("finds %s", (_, facts, what, mend) => {
    const { findings: [finding, ...more] } = op(facts)
    assert.deepStrictEqual(more, [])
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.mend ?? "", mend)
  })
})

const own: OpAccount = { url: "my.1password.com", userId: "USER1", accountId: "ACCOUNT1", shorthand: undefined }
const work: OpAccount = { url: "work.1password.com", userId: "USER2", accountId: "ACCOUNT2", shorthand: undefined }

const wish = (parts: Partial<AccountWish> = {}): AccountWish => ({
  account: undefined,
  profiles: ["dev"],
  vault: "Private",
  item: "AWS",
  cliPath: "op",
  standing: OpFailure.AccountNotSignedIn({ vault: "Private", item: "AWS", cliPath: "op" }),
  ...parts
})

const account = (facts: Partial<AccountFacts>) =>
  checkAccount({ environment: {}, accounts: [own], wishes: [wish()], ...facts })

describe("checkAccount", () => {
  it("is content with an account that the app opens when it is needed, or that is open", () => {
    assert.deepStrictEqual(account({}), {
      fine: ["1Password account my.1password.com, opened when it is needed"],
      findings: []
    })
    assert.deepStrictEqual(account({ wishes: [wish({ standing: "open" })] }).fine, [
      "1Password account my.1password.com, open in this terminal"
    ])
    assert.lengthOf(account({ accounts: [own, work], wishes: [wish({ account: "ACCOUNT2" })] }).findings, 0)
    assert.lengthOf(
      account({ accounts: [own, work], wishes: [wish({ account: "https://work.1password.com/" })] }).findings,
      0
    )
    assert.deepStrictEqual(account({ environment: { OP_SERVICE_ACCOUNT_TOKEN: "ops_fake" }, accounts: [] }).fine, [
      "1Password answers as a service account (OP_SERVICE_ACCOUNT_TOKEN)"
    ])
  })

  const twins: ReadonlyArray<OpAccount> = [own, { ...own, userId: "USER3", accountId: "ACCOUNT3" }]
  const cases: ReadonlyArray<readonly [string, Partial<AccountFacts>, RegExp, RegExp]> = [
    ["no account", { accounts: [] }, /op knows of no 1Password account/, /op account add/],
    ["accounts that cannot be listed", { accounts: OpFailure.OpNotFound("op", true) }, /was not found/, /install/],
    [
      "several and no choice",
      { accounts: [own, work] },
      /there are 2 1Password accounts, and profile dev does not say which/,
      /\[profile dev\] one of these\n# my\.1password\.com\nop_account = ACCOUNT1\n# work\.1password\.com\nop_account = ACCOUNT2$/
    ],
    [
      "a choice that a desktop does not know",
      { accounts: [own, work], environment: { OP_ACCOUNT: "USER2" } },
      /only OP_ACCOUNT says that profile dev is for work/,
      /\nop_account = ACCOUNT2$/
    ],
    [
      "an unknown one",
      { wishes: [wish({ account: "other" })] },
      /op knows no 1Password account "other"/,
      /account_uuid/
    ],
    [
      "one of several names",
      { accounts: twins, wishes: [wish({ account: "my.1password.com" })] },
      /several 1Password accounts match/,
      /account_uuid/
    ],
    ["one that nobody can open", { accounts: [{ ...own, shorthand: "my" }] }, /you are not signed in/, /op signin/],
    [
      "a service account beside a person's",
      { environment: { OP_SERVICE_ACCOUNT_TOKEN: "ops_fake" } },
      /OP_SERVICE_ACCOUNT_TOKEN is set, and there are accounts of your own/,
      /unset OP_SERVICE_ACCOUNT_TOKEN$/
    ],
    [
      "a Connect server beside a person's",
      { environment: { OP_CONNECT_HOST: "http://h", OP_CONNECT_TOKEN: "fake-token" } },
      /OP_CONNECT_HOST and OP_CONNECT_TOKEN are set/,
      /unset OP_CONNECT_HOST OP_CONNECT_TOKEN$/
    ],
    [
      "a broken token",
      {
        accounts: [],
        environment: { OP_SERVICE_ACCOUNT_TOKEN: "fake-token" },
        wishes: [wish({ standing: OpFailure.ServiceTokenMalformed() })]
      },
      /does not hold a service account token/,
      /ops_/
    ]
  ]
  it.each(cases)("finds %s", (_, facts, what, mend) => {
    const { findings: [finding, ...more] } = account(facts)
    assert.deepStrictEqual(more, [])
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.mend ?? "", mend)
    assert.notInclude(JSON.stringify(finding), "fake-token")
  })
})

const target = { region: "eu-central-1", fips: false, dualStack: false }
const sts = (facts: Partial<StsFacts>) =>
  checkSts({ environment: {}, profiles: ["dev"], target, bundle: undefined, ...facts })

describe("checkSts", () => {
  const pem = "-----BEGIN CERTIFICATE-----\n"

  it("is content with AWS's own endpoints, a proxy and a bundle", () => {
    assert.deepStrictEqual(sts({}), { fine: ["STS is asked in eu-central-1"], findings: [] })
    assert.deepStrictEqual(sts({ target: { ...target, fips: true, dualStack: true } }).fine, [
      "STS is asked in eu-central-1, FIPS, dual-stack"
    ])
    assert.lengthOf(sts({ environment: { HTTPS_PROXY: "http://proxy:3128" } }).findings, 0)
    assert.lengthOf(sts({ target: { ...target, caBundle: "/ca" }, bundle: { text: pem } }).findings, 0)
    assert.lengthOf(sts({ target: { ...target, endpoint: "https://sts.eu-central-1.amazonaws.com" } }).findings, 0)
    assert.lengthOf(
      sts({ target: { ...target, endpoint: "https://vpce-1.sts.eu-central-1.vpce.amazonaws.com" } }).findings,
      0
    )
  })

  const cases: ReadonlyArray<readonly [string, Partial<StsFacts>, "error" | "warning", RegExp, RegExp]> = [
    [
      "another endpoint in the environment",
      {
        environment: { AWS_ENDPOINT_URL: "http://localhost:4566" },
        target: { ...target, endpoint: "http://localhost:4566" }
      },
      "warning",
      /AWS_ENDPOINT_URL sends dev to http:\/\/localhost:4566/,
      /unset AWS_ENDPOINT_URL$/
    ],
    [
      "another endpoint in the profile",
      { target: { ...target, endpoint: "https://sts.example.test/x" } },
      "warning",
      /the profile sends dev to https:\/\/sts\.example\.test for/,
      /delete endpoint_url/
    ],
    [
      "an endpoint in the clear",
      { target: { ...target, endpoint: "http://sts.example.test" } },
      "error",
      /http:\/\/sts\.example\.test/,
      /endpoint_url/
    ],
    [
      "an endpoint in the clear that only looks like this machine",
      { target: { ...target, endpoint: "http://127.0.0.1.example.test" } },
      "error",
      /http:\/\/127\.0\.0\.1\.example\.test/,
      /endpoint_url/
    ],
    [
      "an unusable proxy",
      { environment: { HTTPS_PROXY: "socks5://fake-user:fake-password@h" } },
      "error",
      /HTTPS_PROXY does not hold the address/,
      /http:\/\/host:port/
    ],
    [
      "a bundle that is not there",
      { target: { ...target, caBundle: "/ca" }, bundle: { reason: "there is no such file" } },
      "error",
      /\/ca: there is no such file/,
      /AWS_CA_BUNDLE/
    ],
    [
      "a bundle of something else",
      { target: { ...target, caBundle: "/ca" }, bundle: { text: "hello" } },
      "error",
      /\/ca: there is no certificate in it/,
      /PEM/
    ]
  ]
  it.each(cases)("finds %s", (_, facts, severity, what, mend) => {
    const { findings: [finding, ...more] } = sts(facts)
    assert.deepStrictEqual(more, [])
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.mend ?? "", mend)
    assert.notInclude(JSON.stringify(finding), "fake-password")
  })
})

describe("checkClock", () => {
  const clock = (skew: number) =>
    checkClock({ profiles: ["dev"], host: "sts", answer: { ours: 1e12, theirs: 1e12 + skew } })

  it("minds a minute, in either direction, and says how far it is", () => {
    assert.deepStrictEqual(clock(59_999).fine, ["sts answers, and its clock and ours agree"])
    assert.lengthOf(clock(-59_999).findings, 0)
    assert.match(clock(60_000).findings[0]?.what ?? "", /1 minute behind AWS's/)
    assert.match(clock(-7_200_000).findings[0]?.what ?? "", /2 hours ahead of AWS's/)
  })

  it("tells why STS does not answer", () => {
    const answer = StsFailure.AwsUnreachable("sts did not answer", "check the network", {
      answerUnknown: false,
      passing: true
    })
    const [finding] = checkClock({ profiles: ["dev", "b"], host: "sts", answer }).findings
    assert.deepInclude(finding, { check: "sts", what: "sts did not answer", mend: "check the network" })
    assert.include(finding?.why, "dev, b")
  })
})

describe("checkIam", () => {
  const config = (text: string) =>
    parseAwsConfig({ config: { path: "config", text }, credentials: { path: "credentials", text: "" } })
  const dev = (...lines: ReadonlyArray<string>) => config(["[profile dev]", ...lines, "[profile b]", ""].join("\n"))
  const iam = (facts: Partial<IamFacts>) =>
    checkIam({ environment: {}, config: dev(), profiles: ["dev", "b"], ...facts }).findings.map(({ mend, severity, what }) => ({
      said: `${severity} ${what}`,
      mend: mend.split("\n").at(-1)
    }))

  const fine: ReadonlyArray<readonly [string, Partial<IamFacts>]> = [
    ["AWS's own endpoint", {}],
    ["another one by TLS", { environment: { AWS_ENDPOINT_URL_IAM: "https://iam.example.test" } }],
    ...["localhost", "127.0.0.1", "127.1.2.3", "[::1]"].map((host) =>
      [`this machine as ${host}`, { environment: { AWS_ENDPOINT_URL: `http://${host}:4566` } }] as const
    ),
    ["one that is STS's alone", { environment: { AWS_ENDPOINT_URL_STS: "http://sts.example.test" } }],
    ["one that is none, which is found elsewhere", { environment: { AWS_ENDPOINT_URL: "nowhere" } }]
  ]
  it.each(fine)("minds nothing: %s", (_, facts) => assert.deepStrictEqual(iam(facts), []))

  it("finds an endpoint in the clear, in the environment and in profiles", () => {
    assert.deepStrictEqual(iam({ environment: { AWS_ENDPOINT_URL_IAM: "http://iam.example.test/x" } }), [{
      said: "error AWS_ENDPOINT_URL_IAM sends dev, b to http://iam.example.test for IAM, instead of AWS",
      mend: "unset AWS_ENDPOINT_URL_IAM"
    }])
    assert.deepStrictEqual(iam({ config: dev("endpoint_url = http://10.0.0.1") }), [{
      said: "error the profile sends dev to http://10.0.0.1 for IAM, instead of AWS",
      mend: "delete endpoint_url, and services, from the profile, unless you mean it"
    }])
  })
})
