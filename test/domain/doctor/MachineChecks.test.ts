import { assert, describe, it } from "@effect/vitest"
import { type CacheFacts, checkCache } from "../../../src/domain/doctor/CacheCheck.ts"
import { checkEnvironment } from "../../../src/domain/doctor/EnvironmentCheck.ts"
import type { Found } from "../../../src/domain/doctor/Found.ts"
import { checkPlugin, opDirectories, type PluginFacts } from "../../../src/domain/doctor/PluginCheck.ts"
import { checkRuntime, type RuntimeFacts } from "../../../src/domain/doctor/RuntimeCheck.ts"
import type { Environment } from "../../../src/domain/Environment.ts"

const variables = (environment: Environment) => checkEnvironment({ environment, profileNames: ["default", "dev"] })

describe("checkEnvironment", () => {
  it.each([
    {},
    { AWS_PROFILE: "dev", AWS_DEFAULT_PROFILE: "dev", AWS_REGION: "eu-central-1" },
    { AWS_CONFIG_FILE: "/home/me/aws", AWS_ACCESS_KEY_ID: "", AWS_CONTAINER_AUTHORIZATION_TOKEN: "" }
  ])("has nothing against %o", (environment) => assert.lengthOf(variables(environment).findings, 0))

  const cases: ReadonlyArray<readonly [Environment, "error" | "warning", RegExp, string]> = [
    [{ AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0", AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests" }, "error", /^AWS_ACCESS_KEY_ID is set$/, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY"],
    [{ AWS_ACCESS_KEY_ID: "ASIAFAKE0000EXAMPLE0", AWS_SESSION_TOKEN: "fake-token" }, "error", /with a session$/, "unset AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN"],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost:1/", AWS_CONTAINER_AUTHORIZATION_TOKEN: "fake-token" }, "warning", /^AWS_CONTAINER_CREDENTIALS_FULL_URI/, "unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN"],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: "/t" }, "warning", /^AWS_WEB_IDENTITY/, "unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME"],
    [{ AWS_PROFILE: "dev", AWS_DEFAULT_PROFILE: "default" }, "warning", /AWS_PROFILE is dev and AWS_DEFAULT_PROFILE is default/, "unset AWS_DEFAULT_PROFILE"],
    [{ AWS_DEFAULT_PROFILE: "dev" }, "warning", /AWS_PROFILE is not set/, "export AWS_PROFILE=dev"],
    [{ AWS_PROFILE: "" }, "warning", /set to nothing/, "unset AWS_PROFILE"],
    [{ AWS_PROFILE: "gone" }, "error", /AWS_PROFILE is gone, and no file has such a profile/, "unset AWS_PROFILE"],
    [{ AWS_CONFIG_FILE: "~/aws", HOME: "/home/me" }, "warning", /AWS_CONFIG_FILE is ~\/aws/, "export AWS_CONFIG_FILE=/home/me/aws"],
    [{ AWS_SHARED_CREDENTIALS_FILE: "$HOME/aws", HOME: "/home/me" }, "warning", /\$HOME/, "export AWS_SHARED_CREDENTIALS_FILE=/home/me/aws"],
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
  checkRuntime({ environment: {}, runtime: { name: "node", version: "24.21.0" }, version: "1.2.3", extraCertificates: undefined, ...facts })

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
    ["Node's options", { environment: { NODE_OPTIONS: "--require /x.js", BUN_OPTIONS: "--smol" } }, ["warning NODE_OPTIONS is set"]],
    ["Bun's options", { runtime: bun, environment: { NODE_OPTIONS: "--require /x.js", BUN_OPTIONS: "--smol" } }, ["warning BUN_OPTIONS is set"]],
    ["a Bun that is Bun", { environment: { BUN_BE_BUN: "1" } }, ["error BUN_BE_BUN is set"]],
    ["unchecked certificates", { environment: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } }, ["error NODE_TLS_REJECT_UNAUTHORIZED is 0"]],
    [
      "certificates that are not there",
      { environment: { NODE_EXTRA_CA_CERTS: "/x.pem" }, extraCertificates: "there is no such file" },
      ["warning NODE_EXTRA_CA_CERTS names /x.pem, which cannot be read: there is no such file"]
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
  const text = "export OP_PLUGIN_ALIASES_SOURCED=1\nalias gh=\"op plugin run -- gh\"\nalias aws=\"op plugin run -- aws\"\n# alias cdk=\"op plugin run -- cdk\"\nalias sam='op plugin run -- sam'\n"
  const aliases = { path: "/home/me/.config/op/plugins.sh", text }

  const check = (facts: Partial<PluginFacts>) => checkPlugin({ environment: {}, aliases, configured: [], used: true, ...facts })

  it("tells where the aliases are, and whether this shell has them", () => {
    const [finding] = check({})
    assert.deepInclude(finding, { severity: "warning", what: "/home/me/.config/op/plugins.sh:3, 5: aws, sam are aliases for 1Password's plugin" })
    assert.strictEqual(finding?.mend, "delete the lines from the file, and take the alias out of open shells\nunalias aws sam")
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
    assert.deepStrictEqual(opDirectories({ HOME: "/h", XDG_CONFIG_HOME: "/x" }), ["/h/.op", "/x/.op", "/h/.config/op", "/x/op"])
    assert.deepStrictEqual(opDirectories({ HOME: "/h", OP_CONFIG_DIR: "/o" }), ["/o"])
  })
})

const cache = (facts: Partial<CacheFacts>) =>
  checkCache({ directory: "/c", found: directory(0o700), writable: true, folders: [], files: [], ...facts })

const directory = (mode: number, mine = true): Found => ({ kind: "directory", mode, mine })
const file = (mode = 0o600, mine = true): Found => ({ kind: "file", mode, mine })

describe("checkCache", () => {
  it("counts sessions where all is well", () => {
    const session = { path: "/c/dev.json", found: file(), content: "session" } as const
    assert.deepStrictEqual(cache({ files: [session] }), { fine: ["cache /c, with 1 session"], findings: [] })
    assert.deepStrictEqual(cache({ found: { kind: "missing" } }), { fine: ["cache /c, empty so far"], findings: [] })
    assert.lengthOf(cache({ found: { kind: "link", mine: true, to: directory(0o700) } }).findings, 0)
    assert.lengthOf(cache({ files: [{ path: "/c/state/x.lock", found: file(), content: "state" }] }).findings, 0)
  })

  const cases: ReadonlyArray<readonly [string, Partial<CacheFacts>, "error" | "warning", RegExp, RegExp]> = [
    ["no place for it", { directory: undefined }, "error", /there is no directory/, /OP_AWS_CACHE_DIR/],
    ["a place that cannot be made", { found: { kind: "missing" }, writable: false }, "error", /\/c cannot be written/, /OP_AWS_CACHE_DIR/],
    ["a place that cannot be written", { writable: false }, "error", /\/c cannot be written/, /OP_AWS_CACHE_DIR/],
    ["somebody's directory", { found: directory(0o700, false) }, "error", /\/c is no directory of yours/, /mv '\/c' '\/c\.old'/],
    ["somebody's link", { found: { kind: "link", mine: false, to: directory(0o700) } }, "error", /\/c is no directory of yours/, /mv/],
    ["our link to somebody's", { found: { kind: "link", mine: true, to: directory(0o700, false) } }, "error", /no directory of yours/, /mv/],
    ["a file in its place", { found: file() }, "error", /\/c is no directory of yours/, /mv/],
    ["an open directory", { found: directory(0o755) }, "warning", /others may look into \/c$/, /\nchmod -R go= '\/c'/],
    ["an open directory below", { folders: [{ path: "/c/roles", found: directory(0o750) }] }, "warning", /look into \/c\/roles/, /chmod -R go= '\/c\/roles'/],
    ["a link below", { folders: [{ path: "/c/state", found: { kind: "link", mine: true, to: directory(0o700) } }] }, "error", /\/c\/state is no directory/, /mv/],
    ["a link for an entry", { files: [{ path: "/c/dev.json", found: { kind: "link", mine: true, to: file() }, content: "unread" }] }, "error", /a link stands in the place of dev\.json/, /^remove it\nrm '\/c\/dev\.json'$/],
    ["somebody's entry", { files: [{ path: "/c/dev.json", found: file(0o600, false), content: "unread" }] }, "error", /dev\.json belongs to another user/, /\nrm /],
    ["an open entry", { files: [{ path: "/c/dev.json", found: file(0o644), content: "session" }] }, "error", /others may read dev\.json/, /\nrm '\/c\/dev\.json'\nchmod -R go= '\/c'$/],
    ["an open lock", { files: [{ path: "/c/state/a.lock", found: file(0o666), content: "state" }] }, "error", /others may read state\/a\.lock/, /\nrm /],
    ["a damaged entry", { files: [{ path: "/c/dev.json", found: file(), content: "unread" }] }, "warning", /dev\.json was not written by this program, or is damaged/, /\nrm /],
    ["a stranger", { files: [{ path: "/c/it's", found: file(0o644), content: "other" }] }, "warning", /it's was not written by this program/, /\nrm '\/c\/it'\\''s'$/],
    ["a FIFO", { files: [{ path: "/c/dev.json", found: { kind: "other", mode: 0o600, mine: true }, content: "state" }] }, "warning", /was not written by this program/, /\nrm /],
    ["a session without a profile", { files: [{ path: "/c/gone.json", found: file(), content: "lost" }] }, "warning", /gone\.json is the session of a profile that there is not/, /\nrm /]
  ]
  it.each(cases)("finds %s", (_, facts, severity, what, mend) => {
    const { fine, findings: [finding, ...more] } = cache(facts)
    assert.deepStrictEqual([fine, more], [[], []])
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.mend ?? "", mend)
  })

  it("tells a thousand alike in one finding", () => {
    const files = Array.from({ length: 1000 }, (_, index) => ({ path: `/c/p${index}.json`, found: file(0o640), content: "session" as const }))
    const { findings } = cache({ files })
    assert.deepStrictEqual(findings.map(({ what }) => what), ["in the cache, others may read p0.json, p1.json, p2.json and 997 more"])
    assert.isBelow(findings[0]!.mend.length, 1000)
  })
})
