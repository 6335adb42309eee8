import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { eventually } from "../Eventually.ts"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"
import { encodeEntry } from "../../../src/domain/cache/CacheEntry.ts"

const until = /^dev: session until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(11h 59m\)\n$/

const typeCode = (home: Home) =>
  Effect.gen(function*() {
    yield* home.terminal.waitFor(/MFA code for \w+ \(.*\): /)
    yield* home.terminal.type(`${home.code()}\r`)
  })

describe.each(artifacts)("login with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("asks once in a terminal, and everything else is served without one", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const first = yield* home.run(["login", "dev"])
      yield* typeCode(home)
      const { code, stderr, stdout } = yield* first.exit
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, until)
      const again = yield* home.run(["login", "--profile", "dev"], { place: "elsewhere" })
      assert.match((yield* again.exit).stdout, until)
      const client = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
      assert.deepInclude(yield* client.exit, { code: 0, stderr: "" })
      assert.deepStrictEqual([home.opCalls().length, home.sts.count("GetSessionToken")], [1, 1])
    }))

  alike("--all asks once for each key, and says what is wrong with the rest", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact,
        item: { seed: "FAKESEEDFAKESEED" },
        profiles: {
          dev: profile({ op_duration: "12h" }),
          missing: profile({ op_item: "Missing" }),
          short: profile({ op_duration: "1h" }),
          broken: profile({ op_duration: "1y" }),
          other: { region: "eu-central-1" }
        }
      })
      const run = yield* home.run(["login", "--all"], { place: "elsewhere" })
      const { code, stderr, stdout } = yield* run.exit
      assert.strictEqual(code, 2)
      assert.match(stdout, /^short: session until \S+ \(59m \d+s\)\ndev: session until \S+ \(59m \d+s\)\n$/)
      assert.deepStrictEqual(stderr.match(/^\w+: (broken|missing|no session for .*|(?=\S))/gm), [
        "error: broken",
        "hint: ",
        "error: missing",
        "hint: ",
        "error: no session for broken, missing",
        "hint: "
      ])
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)
    }))

  it.live("--keep renews what is due and stays until it is told to stop", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const now = Date.now()
      const { credentials } = entryOf("AWS")
      mkdirSync(home.cache, { recursive: true, mode: 0o700 })
      writeFileSync(
        join(home.cache, "dev.json"),
        encodeEntry(entryOf("AWS", {
          credentials: { ...credentials, expiration: now + 17 * 60_000 },
          mfaSerial: "arn:aws:iam::123456789012:mfa/user",
          issuedAt: now - 11 * 3_600_000,
          endpoint: home.sts.url
        })),
        { mode: 0o600 }
      )
      const run = yield* home.run(["login", "dev", "--keep"])
      yield* run.wrote("without a code to type\n")
      yield* home.terminal.type("\x03")
      const { code, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stderr }, { code: 130, stderr: "" })
      const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"
      const lines = [
        `dev: session until ${time} \\(1[56]m( \\d+s)?\\)`,
        "dev: to be renewed now, asking here for an MFA code unless the item has a one-time password",
        "Staying to renew\\. Ctrl-C ends that; sessions last on as they are\\.",
        `dev: session until ${time} \\(11h 59m\\)`,
        `dev: to be renewed at about ${time}, without a code to type`
      ]
      assert.match(stdout, new RegExp(`^${lines.join("\n")}\n$`))
      assert.strictEqual(home.opCalls().length, 1)
      const { stdout: status } = yield* (yield* home.run(["status"])).exit
      assert.notInclude(status, "failed")
    }))

  alike("Ctrl-C at the question is no failure that status tells of", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["login", "dev"])
      yield* home.terminal.waitFor(/MFA code for dev/)
      yield* home.terminal.type("\x03")
      assert.strictEqual((yield* run.exit).code, 130)
      assert.notInclude((yield* (yield* home.run(["status"])).exit).stdout, "failed")
    }))

  it.live("--keep calls the person by a notification, as its question stands there", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const { credentials } = entryOf("AWS")
      const now = Date.now()
      mkdirSync(home.cache, { recursive: true, mode: 0o700 })
      const entry = entryOf("AWS", {
        credentials: { ...credentials, expiration: now + 17 * 60_000 },
        mfaSerial: "arn:aws:iam::123456789012:mfa/user",
        issuedAt: now - 11 * 3_600_000,
        endpoint: home.sts.url
      })
      writeFileSync(join(home.cache, "dev.json"), encodeEntry(entry), { mode: 0o600 })
      const told = join(home.path, "told")
      writeFileSync(join(home.path, "bin/notify-send"), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${told}'\n`, { mode: 0o755 })
      const run = yield* home.run(["login", "dev", "--keep"], { env: { DISPLAY: ":0" } })
      yield* home.terminal.waitFor(/MFA code for dev/)
      yield* eventually("the notification", () => existsSync(told) || undefined)
      yield* home.terminal.type("\x03")
      assert.strictEqual((yield* run.exit).code, 130)
      assert.match(readFileSync(told, "utf8"), /\ndev needs an MFA code, in the terminal of `login --keep`\n$/)
    }))

  alike("without a terminal and without a way to a code is an error, whatever the profile's line says", () =>
    Effect.gen(function*() {
      const line = "op-aws-credential-process --op-vault Private --op-item AWS --no-prompt --timeout 1s"
      const dev = { mfa_serial: "arn:aws:iam::123456789012:mfa/user", credential_process: line }
      const home = yield* makeHome({ artifact, profiles: { dev } })
      const run = yield* home.run(["login", "dev"], { place: "elsewhere" })
      assert.deepInclude(yield* run.exit, { code: 5, stdout: "" })
      const inTerminal = yield* home.run(["login", "dev"])
      yield* typeCode(home)
      assert.match((yield* inTerminal.exit).stdout, until)
    }))
})
