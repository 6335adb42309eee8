import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { readLog } from "../../../simulator/op/Log.ts"
import { stsUser } from "../../../simulator/sts/StsState.ts"
import { eventually } from "../Eventually.ts"
import { filesWithSecret, itemsWithKey, keyId, makeImportHome, plaintext, secret, stateOf, unattended } from "./ImportHome.ts"
import { below } from "../Processes.ts"
import { artifacts, type Home } from "../Program.ts"

const held = (command: string) => ({ fault: "none" as const, command, delay_ms: 1500 })

const begun = (home: Home, command: string) =>
  eventually(`op ${command}`, () =>
    readLog(stateOf(home)).some((event) => event.event === "start" && event.command === command) ? true : undefined)

/** Neither as an argument nor in an environment of anything that is running for the import. */
const assertDiscreet = (pid: number): void => {
  const children = below(pid)
  assert.isNotEmpty(children)
  for (const { commandLine, environment } of children) {
    assert.notInclude(commandLine, secret)
    assert.notInclude(environment, secret)
    assert.notMatch(environment, /(?:^|\0)AWS_/)
  }
}

const assertPrivate = (home: Home): void => {
  const state = join(home.cache, "state")
  for (const name of readdirSync(state)) assert.strictEqual(statSync(join(state, name)).mode & 0o077, 0, name)
}

describe.each(artifacts)("the secret that $name imports", (artifact) => {
  it.live("is told to op through a pipe and to nobody else, and is in no file, no argument, no environment and no log", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact, {
        env: {
          AWS_ACCESS_KEY_ID: keyId,
          AWS_SECRET_ACCESS_KEY: secret,
          AMAZON_ACCESS_KEY_ID: keyId,
          AMAZON_SECRET_ACCESS_KEY: secret
        }
      })
      home.changeOp(() => ({ faults: [held("item create"), held("item get")] }))
      const run = yield* home.run(["import", ...unattended, "--log-level", "debug"])
      yield* begun(home, "item create")
      assertDiscreet(run.pid)
      yield* begun(home, "item get")
      assertDiscreet(run.pid)
      const { code, stderr, stdout } = yield* run.exit
      assert.strictEqual(code, 0, stderr)
      assert.match(stderr, /^debug /m)
      assert.strictEqual(itemsWithKey(home).length, 1)
      assert.notInclude(stdout + stderr + home.terminal.written, secret)
      for (const call of home.opCalls()) assert.notInclude(JSON.stringify(call), secret)
      assert.deepStrictEqual(filesWithSecret(home), [])
      assertPrivate(home)
    }))

  it.live("is in no error, whoever fails", () =>
    Effect.gen(function*() {
      const faults = [
        { fault: "raw-stderr" as const, command: "item create", message: `bad value ${secret}\n` },
        { fault: "message" as const, command: "item create", message: `bad value ${secret}` },
        { fault: "truncated" as const, command: "item get" },
        { fault: "panic" as const, command: "item create" }
      ]
      for (const fault of faults) {
        const home = yield* makeImportHome(artifact)
        home.changeOp(() => ({ faults: [fault] }))
        const run = yield* home.run(["import", ...unattended, "--log-level", "debug"], { place: "elsewhere" })
        const { code, stderr, stdout } = yield* run.exit
        assert.notStrictEqual(code, 0)
        assert.notInclude(stdout + stderr, secret, JSON.stringify(fault))
        assert.deepStrictEqual(filesWithSecret(home), [join(".aws", "credentials")])
      }
      const refused = yield* makeImportHome(artifact, { sts: { users: { [keyId]: stsUser({ secret: "fake-another-secret" }) } } })
      const run = yield* refused.run(["import", ...unattended, "--log-level", "debug"], { place: "elsewhere" })
      const { stderr } = yield* run.exit
      assert.notInclude(stderr, secret)
    }))

  it.live("is in no dry run, though half of it stands in comments and copies", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact, { credentials: `# aws_secret_access_key = ${secret}\n${plaintext()}` })
      const run = yield* home.run(["import", "--dry-run", "--log-level", "debug"], { place: "elsewhere" })
      const { code, stderr, stdout } = yield* run.exit
      assert.strictEqual(code, 0)
      assert.notInclude(stdout + stderr, secret)
    }))
})
