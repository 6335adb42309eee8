import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { connectProxy } from "../../fakes/aws/ConnectProxy.ts"
import { makeAuthority, withoutOpenssl } from "../../fixtures/Authority.ts"
import { nobodysPort, runningSts, targetOf } from "../../fixtures/StsServer.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import type { StsEnding, StsScenario } from "./stsCaller.ts"

const runtimes = { Node: process.execPath, Bun: join(import.meta.dirname, "../../../node_modules/.bin/bun") }

const secure = Effect.gen(function*() {
  const authority = makeAuthority(yield* temporaryDirectory)
  return { authority, sts: yield* runningSts({ tls: authority }) }
})

const at = (endpoint: string, caBundle?: string): StsScenario => ({
  target: { ...targetOf(endpoint), ...(caBundle && { caBundle }) }
})

for (const [name, runtime] of Object.entries(runtimes)) {
  const calls = Effect.fnUntraced(function*(
    scenarios: ReadonlyArray<StsScenario>,
    environment: Record<string, string> = {}
  ) {
    const script = join(import.meta.dirname, "stsCaller.ts")
    const { stdout } = yield* Effect.promise(() =>
      promisify(execFile)(runtime, [script, JSON.stringify(scenarios)], { env: environment, timeout: 100_000 })
    )
    return JSON.parse(stdout) as ReadonlyArray<StsEnding>
  })
  const call = (scenario: StsScenario, environment?: Record<string, string>) =>
    Effect.map(calls([scenario], environment), ([ending]) => ending!)

  describe(`the way to STS under ${name}`, () => {
    it.live("opens no config file", () =>
      Effect.gen(function*() {
        const sts = yield* runningSts()
        const directory = yield* temporaryDirectory
        // Whoever opens it waits for ever.
        const config = join(directory, "config")
        execFileSync("mkfifo", [config])
        const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_PROFILE: "p", HOME: directory }
        assert.deepStrictEqual(yield* call(at(sts.url), files), { tag: "done" })
      }).pipe(Effect.scoped))

    it.live("does not mind a config file of a profile that is garbage or missing", () =>
      Effect.gen(function*() {
        const sts = yield* runningSts()
        const config = join(yield* temporaryDirectory, "config")
        writeFileSync(config, "[default\nmax_attempts = many\n[profile p]\nuse_fips_endpoint = perhaps\nregion = nowhere\n")
        for (const AWS_CONFIG_FILE of [config, `${config}.missing`]) {
          assert.strictEqual((yield* call(at(sts.url), { AWS_CONFIG_FILE, AWS_PROFILE: "p" })).tag, "done")
        }
      }).pipe(Effect.scoped))

    it.live("sends a code once when the connection is lost, and says that it may be spent", () =>
      Effect.gen(function*() {
        const sts = yield* runningSts()
        const mfa = { serial: defaultSerial, code: sts.code() }
        sts.fail({ kind: "close" })
        const [lost, again] = yield* calls([{ ...at(sts.url), mfa }, { ...at(sts.url), mfa }])
        assert.strictEqual(lost?.tag, "AwsUnreachable")
        assert.isTrue(lost?.answerUnknown)
        assert.strictEqual(again?.tag, "MfaCodeRefused")
        assert.strictEqual(sts.count(), 2)
      }).pipe(Effect.scoped))

    it.live("knows that a code is not spent when nobody listens", () =>
      Effect.gen(function*() {
        const ending = yield* call({ ...at(`http://127.0.0.1:${nobodysPort}`), mfa: { serial: defaultSerial, code: "123456" } })
        assert.strictEqual(ending.exitCode, 7)
        assert.isFalse(ending.answerUnknown)
        assert.match(ending.message ?? "", /^cannot reach 127\.0\.0\.1:\d+: the connection was refused$/)
      }).pipe(Effect.scoped))

    it.live("takes HTTP_PROXY to a plain endpoint, and no proxy to this machine itself", () =>
      Effect.gen(function*() {
        const sts = yield* runningSts()
        const proxy = yield* connectProxy({ auth: "user:fake-password" })
        const HTTP_PROXY = `http://user:fake-password@127.0.0.1:${proxy.port}`
        const ending = yield* call(at(`http://sts.example.test:${sts.port}`), { HTTP_PROXY })
        assert.deepStrictEqual(ending, { tag: "done" })
        assert.deepStrictEqual(proxy.requests, [`POST http://sts.example.test:${sts.port}/`])
        assert.deepStrictEqual(yield* call(at(sts.url), { HTTP_PROXY, HTTPS_PROXY: HTTP_PROXY }), { tag: "done" })
        assert.strictEqual(proxy.requests.length, 1)
      }).pipe(Effect.scoped))

    it.live("says which variable holds a proxy that cannot be used", () =>
      Effect.gen(function*() {
        const ending = yield* call(at("https://sts.example.test"), { https_proxy: "socks5://user:fake-password@proxy" })
        assert.strictEqual(ending.tag, "ProxyUnusable")
        assert.strictEqual(ending.exitCode, 2)
        assert.include(ending.message, "https_proxy")
        assert.notInclude(JSON.stringify(ending), "fake-password")
      }))

    it.live("refuses a bundle of certificates that is missing or holds none", () =>
      Effect.gen(function*() {
        const directory = yield* temporaryDirectory
        writeFileSync(join(directory, "empty.pem"), "# nothing\n")
        writeFileSync(join(directory, "torn.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        const files = ["missing.pem", "", "empty.pem", "torn.pem"].map((file) => join(directory, file))
        const endings = yield* calls(files.map((file) => at("https://localhost:9", file)))
        for (const [index, reason] of ["ENOENT", "EISDIR", "no certificate", "."].entries()) {
          const { exitCode, message, tag } = endings[index]!
          assert.strictEqual(`${tag} ${exitCode}`, "CaBundleUnreadable 2")
          assert.match(message ?? "", new RegExp(`${files[index]}: .*${reason}`))
        }
      }).pipe(Effect.scoped))
  })

  const title = `the way to STS by TLS under ${name}${withoutOpenssl === undefined ? "" : ` (${withoutOpenssl})`}`
  describe.skipIf(withoutOpenssl !== undefined)(title, () => {
    it.live("trusts the authorities of the bundle and, with one, no others", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const other = makeAuthority(yield* temporaryDirectory)
        const bundles = [undefined, other.bundle, authority.bundle]
        const [unknown, another, ours] = yield* calls(bundles.map((bundle) => at(sts.url, bundle)))
        for (const ending of [unknown, another]) {
          assert.strictEqual(ending?.tag, "AwsUnreachable")
          assert.include(ending?.message, "its certificate is not trusted")
          assert.include(ending?.hint, "AWS_CA_BUNDLE")
          assert.isFalse(ending?.answerUnknown)
        }
        assert.deepStrictEqual(ours, { tag: "done" })
        assert.strictEqual(sts.count(), 1)
      }).pipe(Effect.scoped))

    it.live("checks certificates whatever the environment says, for itself and for a proxy", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy({ tls: authority })
        const careless = { NODE_TLS_REJECT_UNAUTHORIZED: "0" }
        const mfa = { serial: defaultSerial, code: sts.code() }
        const HTTPS_PROXY = `https://localhost:${proxy.port}`
        const direct = yield* call({ ...at(sts.url), mfa }, careless)
        const proxied = yield* call({ ...at(`https://sts.example.test:${sts.port}`), mfa }, { ...careless, HTTPS_PROXY })
        for (const { answerUnknown, message, tag } of [direct, proxied]) {
          assert.strictEqual(`${tag} ${answerUnknown}`, "AwsUnreachable false")
          assert.include(message, "its certificate is not trusted")
        }
        const throughIt = { ...careless, HTTPS_PROXY: `http://127.0.0.1:${(yield* connectProxy()).port}` }
        const other = yield* call({ ...at(`https://sts.other.test:${sts.port}`, authority.bundle), mfa }, throughIt)
        assert.include(other.message, "its certificate is for another host")
        const tunnelled = yield* call({ ...at(`https://sts.example.test:${sts.port}`), mfa }, throughIt)
        assert.include(tunnelled.message, "its certificate is not trusted")
        assert.strictEqual(sts.count(), 0)
        assert.deepStrictEqual(proxy.requests, [])
      }).pipe(Effect.scoped))

    it.live("trusts nobody for NODE_EXTRA_CA_CERTS, and the system's authorities beside it", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const extra = { NODE_EXTRA_CA_CERTS: authority.bundle }
        const none = { ...extra, SSL_CERT_FILE: makeAuthority(yield* temporaryDirectory).bundle }
        assert.include((yield* call(at(sts.url), none)).message, "its certificate is not trusted")
        assert.strictEqual(sts.count(), 0)
        assert.deepStrictEqual(yield* call(at(sts.url), { ...extra, SSL_CERT_FILE: authority.bundle }), { tag: "done" })
      }).pipe(Effect.scoped))

    it.live("asks the environment for nothing: not for keys, nor where, nor how", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy({ upstream: sts.port })
        const poison = [
          "AWS_AUTH_SCHEME_PREFERENCE",
          "AWS_DEFAULTS_MODE",
          "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
          "AWS_MAX_ATTEMPTS",
          "AWS_REGION",
          "AWS_RETRY_MODE",
          "AWS_SDK_UA_APP_ID",
          "AWS_SIGV4A_SIGNING_REGION_SET",
          "AWS_STS_REGIONAL_ENDPOINTS",
          "AWS_USE_DUALSTACK_ENDPOINT",
          "AWS_USE_FIPS_ENDPOINT"
        ]
        const target = { region: "eu-west-1", fips: false, dualStack: false, caBundle: authority.bundle }
        const ending = yield* call({ target }, {
          ...Object.fromEntries(poison.map((variable) => [variable, "no such thing, ".repeat(9)])),
          AWS_ACCESS_KEY_ID: "AKIAFAKE0000ANOTHER0",
          AWS_CA_BUNDLE: "/no/such/bundle.pem",
          AWS_ENDPOINT_URL: "http://127.0.0.1:9",
          AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9",
          AWS_PROFILE: "missing",
          AWS_SECRET_ACCESS_KEY: "fake-secret-of-another",
          AWS_SESSION_TOKEN: "fake-token-of-another",
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`
        })
        assert.deepStrictEqual(ending, { tag: "done" })
        assert.deepStrictEqual(proxy.requests, ["CONNECT sts.eu-west-1.amazonaws.com:443"])
        assert.deepStrictEqual(
          sts.requests.map(({ accessKeyId, host, region }) => ({ accessKeyId, host, region })),
          [{ accessKeyId: "AKIAFAKE0000EXAMPLE0", host: "sts.eu-west-1.amazonaws.com", region: "eu-west-1" }]
        )
      }).pipe(Effect.scoped))

    it.live("goes through a proxy that wants a password, under the endpoint's own name", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy({ auth: "us@er:fake:password" })
        const ending = yield* call(at(`https://sts.example.test:${sts.port}`, authority.bundle), {
          HTTPS_PROXY: `http://us%40er:fake%3Apassword@127.0.0.1:${proxy.port}`
        })
        assert.deepStrictEqual(ending, { tag: "done" })
        assert.deepStrictEqual(proxy.requests, [`CONNECT sts.example.test:${sts.port}`])
      }).pipe(Effect.scoped))

    it.live("goes through a proxy that speaks TLS itself", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy({ tls: authority })
        const ending = yield* call(at(`https://sts.example.test:${sts.port}`, authority.bundle), {
          HTTPS_PROXY: `https://localhost:${proxy.port}`
        })
        assert.deepStrictEqual(ending, { tag: "done" })
        assert.strictEqual(proxy.requests.length, 1)
      }).pipe(Effect.scoped))

    it.live("names the proxy that refuses, fails or is not there, and not its password", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const locked = yield* connectProxy({ auth: "user:another" })
        const forbidding = yield* connectProxy({ refuse: 403 })
        const gone = { port: nobodysPort }
        for (const [{ port }, reason] of [[locked, "HTTP 407"], [forbidding, "HTTP 403"], [gone, "refused"]] as const) {
          const ending = yield* call(at(`https://sts.example.test:${sts.port}`, authority.bundle), {
            HTTPS_PROXY: `http://user:fake-password@127.0.0.1:${port}`
          })
          assert.strictEqual(`${ending.tag} ${ending.exitCode} ${ending.answerUnknown}`, "AwsUnreachable 7 false")
          assert.include(ending.message, `proxy 127.0.0.1:${port}`)
          assert.include(ending.message, reason)
          assert.include(ending.hint, "PROXY")
          assert.notInclude(JSON.stringify(ending), "fake-password")
        }
        assert.strictEqual(sts.count(), 0)
      }).pipe(Effect.scoped))

    it.live("goes past the proxy where NO_PROXY says so", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy()
        const ending = yield* call(at(`https://sts.example.test:${sts.port}`, authority.bundle), {
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
          NO_PROXY: "other.test,.example.test"
        })
        // Only the proxy could have resolved the name.
        assert.match(ending.message ?? "", /^cannot reach sts\.example\.test:\d+: its name cannot be resolved/)
        assert.deepStrictEqual(proxy.requests, [])
      }).pipe(Effect.scoped))

    it.live("checks that the certificate is for the host, behind a proxy too", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy()
        const ending = yield* call(at(`https://sts.other.test:${sts.port}`, authority.bundle), {
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`
        })
        assert.include(ending.message, "its certificate is for another host")
        assert.strictEqual(sts.count(), 0)
      }).pipe(Effect.scoped))

    it.live("uses the connection that was opened early", () =>
      Effect.gen(function*() {
        const { authority, sts } = yield* secure
        const proxy = yield* connectProxy()
        const ending = yield* call({ ...at(`https://sts.example.test:${sts.port}`, authority.bundle), warm: true }, {
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`
        })
        assert.deepStrictEqual(ending, { tag: "done" })
        assert.strictEqual(proxy.requests.length, 1)
      }).pipe(Effect.scoped))
  })
}
