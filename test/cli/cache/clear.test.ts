import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { noSecretService, secretService } from "../../fixtures/SecretService.ts"
import { artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"

const profiles = {
  dev: profile(),
  twin: profile(),
  admin: { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" },
  other: profile({ op_item: "op://Private/AWS", op_secret_access_key_field: "secret access key" })
}

const run = (home: Home, ...words: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { code, stdout } = yield* (yield* home.run(words, { place: "elsewhere" })).exit
    return { code, stdout }
  })

const entries = (home: Home): ReadonlyArray<string> => readdirSync(home.cache).filter((name) => name.endsWith(".json"))

describe.each(artifacts)("clear with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("forgets a profile with all that share its key, or all, or roles only, and says whose they were", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles, item: { seed: "FAKESEEDFAKESEED" } })
      yield* run(home, "env", "admin")
      yield* run(home, "login", "twin")
      assert.deepStrictEqual(entries(home), ["dev.json", "twin.json"])
      const byRoles = yield* run(home, "clear", "--all", "--roles")
      assert.match(byRoles.stdout, /^admin: role arn:aws:iam::210987654321:role\/admin removed \(59m \d+s left\)\n$/)
      const byTwin = yield* run(home, "clear", "twin")
      assert.deepStrictEqual({ code: byTwin.code, lines: byTwin.stdout.replaceAll(/\(.*\)/g, "()") }, {
        code: 0,
        lines: "dev: session removed ()\ntwin: session removed ()\n"
      })
      assert.deepStrictEqual(entries(home), [])
      const again = yield* run(home, "clear", "--profile", "dev")
      assert.deepStrictEqual(again, { code: 0, stdout: "dev: nothing was cached\n" })
      assert.deepStrictEqual(yield* run(home, "clear", "--all"), { code: 0, stdout: "nothing was cached\n" })
      const asked = yield* run(home, "--profile", "dev", "--mfa", "prompt")
      assert.deepStrictEqual(asked, { code: 5, stdout: "" })
    }))

  alike("knows a profile that is only in the cache any more, and none that is nowhere", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles, item: { seed: "FAKESEEDFAKESEED" } })
      yield* run(home, "login", "dev")
      home.configure({ else: profile() })
      assert.deepStrictEqual(yield* run(home, "clear", "nobody"), { code: 2, stdout: "" })
      assert.match((yield* run(home, "clear", "dev")).stdout, /^dev: session removed \(11h 59m left\)\n$/)
    }))

  const secret = it.live.skipIf(noSecretService !== undefined)
  secret("forgets what is in the keychain, and touches nothing where there is none", () =>
    Effect.gen(function*() {
      const { DBUS_SESSION_BUS_ADDRESS = "" } = yield* secretService
      const env = { OP_AWS_CACHE: "keyring", DBUS_SESSION_BUS_ADDRESS }
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" }, env })
      yield* run(home, "login", "dev")
      assert.deepStrictEqual(entries(home), [])
      assert.match((yield* run(home, "status")).stdout, /\n {2}session {2}11h 59m left, until \S+, in the keychain\n/)
      const lost = { env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" } }
      const unreachable = yield* home.run(["clear", "dev"], lost)
      assert.deepInclude(yield* unreachable.exit, { code: 2, stdout: "" })
      assert.match((yield* run(home, "clear", "dev")).stdout, /^dev: session removed \(11h 59m left\)\n$/)
      assert.deepStrictEqual(yield* run(home, "clear", "--all"), { code: 0, stdout: "nothing was cached\n" })
    }))
})
