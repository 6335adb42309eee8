import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial } from "../../simulator/sts/StsState.ts"
import { type Artifact, artifacts } from "../cli/Program.ts"
import { javaScript } from "./JavaScript.ts"
import { makeMachine } from "./Machine.ts"

const prepared = (artifact: Artifact) =>
  Effect.gen(function*() {
    const sts = yield* Effect.acquireRelease(
      Effect.promise(() => startSts()),
      (running) => Effect.promise(() => running.close())
    )
    const machine = yield* makeMachine({ env: { AWS_ENDPOINT_URL_STS: sts.url } })
    machine.configure(
      "[profile dev]",
      "region = eu-central-1",
      `mfa_serial = ${defaultSerial}`,
      `credential_process = "${machine.installed(artifact)}" --op-vault Private --op-item AWS --profile dev`
    )
    return { machine, sts }
  })

describe.each(artifacts)("the default chain of the SDK for JavaScript, with $name", (artifact) => {
  it.live("asks once for all calls of a client, and not at all for those of the next", () =>
    Effect.gen(function*() {
      const { machine, sts } = yield* prepared(artifact)
      const first = yield* machine.run(artifact, javaScript("dev", 5))
      yield* machine.terminal.waitFor(`MFA code for dev (${defaultSerial}): `)
      yield* machine.terminal.type(`${sts.code()}\r`)
      const expected = { code: 0, stderr: "", stdout: "arn:aws:iam::123456789012:user/user\n" }
      assert.deepInclude(yield* first.exit, expected)
      const shown = machine.terminal.written
      const second = yield* machine.run(artifact, javaScript("dev", 5))
      assert.deepInclude(yield* second.exit, expected)
      assert.strictEqual(machine.terminal.written, shown)
      assert.strictEqual(machine.opCalls().length, 1)
      assert.strictEqual(sts.count("GetSessionToken"), 1)
      const [session] = Object.keys(sts.state.sessions)
      assert.deepStrictEqual(
        sts.requests.filter(({ action }) => action === "GetCallerIdentity").map(({ accessKeyId }) => accessKeyId),
        Array.from({ length: 10 }, () => session)
      )
    }))

  it.live("starts it again after a refusal, which does not ask the person again", () =>
    Effect.gen(function*() {
      const { machine } = yield* prepared(artifact)
      machine.changeOp({ prompt: { answer: "dismiss" } })
      const run = yield* machine.run(artifact, javaScript("dev"))
      const { code, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stdout }, { code: 1, stdout: "" })
      assert.include(stderr, "Could not load credentials from any providers")
      assert.strictEqual(machine.opCalls().length, 1)
    }))
})
