import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { makeAuthority, withoutOpenssl } from "../../fixtures/Authority.ts"
import { compileCache } from "../../fixtures/CompileCache.ts"
import { runningSts } from "../../fixtures/StsServer.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"

const runtimes = [
  { name: "Node", runtime: process.execPath },
  { name: "Bun", runtime: join(import.meta.dirname, "../../../node_modules/.bin/bun") }
]

describe.each(runtimes)("IAM under $name", ({ runtime }) => {
  const ranIn = (env: Record<string, string>, ...words: ReadonlyArray<string>) =>
    Effect.promise(async () => {
      const script = join(import.meta.dirname, "iamCaller.ts")
      const { stdout } = await promisify(execFile)(runtime, [script, ...words], { env: { ...compileCache, ...env }, timeout: 100_000 })
      return JSON.parse(stdout) as unknown
    })
  const ran = (...words: ReadonlyArray<string>) => ranIn({}, ...words)

  it.live("replaces one key by another", () =>
    Effect.gen(function*() {
      const sts = yield* runningSts()
      assert.deepStrictEqual(yield* ran(sts.url), { states: [false, true], left: 1, devices: 1 })
    }).pipe(Effect.scoped))

  it.live.skipIf(withoutOpenssl)("does so over TLS, with authorities of the user's own", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(yield* temporaryDirectory)
      const sts = yield* runningSts({ tls: authority })
      const url = `https://localhost:${sts.port}`
      assert.deepStrictEqual(yield* ran(url, authority.bundle), { states: [false, true], left: 1, devices: 1 })
      assert.propertyVal(yield* ran(url), "_tag", "AwsUnreachable")
      const careless = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: authority.bundle }
      assert.propertyVal(yield* ranIn(careless, url), "_tag", "AwsUnreachable")
    }).pipe(Effect.scoped))
})
