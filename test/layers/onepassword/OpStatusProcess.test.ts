import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import * as OpStatusFake from "../../fakes/onepassword/OpStatusFake.ts"
import { script } from "../../fixtures/Programs.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import { dialogs, installOp, readCalls } from "../../../simulator/op/install.ts"
import { defaultState, updateState, writeState } from "../../../simulator/op/State.ts"
import * as OpStatusProcess from "../../../src/layers/onepassword/OpStatusProcess.ts"
import { OpStatus } from "../../../src/services/onepassword/OpStatus.ts"
import * as OpStatusSuite from "../../suites/OpStatusSuite.ts"

/** In that mode an approval is the calling process's, which a test has, and not a terminal's, which it may not have. */
const installed = Effect.map(temporaryDirectory, (directory) => {
  const state = writeState(join(directory, "state.json"), defaultState({ platform: "wsl-exe" }))
  return { directory, state, cliPath: installOp(join(directory, "a bin"), { state }) }
})

OpStatusSuite.suite(
  "OpStatusProcess",
  Effect.map(installed, ({ cliPath, state }) => ({
    layer: inEnvironment(OpStatusProcess.layer),
    cliPath,
    set: (parts) => updateState(state, () => parts),
    open: ({ account_uuid }) => void execFileSync(cliPath, ["signin", "--account", account_uuid])
  }))
)

OpStatusSuite.suite(
  "OpStatusFake",
  Effect.sync(() => {
    const world = OpStatusFake.makeOpStatusWorld()
    return {
      layer: OpStatusFake.layerOver(world),
      cliPath: "/usr/bin/op",
      set: (parts) => void Object.assign(world, parts),
      open: ({ account_uuid }) => void (world.open = [...world.open, account_uuid])
    }
  })
)

describe("OpStatusProcess", () => {
  it.live("raises no dialog, opens no vault, and keeps AWS's variables to itself", () =>
    Effect.gen(function*() {
      const { cliPath, state } = yield* installed
      const layer = inEnvironment(OpStatusProcess.layer, { ...process.env, AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests" })
      yield* Effect.gen(function*() {
        const status = yield* OpStatus
        yield* status.program(cliPath)
        yield* status.accounts(cliPath)
        yield* Effect.flip(status.whoami({ cliPath, vault: "Private", item: "AWS" }))
      }).pipe(Effect.provide(layer))
      const calls = readCalls(state)
      assert.deepStrictEqual(calls.map(({ argv }) => argv.join(" ")), [
        "--version",
        "account list --format json",
        "whoami --format json"
      ])
      assert.strictEqual(dialogs(state).shown, 0)
      assert.isTrue(calls.every(({ env, stdin }) => stdin === "char" && !env.some((name) => name.startsWith("AWS_"))))
    }))

  it.live("shows nothing of an answer that it cannot read", () =>
    Effect.gen(function*() {
      const cliPath = script(join(yield* temporaryDirectory, "op"), "echo fake-secret-for-tests")
      const status = yield* OpStatus
      const failure = yield* Effect.flip(status.accounts(cliPath))
      assert.strictEqual(failure._tag, "OpOutputUnusable")
      assert.notInclude(failure.message + failure.hint, "fake-secret")
    }).pipe(Effect.provide(inEnvironment(OpStatusProcess.layer))))
})
