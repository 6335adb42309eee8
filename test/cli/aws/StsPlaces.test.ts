import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import { connectProxy } from "../../fakes/aws/ConnectProxy.ts"
import { makeAuthority, withoutOpenssl } from "../../fixtures/Authority.ts"
import { script } from "../../fixtures/Programs.ts"
import { runningSts } from "../../fixtures/StsServer.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import {
  type Artifact,
  artifacts,
  bundleOnOldNode,
  type Home,
  installed,
  makeHome,
  onInstalled,
  profile
} from "../Program.ts"

type Keys = Readonly<Record<string, string>>

const everywhere: ReadonlyArray<Artifact> = bundleOnOldNode === undefined ? artifacts : [...artifacts, bundleOnOldNode]

const seed = "FAKESEEDFAKESEED"
const device = (partition: string): string => `arn:${partition}:iam::123456789012:mfa/user`

/** The environment of a machine that nobody has told of another STS than AWS's own. */
const noEndpoint = { AWS_ENDPOINT_URL_STS: "" }

/** An op with nothing to load, and with a code that AWS never gets to see. */
const quickOp = (home: Home): string => {
  const item = {
    title: "AWS",
    fields: [
      { id: "a", label: "Access key ID", value: "AKIAFAKE0000EXAMPLE0" },
      { id: "b", label: "Secret access key", value: "fake-secret-for-tests" },
      { id: "c", type: "OTP", label: "one-time password", totp: "123456" }
    ]
  }
  return script(join(home.path, "bin", "quick-op"), `printf '%s' '${JSON.stringify(item)}'`)
}

const ends = (home: Home, env: Keys, args: ReadonlyArray<string> = []) =>
  Effect.flatMap(home.run(["--profile", "dev", ...args], { place: "elsewhere", env }), ({ exit }) => exit)

const portal = (port: number): Keys => ({
  ...noEndpoint,
  HTTPS_PROXY: `http://127.0.0.1:${port}`,
  HTTP_PROXY: `http://127.0.0.1:${port}`
})

/** Where AWS has STS: AWS General Reference, "AWS Security Token Service endpoints and quotas". */
const places: ReadonlyArray<readonly [keys: Keys, env: Keys, host: string]> = [
  [{ region: "eu-central-1" }, {}, "sts.eu-central-1.amazonaws.com"],
  [{ region: "ap-east-1", sts_regional_endpoints: "legacy" }, { AWS_STS_REGIONAL_ENDPOINTS: "legacy" }, "sts.ap-east-1.amazonaws.com"],
  [{ region: "" }, {}, "sts.us-east-1.amazonaws.com"],
  [{ region: "eu-central-1" }, { AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "eu-south-1" }, "sts.eu-north-1.amazonaws.com"],
  [{ region: "us-east-1" }, { AWS_USE_FIPS_ENDPOINT: "true" }, "sts-fips.us-east-1.amazonaws.com"],
  [{ region: "eu-west-1", use_dualstack_endpoint: "true" }, {}, "sts.eu-west-1.api.aws"],
  [{ region: "us-west-2", use_fips_endpoint: "true", use_dualstack_endpoint: "true" }, {}, "sts-fips.us-west-2.api.aws"],
  [{ region: "cn-northwest-1", mfa_serial: device("aws-cn") }, {}, "sts.cn-northwest-1.amazonaws.com.cn"],
  [{ region: "", mfa_serial: device("aws-cn") }, { AWS_REGION: "eu-west-1" }, "sts.cn-north-1.amazonaws.com.cn"],
  [{ region: "us-gov-east-1", mfa_serial: device("aws-us-gov") }, { AWS_REGION: "us-east-1" }, "sts.us-gov-east-1.amazonaws.com"],
  [{ region: "", mfa_serial: device("aws-us-gov"), use_fips_endpoint: "true" }, {}, "sts.us-gov-west-1.amazonaws.com"]
]

/** Which of several configured endpoints counts: AWS SDKs and Tools Reference Guide, "Service-specific endpoints". */
const endpoints: ReadonlyArray<readonly [keys: Keys, env: Keys, request: string]> = [
  [
    { endpoint_url: "http://profile.test", services: "s" },
    { AWS_ENDPOINT_URL_STS: "http://sts.test", AWS_ENDPOINT_URL: "http://all.test" },
    "POST http://sts.test/"
  ],
  [{ endpoint_url: "http://profile.test", services: "s" }, { AWS_ENDPOINT_URL: "http://all.test" }, "POST http://all.test/"],
  [{ endpoint_url: "http://profile.test", services: "s" }, {}, "POST http://section.test:8080/"],
  [{ endpoint_url: "http://profile.test", services: "other" }, {}, "POST http://profile.test/"],
  [{ endpoint_url: "http://profile.test/a/path" }, {}, "POST http://profile.test/a/path/"],
  [{ endpoint_url: "http://profile.test", use_fips_endpoint: "true" }, {}, "POST http://profile.test/"],
  [{ endpoint_url: "http://profile.test" }, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, "CONNECT sts.eu-central-1.amazonaws.com:443"],
  [{ endpoint_url: "http://profile.test", ignore_configured_endpoint_urls: "true" }, {}, "CONNECT sts.eu-central-1.amazonaws.com:443"]
]

const services = `
[services s]
sts =
  endpoint_url = http://section.test:8080
[services other]
s3 =
  endpoint_url = http://s3.test
`

describe.each(installed)("where STS is, for $name", (artifact) => {
  it.live("is the endpoint of the region, in every partition, and never the global one", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const op_cli_path = quickOp(home)
      for (const [keys, env, host] of places) {
        const proxy = yield* connectProxy({ refuse: 403 })
        home.configure({ dev: profile({ op_cli_path, ...keys }) })
        const { code, stderr } = yield* ends(home, { ...portal(proxy.port), ...env })
        assert.deepStrictEqual([...new Set(proxy.requests)], [`CONNECT ${host}:443`])
        assert.strictEqual(code, 7)
        assert.include(stderr, `does not connect to ${host}: HTTP 403`)
      }
    }))

  it.live("is the first of the configured endpoints, and none of them where they are to be ignored", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const op_cli_path = quickOp(home)
      for (const [keys, env, request] of endpoints) {
        const proxy = yield* connectProxy({ refuse: 403 })
        home.configure({ dev: profile({ op_cli_path, op_mfa: "none", ...keys }) })
        appendFileSync(join(home.path, ".aws", "config"), services)
        const { code } = yield* ends(home, { ...portal(proxy.port), ...env })
        assert.deepStrictEqual([...new Set(proxy.requests)], [request])
        assert.strictEqual(code, 7)
      }
    }))

  it.live("is an error before anybody is asked where the settings make no sense", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const ways: ReadonlyArray<readonly [keys: Keys, env: Keys, said: string]> = [
        [{ services: "missing" }, noEndpoint, "services is \"missing\""],
        [{}, { AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL: "localhost:4566" }, "AWS_ENDPOINT_URL is \"localhost:4566\""],
        [{ endpoint_url: "nowhere" }, noEndpoint, "endpoint_url is \"nowhere\""],
        [{ region: "eu central" }, {}, "the AWS region is \"eu central\""]
      ]
      for (const [keys, env, said] of ways) {
        home.configure({ dev: profile(keys) })
        const { code, stderr } = yield* ends(home, env)
        assert.strictEqual(code, 2)
        assert.include(stderr, `error: ${said}`)
      }
      assert.strictEqual(home.opCalls().length, 0)
    }))
})

const title = withoutOpenssl === undefined ? "" : ` (${withoutOpenssl})`

describe.skipIf(withoutOpenssl !== undefined).each(everywhere)(`the way to STS with $name${title}`, (artifact) => {
  const alike = onInstalled(artifact)
  /** AWS's own STS in Ireland, behind a proxy and with a certificate of an authority that only tests know. */
  const ireland = Effect.gen(function*() {
    const authority = makeAuthority(yield* temporaryDirectory)
    const sts = yield* runningSts({ tls: authority })
    const proxy = yield* connectProxy({ upstream: sts.port, auth: "user:fake-password" })
    const address = `http://user:fake-password@127.0.0.1:${proxy.port}`
    return { authority, sts, proxy, env: { ...noEndpoint, HTTPS_PROXY: address } }
  })

  it.live("leads through a proxy to AWS's own name, trusting AWS_CA_BUNDLE or ca_bundle", () =>
    Effect.gen(function*() {
      const { authority, env, proxy, sts } = yield* ireland
      const home = yield* makeHome({ artifact, item: { seed } })
      home.configure({ dev: profile({ region: "eu-west-1" }) })
      const untrusted = yield* ends(home, env)
      assert.deepInclude(untrusted, { code: 7, stdout: "" })
      assert.match(untrusted.stderr, /its certificate is not trusted.*\nhint: .*AWS_CA_BUNDLE/)
      assert.notInclude(untrusted.stderr, "fake-password")
      assert.deepInclude(yield* ends(home, { ...env, AWS_CA_BUNDLE: authority.bundle }), { code: 0, stderr: "" })
      home.configure({ dev: profile({ region: "eu-west-1", ca_bundle: authority.bundle, op_mfa: "none" }) })
      assert.deepInclude(yield* ends(home, env, ["--refresh"]), { code: 0, stderr: "" })
      assert.deepStrictEqual([...new Set(proxy.requests)], ["CONNECT sts.eu-west-1.amazonaws.com:443"])
      assert.deepStrictEqual(sts.requests.map(({ host, region }) => `${host} ${region}`), [
        "sts.eu-west-1.amazonaws.com eu-west-1",
        "sts.eu-west-1.amazonaws.com eu-west-1"
      ])
      assert.deepStrictEqual(home.opCalls().flatMap(({ env }) => env.filter((name) => name.startsWith("AWS_"))), [])
    }))

  alike("passes the proxy by where NO_PROXY says so", () =>
    Effect.gen(function*() {
      const { env, proxy } = yield* ireland
      const home = yield* makeHome({ artifact })
      home.configure({ dev: profile({ op_mfa: "none", endpoint_url: "https://sts.example.test" }) })
      const { code, stderr } = yield* ends(home, { ...env, NO_PROXY: "other.test,.example.test" })
      // Only the proxy could have resolved the name.
      assert.strictEqual(code, 7)
      assert.match(stderr, /^error: cannot reach sts\.example\.test: its name cannot be resolved/)
      assert.deepStrictEqual(proxy.requests, [])
    }))

  it.live("is checked whatever the environment says, and nobody gets a code who is not trusted", () =>
    Effect.gen(function*() {
      const { authority, env, sts } = yield* ireland
      const secure = yield* connectProxy({ upstream: sts.port, tls: authority })
      const home = yield* makeHome({ artifact, item: { seed } })
      home.configure({ dev: profile({ region: "eu-west-1" }) })
      const careless = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: authority.bundle }
      const ways: ReadonlyArray<Keys> = [
        { ...noEndpoint, AWS_ENDPOINT_URL_STS: `https://localhost:${sts.port}` },
        env,
        { ...noEndpoint, HTTPS_PROXY: `https://localhost:${secure.port}` }
      ]
      for (const way of ways) {
        const { code, stderr, stdout } = yield* ends(home, { ...way, ...careless })
        assert.deepStrictEqual([code, stdout], [7, ""])
        assert.match(stderr, /^error: cannot reach .*: its certificate is not trusted/)
      }
      assert.deepStrictEqual(secure.requests, [])
      assert.strictEqual(sts.count(), 0)
      assert.strictEqual((yield* ends(home, { ...env, ...careless, AWS_CA_BUNDLE: authority.bundle })).code, 0)
    }))

  it.live("trusts what the system trusts, unless it is told whom to trust", () =>
    Effect.gen(function*() {
      const { authority, sts } = yield* ireland
      const other = makeAuthority(yield* temporaryDirectory)
      const home = yield* makeHome({ artifact, item: { seed } })
      const env = { AWS_ENDPOINT_URL_STS: `https://localhost:${sts.port}`, SSL_CERT_FILE: authority.bundle }
      const otherwise = yield* ends(home, { ...env, AWS_CA_BUNDLE: other.bundle })
      assert.strictEqual(otherwise.code, 7)
      assert.strictEqual((yield* ends(home, { ...env, SSL_CERT_FILE: other.bundle })).code, 7)
      assert.strictEqual((yield* ends(home, { ...env, SSL_CERT_FILE: "/nowhere" })).code, 7)
      assert.strictEqual(sts.count(), 0)
      assert.deepInclude(yield* ends(home, env), { code: 0, stderr: "" })
      assert.strictEqual(sts.count(), 1)
    }))

  alike("keeps AWS's sessions apart from those of a configured endpoint, in both directions", () =>
    Effect.gen(function*() {
      const { authority, env, sts } = yield* ireland
      const home = yield* makeHome({ artifact })
      home.configure({ dev: profile({ region: "eu-west-1", op_mfa: "none", ca_bundle: authority.bundle }) })
      const sessionOf = (stdout: string) => (JSON.parse(stdout) as { SessionToken: string }).SessionToken
      const local = sessionOf((yield* ends(home, {})).stdout)
      assert.deepStrictEqual([home.sts.count(), sts.count()], [1, 0])
      const real = sessionOf((yield* ends(home, env)).stdout)
      assert.deepStrictEqual([home.sts.count(), sts.count()], [1, 1])
      assert.strictEqual(sessionOf((yield* ends(home, env)).stdout), real)
      assert.notStrictEqual(real, local)
      assert.notStrictEqual(sessionOf((yield* ends(home, {})).stdout), real)
      assert.deepStrictEqual([home.sts.count(), sts.count()], [2, 1])
    }))
})

describe.each(installed)("when AWS is not at its best, $name", (artifact) => {
  it.live("never sends a code again whose answer was lost", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed } })
      home.sts.fail({ kind: "close" })
      const lost = yield* ends(home, {})
      assert.strictEqual(lost.code, 7)
      assert.match(lost.stderr, /^error: the connection to 127\.0\.0\.1:\d+ was lost before the answer came/)
      // The next one waits for the next code instead, for longer than it is given here.
      const next = yield* ends(home, {}, ["--timeout", "1s"])
      assert.include([0, 8], next.code)
      // Where the next step was so near that a code was sent all the same, it was that one's: an old one is refused.
      const steps = home.sts.requests.map(({ mfaStep }) => mfaStep)
      assert.include(next.code === 0 ? [2] : [1, 2], steps.length)
      assert.notInclude(steps, undefined)
      assert.strictEqual(new Set(steps).size, steps.length)
    }))

  it.live("makes up for a clock that is off, and says so on the terminal alone", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed }, sts: { clockOffsetMs: 3_660_000 } })
      home.changeOp(() => ({ clock_offset_ms: 3_660_000 }))
      const run = yield* home.run(["--profile", "dev"])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.deepStrictEqual(home.sts.requests.map(({ code, status }) => code ?? status), ["SignatureDoesNotMatch", 200])
      assert.deepStrictEqual(home.terminal.screen, ["warning: the clock of this machine is 1 hour behind AWS's"])
      home.sts.fail({ kind: "error", code: "RequestExpired", count: 9 })
      const hopeless = yield* ends(home, {}, ["--refresh", "--mfa", "none"])
      assert.strictEqual(hopeless.code, 6)
      assert.match(hopeless.stderr, /^error: the clock of this machine is 1 hour behind AWS's\nhint: set the clock/)
    }))
})
