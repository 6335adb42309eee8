import { assert, describe, it, vi } from "@effect/vitest"
import { spawn as spawnInTerminal } from "@lydell/node-pty"
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { dialogs, lockApp, readCalls } from "../../simulator/op/install.ts"
import { account, updateState, vault } from "../../simulator/op/State.ts"
import { get, message, patience, type TestOp, useOp as use } from "./RunOp.ts"

describe("the stand-in for op: who may", () => {
  it("raises a dialog for each call without a terminal, parallel ones too", async () => {
    const op = use()
    const ran = await Promise.all(Array.from({ length: 6 }, () => op.run(get)))
    assert.deepStrictEqual(ran.map(({ status }) => status), [0, 0, 0, 0, 0, 0])
    assert.deepInclude(dialogs(op.state), { shown: 6, approved: 6 })
    assert.strictEqual(new Set(readCalls(op.state).map(({ id }) => id)).size, 6)
  })

  /** What is printed goes to a file: of a terminal that has ended, the last words may not have been read yet. */
  const inTerminal = (op: TestOp, script: string): Promise<string> =>
    new Promise((resolve) => {
      const output = join(dirname(op.state), "output")
      const words = ["-c", `{ ${script}; } >"$1" 2>&1`, op.path, output]
      // Nothing else of the environment: whoever uses 1Password may have an account or a token in it.
      const env = { PATH: process.env["PATH"] ?? "" }
      spawnInTerminal("/bin/sh", words, { cols: 200, rows: 40, env }).onExit(() => resolve(readFileSync(output, "utf8")))
    })

  it("keeps an approval for the terminal until it is idle too long", async () => {
    const op = use()
    const calls = `"$0" item list </dev/null; "$0" item list </dev/null; "$0" whoami </dev/null`
    assert.include(await inTerminal(op, calls), "person@example.com")
    assert.strictEqual(dialogs(op.state).shown, 1)
    await inTerminal(op, calls)
    assert.strictEqual(dialogs(op.state).shown, 2)
    updateState(op.state, () => ({ authorization: { idle_ms: 0, limit_ms: 43_200_000 } }))
    assert.include(await inTerminal(op, calls), "account is not signed in")
    assert.strictEqual(dialogs(op.state).shown, 4)
    assert.deepStrictEqual(readCalls(op.state).map(({ stdin }) => stdin), Array.from({ length: 9 }, () => "char"))
  })

  it("keeps one for the parent process on Windows until the app is locked", async () => {
    const op = use({ platform: "wsl-exe" })
    await op.run(get)
    await op.run(get)
    assert.strictEqual(dialogs(op.state).shown, 1)
    lockApp(op.state)
    await op.run(get)
    assert.strictEqual(dialogs(op.state).shown, 2)
  })

  it("says that a prompt was dismissed or left alone, and counts one that nobody can answer any more", async () => {
    const op = use({
      prompt: [{ answer: "dismiss" }, { answer: "ignore", after_ms: 1 }, { answer: "approve", after_ms: 600_000 }]
    })
    const text = "error initializing client: authorization prompt dismissed, please try again"
    assert.strictEqual(message((await op.run(get)).stderr), text)
    assert.strictEqual(message((await op.run(get)).stderr), text)
    const ran = op.run(get)
    await vi.waitUntil(() => dialogs(op.state).open === 1, patience)
    process.kill(readCalls(op.state).at(-1)?.pid ?? 0, "SIGTERM")
    assert.strictEqual((await ran).signal, "SIGTERM")
    assert.deepStrictEqual(dialogs(op.state), {
      shown: 3,
      approved: 0,
      dismissed: 1,
      expired: 1,
      open: 0,
      orphaned: 1
    })
  })

  it("wants to know which of several accounts, by flag, variable or last sign-in", async () => {
    const other = account({ url: "my.1password.com", account_uuid: "OTHER", user_uuid: "USER", vaults: [] })
    const op = use({ accounts: [account(), other, { ...other, account_uuid: "THIRD", user_uuid: "THIRDUSER" }] })
    const said = async (...argv: Array<string>) => message((await op.run([...get, ...argv])).stderr)
    assert.match(await said() ?? "", /^error initializing client: multiple accounts found\. Use the --account flag/)
    assert.strictEqual(
      await said("--account", "my.1password.com"),
      'error initializing client: found multiple accounts for filter "my.1password.com"'
    )
    assert.strictEqual(
      await said("--account", "x.1password.com"),
      'error initializing client: found no accounts for filter "x.1password.com"'
    )
    assert.strictEqual((await op.run(get, { env: { OP_ACCOUNT: "example.1password.com" } })).status, 0)
    assert.match(await said("--account=OTHER") ?? "", /isn't a vault in this account/)
    assert.strictEqual((await op.run(["signin", "--account", "example.1password.com"])).status, 0)
    assert.strictEqual((await op.run(get)).status, 0)
  })

  it("lets a service account read what it was given, without a dialog", async () => {
    const token = "ops_fake-token-for-tests"
    const op = use({ service_accounts: [{ token, status: "valid", vaults: [vault().id] }] })
    const env = { OP_SERVICE_ACCOUNT_TOKEN: token }
    assert.strictEqual(
      message((await op.run(["whoami"], { env })).stderr),
      "service account token set, but not authenticated yet"
    )
    assert.strictEqual((await op.run(get, { env })).status, 0)
    assert.strictEqual((await op.run(["whoami"], { env })).status, 0)
    const anywhere = await op.run(["item", "get", "AWS"], { env })
    assert.match(message(anywhere.stderr) ?? "", /^a vault query must be provided/)
    const malformed = { OP_SERVICE_ACCOUNT_TOKEN: "ops_another" }
    assert.match(message((await op.run(get, { env: malformed })).stderr) ?? "", /illegal base64 data/)
    assert.strictEqual((await op.run(["whoami"], { env: malformed })).status, 2)
    assert.strictEqual(dialogs(op.state).shown, 0)
    assert.strictEqual(readCalls(op.state)[0]?.values["OP_SERVICE_ACCOUNT_TOKEN"], "[set]")
  })

  it("takes the token of a session or of Connect before it thinks of the app", async () => {
    const { account_uuid } = account()
    const op = use({
      app: "stopped",
      connect_token: "fake-connect-token",
      sessions: [
        { token: "fake-session", account_uuid, status: "valid" },
        { token: "fake-old-session", account_uuid, status: "expired" }
      ]
    })
    const said = async (env: Record<string, string>) => message((await op.run(get, { env })).stderr)
    assert.isUndefined(await said({ OP_SESSION_example: "fake-session" }))
    assert.strictEqual(
      await said({ OP_SESSION: "fake-old-session" }),
      "session expired, sign in to create a new session"
    )
    assert.isUndefined(await said({ OP_CONNECT_HOST: "http://localhost", OP_CONNECT_TOKEN: "fake-connect-token" }))
    assert.match(
      await said({ OP_CONNECT_HOST: "http://localhost", OP_CONNECT_TOKEN: "other" }) ?? "",
      /^\(401\) Unauthorized/
    )
  })

  it("gives a Windows program only the variables that WSLENV names", async () => {
    const op = use({ platform: "wsl-exe", accounts: [account(), account({ account_uuid: "SECOND" })] })
    const env = { OP_ACCOUNT: account().account_uuid }
    assert.match(message((await op.run(get, { env })).stderr) ?? "", /multiple accounts found/)
    assert.strictEqual((await op.run(get, { env: { ...env, WSLENV: "HOME/p:OP_ACCOUNT" } })).status, 0)
  })

  it("says what is wrong with the app", async () => {
    const op = use({ app: "stopped" })
    assert.match(message((await op.run(get)).stderr) ?? "", /cannot connect to 1Password app, make sure it is running$/)
    updateState(op.state, () => ({ app: "off" }))
    assert.match(message((await op.run(get)).stderr) ?? "", /^You are not currently signed in\./)
    updateState(op.state, () => ({ accounts: [] }))
    const none = /^No accounts configured .*\n\n - Turn on .*\n - Add .*\n\[ERROR\] .*client: \n$/
    assert.match((await op.run(get)).stderr, none)
    assert.strictEqual((await op.run(["account", "list", "--format=json"])).stdout, "[]\n")
  })
})
