import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { binary, makeHome, profile } from "../cli/Program.ts"
import { awsCli, boto3, lacking as lacksPython, python } from "./Python.ts"
import { runTool, skipped } from "./Tool.ts"

const botocore = process.env["TEST_BOTOCORE"] ?? ""

const lacking = lacksPython ?? (existsSync(botocore) ? undefined : "no botocore that knows the call; TEST_BOTOCORE may name a folder with one")

const policy = `{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::caf\u00e9 & more/*" }]
}`

describe.skipIf(lacking !== undefined)(`AWS's own model of GetScopedCredentials${skipped(lacking)}`, () => {
  it.live.each<readonly [what: string, keys: Readonly<Record<string, string>>, agent: string]>([
    ["a policy", { op_policy: "~/policy.json" }, ""],
    ["a policy, a duration and an agent with an odd name", { op_policy: "~/policy.json", op_scope_duration: "15m" }, "agent\t\u2603".padEnd(400, "x")],
    ["a duration alone", { op_scope_duration: "1h" }, "x"]
  ])("takes what the program sends: %s", ([, keys, AI_AGENT]) =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact: binary,
        item: { seed: "FAKESEEDFAKESEED" },
        profiles: { dev: profile(), "dev-agent": profile(keys) },
        env: { AI_AGENT }
      })
      writeFileSync(join(home.path, "policy.json"), policy)
      const ended = yield* (yield* home.run(["--profile", "dev-agent"], { place: "elsewhere" })).exit
      assert.strictEqual(ended.code, 0, ended.stderr)
      const { accessKeyId = "", params } = home.sts.requests.find(({ action }) => action === "GetScopedCredentials")!
      const parent = home.sts.state.sessions[accessKeyId]!
      const asked = { id: accessKeyId, secret: parent.secret, token: parent.token }
      const script = join(import.meta.dirname, "python/scoped.py")
      const said = yield* Effect.promise(() =>
        runTool(python, [script, home.sts.url, JSON.stringify(params), JSON.stringify(asked)], {
          cwd: home.path,
          env: { PATH: "/usr/bin:/bin", PYTHONPATH: botocore }
        })
      )
      assert.isFalse(said.failed, said.output)
      const { body, layers, members, troubles } = JSON.parse(said.output)
      assert.deepStrictEqual(troubles, [])
      assert.deepStrictEqual(body, params)
      assert.strictEqual(layers, keys["op_policy"] === undefined ? 0 : 1)
      assert.deepStrictEqual(members, ["AccessKeyId", "Expiration", "SecretAccessKey", "SessionToken"])
    }))
})

describe.skipIf(lacksPython !== undefined)(`Python's AWS clients with a narrowed profile${skipped(lacksPython)}`, () => {
  it.live("are given the narrowed session, and take the account that comes with it", () =>
    Effect.gen(function*() {
      const line = `${binary.command} --profile dev-agent`
      const home = yield* makeHome({
        artifact: binary,
        item: { seed: "FAKESEEDFAKESEED" },
        profiles: { "dev-agent": profile({ op_policy: "~/policy.json", credential_process: line }) }
      })
      writeFileSync(join(home.path, "policy.json"), policy)
      const { command, args = [], env = {} } = awsCli("sts", "get-caller-identity", "--profile", "dev-agent")
      for (const client of [{ command, args, env }, boto3("dev-agent")]) {
        const run = yield* home.terminal.start({ ...client, cwd: home.path, env: { ...home.env, ...client.env }, place: "elsewhere" })
        const { code, stderr, stdout } = yield* run.exit
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.include(stdout, "arn:aws:iam::123456789012:user/user")
      }
      const callers = home.sts.requests.filter(({ action }) => action === "GetCallerIdentity").map(({ accessKeyId }) => accessKeyId!)
      assert.isNotEmpty(callers)
      for (const id of callers) assert.lengthOf(home.sts.state.sessions[id]?.policies ?? [], 1)
    }))
})
