import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { allArtifacts, makeHome, profile } from "./Program.ts"
import { Terminal } from "./Terminal.ts"

describe.each(allArtifacts)("a machine with $name", (artifact) => {
  it.live("lets a person type a code of their device, whose steps are used up one by one", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.waitFor(": ")
      const code = home.code()
      yield* home.terminal.type(`${code}\r`)
      const { code: exitCode, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
      assert.match(stdout, /^\{"Version":1,/)
      assert.notStrictEqual(home.code(), code)
      assert.strictEqual(home.opCalls().length, 1)
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)
      assert.isTrue(existsSync(join(home.cache, "dev.json")))
    }))

  it.live("has a terminal only where it is wanted, and any number of them", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: profile(), other: profile({ op_item: "missing" }) } })
      const unseen = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
      assert.deepInclude(yield* unseen.exit, { code: 5, stdout: "" })
      const second = yield* Terminal.open()
      const run = yield* home.run(["--profile", "dev"], { terminal: second })
      yield* second.waitFor("MFA code for dev")
      yield* second.type("\x03")
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "" })
      assert.deepStrictEqual(home.terminal.screen, [])
      const failing = yield* home.run(["--profile", "other"], { place: "elsewhere" })
      assert.deepInclude(yield* failing.exit, { code: 4, stdout: "" })
    }))

  it.live("holds what was arranged: another item, other settings, another mood of 1Password", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { title: "Work", seed: "FAKESEEDFAKESEED" } })
      home.configure({ work: profile({ op_item: "Work" }) })
      home.changeOp(() => ({ prompt: { answer: "dismiss" } }))
      const refused = yield* home.run(["--profile", "work"], { place: "elsewhere" })
      assert.deepInclude(yield* refused.exit, { code: 4, stdout: "" })
      home.changeOp(() => ({ prompt: { answer: "approve" } }))
      const run = yield* home.run(["--profile", "work"])
      assert.strictEqual((yield* run.exit).code, 0)
      assert.deepStrictEqual(home.opCalls().map(({ argv }) => argv.includes("Work")), [true, true])
    }))
})
