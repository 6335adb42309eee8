import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { keepSession } from "../KeepSession.ts"
import { artifacts, type Home, makeHome, onInstalled, type RunOptions } from "../Program.ts"

const call = (home: Home, words: ReadonlyArray<string> = [], options?: RunOptions) =>
  Effect.flatMap(home.run(["--profile", "dev", ...words], options), ({ exit }) => exit)

const elsewhere: RunOptions = { place: "elsewhere" }
const dismissing = { item: { seed: "FAKESEEDFAKESEED" }, op: { prompt: { answer: "dismiss" as const } } }

/** Makes the quiet time that is remembered older. */
const letMinutesPass = (home: Home, minutes: number): void => {
  const state = join(home.cache, "state")
  const notes = readdirSync(state).filter((file) => file.startsWith("quiet-"))
  assert.strictEqual(notes.length, 1)
  for (const note of notes) {
    const quiet = JSON.parse(readFileSync(join(state, note), "utf8")) as { at: number; until: number }
    const older = { ...quiet, at: quiet.at - minutes * 60_000, until: quiet.until - minutes * 60_000 }
    writeFileSync(join(state, note), JSON.stringify(older))
  }
}

const warning = /^warning: the session could not be renewed and ends at [\d-]{10} [\d:]{5} \S+: the *1Password approval was dismissed/

describe.each(artifacts)("a session that $name cannot renew", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is handed out while it lives, with a warning on the terminal alone, and nobody is asked for two minutes", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...dismissing })
      keepSession(home, { minutesOld: 710, minutesLeft: 10 })
      const first = yield* call(home)
      assert.deepInclude(first, { code: 0, stderr: "" })
      assert.match(first.stdout, /^\{"Version":1,"AccessKeyId":"ASIAFAKE0000EXAMPLE0",/)
      assert.match(home.terminal.screen.join(""), warning)
      assert.strictEqual(home.opCalls().length, 1)
      const seen = home.terminal.written
      assert.deepStrictEqual(yield* call(home), first)
      assert.deepStrictEqual(yield* call(home, [], elsewhere), first)
      assert.strictEqual(home.terminal.written, seen)
      assert.strictEqual(home.opCalls().length, 1)
      letMinutesPass(home, 2)
      assert.deepStrictEqual(yield* call(home, [], elsewhere), first)
      assert.strictEqual(home.opCalls().length, 2)
    }))

  alike("is renewed as soon as it can be", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...dismissing })
      keepSession(home, { minutesOld: 710, minutesLeft: 10 })
      const old = yield* call(home, [], elsewhere)
      home.changeOp(() => ({ prompt: { answer: "approve" } }))
      letMinutesPass(home, 2)
      const fresh = yield* call(home, [], elsewhere)
      assert.deepInclude(fresh, { code: 0, stderr: "" })
      assert.notStrictEqual(fresh.stdout, old.stdout)
      assert.strictEqual(home.sts.requests.length, 1)
    }))

  alike("is no answer in its last minute, nor when it is over", () =>
    Effect.gen(function*() {
      for (const minutesLeft of [0.9, -1]) {
        const home = yield* makeHome({ artifact, ...dismissing })
        keepSession(home, { minutesOld: 710, minutesLeft })
        assert.deepInclude(yield* call(home, [], elsewhere), { code: 4, stdout: "" })
      }
    }))

  alike("is no answer to --refresh", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...dismissing })
      keepSession(home, { minutesOld: 1, minutesLeft: 700 })
      const refused = yield* call(home, ["--refresh"], elsewhere)
      assert.deepInclude(refused, { code: 4, stdout: "" })
      assert.match(refused.stderr, /^error: the 1Password approval was dismissed/)
      assert.deepInclude(yield* call(home, [], elsewhere), { code: 0, stderr: "" })
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("is not replaced by Ctrl-C", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      keepSession(home, { minutesOld: 710, minutesLeft: 10 })
      const run = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
    }))
})
