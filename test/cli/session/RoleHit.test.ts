import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { admin, base, chainOf, deploy, roleArn } from "../../fixtures/Chains.ts"
import { roleEntryOf } from "../../fixtures/RoleEntries.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { ExitCode } from "../../../src/domain/base/Failure.ts"
import { roleKey, roleKind } from "../../../src/domain/cache/RoleEntry.ts"
import * as CacheFile from "../../../src/layers/cache/CacheFile.ts"
import { credentialOutput } from "../../../src/domain/session/CredentialOutput.ts"
import type { FlagValues } from "../../../src/domain/settings/Flags.ts"

const config = `${base}${deploy}${admin}`

/** A home where only a hit can succeed: what is asked for is in its cache for so many minutes, and there is no `op`. */
const homeWith = Effect.fnUntraced(function*(profile: string, minutes: number, flags: FlagValues = {}) {
  const home = yield* temporaryDirectory
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000) * 1000
  mkdirSync(join(home, ".aws"))
  writeFileSync(join(home, ".aws/config"), config)
  const chain = chainOf(config, { profile, asker: "client", flags })
  const entry = roleEntryOf(profile, {
    ...roleKey(chain, chain.hops.length - 1),
    credentials: { ...roleEntryOf(profile).credentials, expiration: now + minutes * 60_000 },
    issuedAt: now + (minutes - 60) * 60_000
  })
  yield* CacheFile.make(join(home, ".cache/op-aws-credential-process"), roleKind).write(entry, entry)
  const environment = { HOME: home, PATH: home }
  const run = (...words: ReadonlyArray<string>) =>
    spawnSync(process.execPath, [resolve("src/main.ts"), ...words], { env: environment, encoding: "utf8" })
  return { entry, run }
})

describe("a role's session in the cache", () => {
  it.live("is printed without anything else, whatever way its role is asked for", () =>
    Effect.gen(function*() {
      const chained = yield* homeWith("admin", 50)
      const first = chained.run("--profile", "admin")
      assert.deepStrictEqual([first.status, first.stderr], [0, ""])
      assert.strictEqual(first.stdout, credentialOutput(chained.entry.credentials, "210987654321"))
      const words = ["--role-arn", roleArn("extra"), "--role-duration", "20m"]
      const flagged = yield* homeWith("base", 50, { "role-arn": roleArn("extra"), "role-duration": "20m" })
      assert.strictEqual(flagged.run("--profile", "base", ...words).stdout, credentialOutput(flagged.entry.credentials, "210987654321"))
    }))

  it.live("is not printed when it is about to end, not the one asked for, or not wanted", () =>
    Effect.gen(function*() {
      const fresh = yield* homeWith("admin", 50)
      const spent = yield* homeWith("admin", 0.5)
      const runs = [
        spent.run("--profile", "admin"),
        fresh.run("--profile", "deploy"),
        fresh.run("--profile", "admin", "--external-id", "other"),
        fresh.run("--profile", "admin", "--refresh"),
        fresh.run("--profile", "admin", "--cache", "none")
      ]
      assert.deepStrictEqual(runs.map(({ status, stdout }) => [status, stdout]), runs.map(() => [ExitCode.op, ""]))
    }))
})
