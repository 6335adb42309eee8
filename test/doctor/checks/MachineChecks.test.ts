import { assert, describe, it } from "@effect/vitest"
import { checkEnvironment } from "../../../src/doctor/checks/Environment.ts"
import { checkPlugin, type PluginFacts } from "../../../src/doctor/checks/Plugin.ts"
import { checkRuntime, type RuntimeFacts } from "../../../src/doctor/checks/Runtime.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { opDirectories } from "../../../src/domain/onepassword/ShellPlugin.ts"

const variables = (environment: Environment) => checkEnvironment({ environment, profileNames: ["default", "dev"] })

describe("checkEnvironment", () => {
  it.each([
    {},
    { AWS_PROFILE: "dev", AWS_DEFAULT_PROFILE: "dev", AWS_REGION: "eu-central-1" },
    { AWS_CONFIG_FILE: "/home/me/aws", AWS_ACCESS_KEY_ID: "", AWS_CONTAINER_AUTHORIZATION_TOKEN: "" }
  ])("has nothing against %o", (environment) => assert.lengthOf(variables(environment).findings, 0))

  const cases: ReadonlyArray<readonly [Environment, "error" | "warning", RegExp, string]> = [
    [
      { AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0", AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests" },
      "error",
      /^AWS_ACCESS_KEY_ID is set$/,
      "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY"
    ],
    [
      { AWS_ACCESS_KEY_ID: "ASIAFAKE0000EXAMPLE0", AWS_SESSION_TOKEN: "fake-token" },
      "error",
      /with a session$/,
      "unset AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN"
    ],
    [
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost:1/", AWS_CONTAINER_AUTHORIZATION_TOKEN: "fake-token" },
      "warning",
      /^AWS_CONTAINER_CREDENTIALS_FULL_URI/,
      "unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN"
    ],
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: "/t" },
      "warning",
      /^AWS_WEB_IDENTITY/,
      "unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME"
    ],
    [
      { AWS_PROFILE: "dev", AWS_DEFAULT_PROFILE: "default" },
      "warning",
      /AWS_PROFILE is dev and AWS_DEFAULT_PROFILE is default/,
      "unset AWS_DEFAULT_PROFILE"
    ],
    [{ AWS_DEFAULT_PROFILE: "dev" }, "warning", /AWS_PROFILE is not set/, "export AWS_PROFILE=dev"],
    [{ AWS_PROFILE: "" }, "warning", /set to nothing/, "unset AWS_PROFILE"],
    [{ AWS_PROFILE: "gone" }, "error", /AWS_PROFILE is gone, and no file has such a profile/, "unset AWS_PROFILE"],
    [
      { AWS_CONFIG_FILE: "~/aws", HOME: "/home/me" },
      "warning",
      /AWS_CONFIG_FILE is ~\/aws/,
      "export AWS_CONFIG_FILE=/home/me/aws"
    ],
    [
      { AWS_SHARED_CREDENTIALS_FILE: "$HOME/aws", HOME: "/home/me" },
      "warning",
      /\$HOME/,
      "export AWS_SHARED_CREDENTIALS_FILE=/home/me/aws"
    ],
    [{ AWS_CONFIG_FILE: "aws/config" }, "warning", /is aws\/config/, "export AWS_CONFIG_FILE=\"$PWD/aws/config\""]
  ]
  it.each(cases)("finds %o", (environment, severity, what, mend) => {
    const { findings: [finding, ...more] } = variables(environment)
    assert.deepStrictEqual(more, [])
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.what ?? "", what)
    assert.include(finding?.mend.split("\n") ?? [], mend)
    assert.notMatch(JSON.stringify(finding), /fake-|AKIAFAKE|ASIAFAKE/)
  })
})

const runtime = (facts: Partial<RuntimeFacts>) =>
  checkRuntime({
    environment: {},
    runtime: { name: "node", version: "24.21.0" },
    version: "1.2.3",
    extraCertificates: undefined,
    ...facts
  })

describe("checkRuntime", () => {
  const bun = { name: "bun", version: "1.4.5" } as const

  it("says what runs", () => {
    assert.deepStrictEqual(runtime({}).fine, ["op-aws-credential-process 1.2.3, on Node 24.21.0"])
    assert.deepStrictEqual(runtime({ runtime: bun }).fine, ["op-aws-credential-process 1.2.3, standalone"])
    assert.lengthOf(runtime({ runtime: { name: "node", version: "22.19.0" } }).findings, 0)
  })

  const cases: ReadonlyArray<readonly [string, Partial<RuntimeFacts>, ReadonlyArray<string>]> = [
    ["an old Node", { runtime: { name: "node", version: "22.18.0" } }, ["error Node is 22.18.0"]],
    ["a very old Node", { runtime: { name: "node", version: "20.20.2" } }, ["error Node is 20.20.2"]],
    ["Node's options", { environment: { NODE_OPTIONS: "--require /x.js", BUN_OPTIONS: "--smol" } }, [
      "warning NODE_OPTIONS is set"
    ]],
    ["Bun's options", { runtime: bun, environment: { NODE_OPTIONS: "--require /x.js", BUN_OPTIONS: "--smol" } }, [
      "warning BUN_OPTIONS is set"
    ]],
    ["a Bun that is Bun", { environment: { BUN_BE_BUN: "1" } }, ["error BUN_BE_BUN is set"]],
    ["unchecked certificates", { environment: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } }, [
      "warning NODE_TLS_REJECT_UNAUTHORIZED is 0"
    ]],
    [
      "certificates that are not there",
      { environment: { NODE_EXTRA_CA_CERTS: "/x.pem" }, extraCertificates: "there is no such file" },
      ["warning the file that NODE_EXTRA_CA_CERTS names cannot be read: there is no such file"]
    ]
  ]
  it.each(cases)("finds %s", (_, facts, expected) => {
    assert.deepStrictEqual(runtime(facts).findings.map(({ severity, what }) => `${severity} ${what}`), expected)
  })

  it("does not show what the options are", () => {
    assert.notInclude(JSON.stringify(runtime({ environment: { NODE_OPTIONS: "--require /secret.js" } })), "/secret.js")
  })
})

describe("checkPlugin", () => {
  const text =
    "export OP_PLUGIN_ALIASES_SOURCED=1\nalias gh=\"op plugin run -- gh\"\nalias aws=\"op plugin run -- aws\"\n# alias cdk=\"op plugin run -- cdk\"\nalias sam='op plugin run -- sam'\n"
  const aliases = { path: "/home/me/.config/op/plugins.sh", text }

  const check = (facts: Partial<PluginFacts>) =>
    checkPlugin({ environment: {}, aliases, configured: [], used: true, ...facts })

  it("tells where the aliases are, and whether this shell has them", () => {
    const [finding] = check({})
    assert.deepInclude(finding, {
      severity: "warning",
      what: "/home/me/.config/op/plugins.sh:3, 5: 1Password's plugin has aliases for aws, sam"
    })
    assert.strictEqual(
      finding?.mend,
      "delete the lines from the file, and take the alias out of open shells\nunalias aws sam"
    )
    const [sourced] = check({ environment: { OP_PLUGIN_ALIASES_SOURCED: "1" } })
    assert.deepInclude(sourced, { severity: "error", what: `${finding?.what}, in this shell too` })
    assert.match(check({ configured: ["aws", "cdk"] })[0]?.mend ?? "", /\nop plugin clear aws --all$/)
  })

  it("has nothing against aliases for other programs, or without a line of ours", () => {
    assert.lengthOf(check({ aliases: { ...aliases, text: "alias gh=\"op plugin run -- gh\"\n" } }), 0)
    assert.lengthOf(check({ used: false }), 0)
    assert.lengthOf(check({ aliases: undefined, configured: ["aws"] }), 0)
  })

  it("looks where op looks, in its order", () => {
    assert.deepStrictEqual(opDirectories({ HOME: "/h" }), ["/h/.op", "/h/.config/op"])
    assert.deepStrictEqual(opDirectories({ HOME: "/h", XDG_CONFIG_HOME: "/x" }), [
      "/h/.op",
      "/x/.op",
      "/h/.config/op",
      "/x/op"
    ])
    assert.deepStrictEqual(opDirectories({ HOME: "/h", OP_CONFIG_DIR: "/o" }), ["/o"])
  })
})
