import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { artifacts, makeHome, onInstalled } from "../Program.ts"

describe.each(artifacts)("env with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("prints a session for a shell to evaluate, for a file and for a program", () =>
    Effect.gen(function*() {
      const environment = { AWS_PROFILE: "dev", SHELL: "/usr/bin/fish" }
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" }, env: environment })
      const print = (...words: ReadonlyArray<string>) => Effect.flatMap(home.run(["env", ...words]), ({ exit }) => exit)
      const { code, stderr, stdout } = yield* print("dev", "--format", "json")
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      const variables: Record<string, string> = JSON.parse(stdout)
      assert.deepStrictEqual(Object.keys(variables), [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_ACCOUNT_ID",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "OP_AWS_EXEC_PROFILE"
      ])
      const bash = spawnSync("/bin/bash", ["-c", `${(yield* print("--format", "bash")).stdout}env -0`], {
        env: { PATH: "/usr/bin:/bin", AWS_PROFILE: "dev" },
        encoding: "utf8"
      })
      const after = bash.stdout.split("\0").filter((line) => /^(?:OP_)?AWS_/.test(line)).toSorted()
      assert.deepStrictEqual(after, Object.entries(variables).map((entry) => entry.join("=")).toSorted())
      assert.match((yield* print()).stdout, /^set -e AWS_PROFILE;\nset -gx AWS_ACCESS_KEY_ID 'ASIA/)
      const { stdout: file } = yield* print("--format", "dotenv")
      assert.include(file, `AWS_SESSION_TOKEN=${variables["AWS_SESSION_TOKEN"]}\n`)
      assert.strictEqual(home.opCalls().length, 1)
    }))

  alike("prints nothing where it has nothing", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const unknown = yield* home.run(["env", "nobody"])
      assert.deepInclude(yield* unknown.exit, { code: 2, stdout: "" })
      const wrong = yield* home.run(["env", "dev", "--format", "csh"])
      assert.deepInclude(yield* wrong.exit, { code: 2, stdout: "" })
    }))
})
