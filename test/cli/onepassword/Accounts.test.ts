import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { account, fakeId, vault } from "../../../simulator/op/State.ts"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import { artifacts, binary, type Home, makeHome, onInstalled, profile, type RunOptions } from "../Program.ts"

const seed = "FAKESEEDFAKESEED"

const [work, home2] = ["work.1password.com", "my.1password.com"]

/** Two people's accounts, of which only one has the item. */
const accounts = [
  account({ url: home2, account_uuid: fakeId("home").toUpperCase(), vaults: [vault({ name: "Other", items: [] })] }),
  account({ url: work, account_uuid: fakeId("work").toUpperCase() })
]

const ends = (home: Home, args: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.flatMap(home.run(args, { place: "elsewhere", ...options }), ({ exit }) => exit)

const dev = ["--profile", "dev", "--mfa", "none"]

describe("an account", () => {
  it.live("is chosen by flag, by environment or by the profile, in this order, and handed on as a flag", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary, profiles: { dev: profile({ op_account: "in-the-profile" }) } })
      const ways: ReadonlyArray<readonly [args: ReadonlyArray<string>, env: Record<string, string>, chosen: string]> = [
        [["--op-account", work], { OP_AWS_ACCOUNT: "in-the-environment" }, work],
        [[], { OP_AWS_ACCOUNT: fakeId("work").toUpperCase() }, fakeId("work").toUpperCase()],
        [[], {}, "in-the-profile"]
      ]
      home.changeOp(() => ({ accounts }))
      for (const [args, env, chosen] of ways) {
        const { code } = yield* ends(home, [...dev, "--refresh", ...args], { env })
        assert.strictEqual(code, chosen === "in-the-profile" ? 2 : 0)
        const argv = home.opCalls().at(-1)?.argv ?? []
        assert.strictEqual(argv[argv.indexOf("--account") + 1], chosen)
      }
    }))

  it.live("that nobody chose, that nobody knows, or that is not the only one, is a question of configuration", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      home.changeOp(() => ({ accounts }))
      const none = yield* ends(home, dev)
      assert.deepInclude(none, { code: 2, stdout: "" })
      assert.match(none.stderr, /^error: op has several 1Password accounts and none is chosen\nhint: add op_account = <account_uuid>/)
      const unknown = yield* ends(home, [...dev, "--op-account", "nobody"])
      assert.deepInclude(unknown, { code: 2, stdout: "" })
      assert.match(unknown.stderr, /^error: op knows no 1Password account "nobody"\nhint: set --op-account/)
      home.changeOp(() => ({ accounts: accounts.map((one) => ({ ...one, url: home2 })) }))
      const ambiguous = yield* ends(home, [...dev, "--op-account", home2])
      assert.deepInclude(ambiguous, { code: 2, stdout: "" })
      assert.match(ambiguous.stderr, /^error: several 1Password accounts match "my\.1password\.com"\nhint: .*account_uuid/)
      // What the shell's own OP_ACCOUNT chooses stays op's business.
      home.changeOp(() => ({ accounts }))
      assert.deepInclude(yield* ends(home, dev, { env: { OP_ACCOUNT: work } }), { code: 0, stderr: "" })
      assert.notInclude(home.opCalls().at(-1)?.argv ?? [], "--account")
    }))

  it.live("has its own sessions: another account's are not handed out, one that names none is anybody's", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      home.changeOp(() => ({ accounts, latest_signin: fakeId("work").toUpperCase() }))
      assert.strictEqual((yield* ends(home, [...dev, "--op-account", work])).code, 0)
      assert.strictEqual((yield* ends(home, dev)).code, 0)
      assert.strictEqual(home.opCalls().length, 1)
      const other = yield* ends(home, [...dev, "--op-account", home2])
      assert.strictEqual(other.code, 4)
      assert.match(other.stderr, /there is no vault "Private" in the 1Password account "my\.1password\.com"/)
    }))
})

describe("what op gets to know", () => {
  it.live("is all of its own variables and none of AWS's; it keeps the terminal and has nothing on stdin", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const ofOp = {
        OP_CACHE: "false",
        OP_CONFIG_DIR: "/nowhere",
        OP_BIOMETRIC_UNLOCK_ENABLED: "true",
        OP_SESSION_EXAMPLE: "fake-session-token",
        OP_FORMAT: "human-readable",
        OP_INCLUDE_ARCHIVE: "true"
      }
      home.changeOp(() => ({
        sessions: [{ token: "fake-session-token", account_uuid: fakeId("account").toUpperCase(), status: "valid" }]
      }))
      const env = {
        ...ofOp,
        AWS_ACCESS_KEY_ID: "AKIAFAKE0000ANOTHER0",
        AWS_SECRET_ACCESS_KEY: "fake-secret-of-another",
        AWS_PROFILE: "dev",
        XDG_RUNTIME_DIR: "/run/user/0"
      }
      const run = yield* home.run(dev, { env, stdin: { data: "the user's data" } })
      assert.deepInclude(yield* run.exit, { code: 0, unread: "the user's data" })
      const [call] = home.opCalls()
      assert.deepStrictEqual(call?.values, { ...ofOp, OP_SESSION_EXAMPLE: "[set]" })
      assert.includeMembers([...call?.env ?? []], ["HOME", "PATH", "XDG_RUNTIME_DIR"])
      assert.strictEqual(call?.stdin, "char")
      assert.isAbove(call?.tty_nr ?? 0, 0)
    }))
})

describe.each(artifacts)("unattended, $name", (artifact) => {
  const alike = onInstalled(artifact)
  const token = "ops_FAKETOKENfaketoken"
  const serviceAccount = { token, status: "valid" as const, vaults: [fakeId("vault")] }
  const settings = {
    OP_AWS_VAULT: "Private",
    OP_AWS_ITEM: "AWS",
    AWS_REGION: "eu-central-1",
    OP_SERVICE_ACCOUNT_TOKEN: token
  }

  it.live("needs a service account and a one-time password: no terminal, no app, no home, no config file", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed, mfaSerial: defaultSerial } })
      home.changeOp(() => ({ app: "stopped", service_accounts: [serviceAccount] }))
      // An empty HOME is none.
      const { code, stderr, stdout } = yield* ends(home, [], { env: { ...settings, HOME: "" }, cwd: "/" })
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, /^\{"Version":1,/)
      assert.isFalse(existsSync(home.cache))
      assert.deepStrictEqual(home.opCalls().map(({ values }) => values["OP_SERVICE_ACCOUNT_TOKEN"]), ["[set]"])
      assert.strictEqual(home.sts.requests[0]?.params["SerialNumber"], defaultSerial)
    }))

  alike("keeps its sessions where it is told to, a home or not", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed, mfaSerial: defaultSerial } })
      home.changeOp(() => ({ app: "stopped", service_accounts: [serviceAccount] }))
      const env = { ...settings, HOME: "", OP_AWS_CACHE_DIR: `${home.path}/sessions` }
      for (let call = 1; call <= 2; call++) assert.deepInclude(yield* ends(home, [], { env }), { code: 0, stderr: "" })
      assert.include(readdirSync(`${home.path}/sessions`), "default.json")
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("shows a token to nobody, whatever is wrong with it", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const ways = [["valid", 0, ""], ["deleted", 4, "has been deleted"], ["rate-limited", 4, "in 59 minutes"], ["offline", 7, "servers"]] as const
      for (const [status, exitCode, said] of ways) {
        home.changeOp(() => ({ service_accounts: [{ ...serviceAccount, status }] }))
        const { code, stderr } = yield* ends(home, [...dev, "--refresh"], { env: settings })
        assert.strictEqual(code, exitCode, status)
        assert.include(stderr, said)
        assert.notInclude(stderr, token)
      }
      const pasted = yield* ends(home, [...dev, "--refresh"], { env: { OP_SERVICE_ACCOUNT_TOKEN: `TOKEN=${token}` } })
      assert.strictEqual(pasted.code, 4)
      assert.include(pasted.stderr, "without a variable's name before it")
      assert.notInclude(pasted.stderr, token)
    }))

  alike("goes through a Connect server just as well", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, op: { app: "stopped", connect_token: "fake-connect-token" } })
      const env = { OP_CONNECT_HOST: "http://127.0.0.1:8080", OP_CONNECT_TOKEN: "fake-connect-token" }
      assert.deepInclude(yield* ends(home, dev, { env }), { code: 0, stderr: "" })
      const wrong = yield* ends(home, [...dev, "--refresh"], { env: { ...env, OP_CONNECT_TOKEN: "fake-wrong-token" } })
      assert.strictEqual(wrong.code, 4)
      assert.notInclude(wrong.stderr, "fake-wrong-token")
    }))
})
