import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, watch } from "node:fs"
import { join } from "node:path"
import type { Fault } from "../../../simulator/op/Faults.ts"
import { readLog } from "../../../simulator/op/Log.ts"
import { eventually } from "../Eventually.ts"
import { filesWithSecret, isInPlaintext, itemsWithKey, makeImportHome, runImport, stateOf, unattended } from "./ImportHome.ts"
import { inSession, signalNow } from "../Processes.ts"
import { artifacts, type Home } from "../Program.ts"
import type { Run } from "../Terminal.ts"

/** As good as for ever: what is held so is killed long before. */
const long = 60_000

/** Runs of op of one command that have begun. */
const startsOf = (home: Home, command: string) =>
  readLog(stateOf(home)).flatMap((event) => event.event === "start" && event.command === command ? [event] : [])

const started = (command: string, number = 1) => (home: Home) =>
  eventually(`op ${command}`, () => startsOf(home, command).length >= number ? true : undefined)

const held = (command: string, call = 1): Fault => ({ fault: "none", command, call, delay_ms: long })

interface Step {
  readonly when: string
  readonly faults?: ReadonlyArray<Fault>
  /** How long AWS's answers take, one after the other. */
  readonly answers?: ReadonlyArray<number>
  readonly reached: (home: Home) => Effect.Effect<unknown>
}

const asked = (number: number) => (home: Home) =>
  eventually(`request ${number}`, () => home.sts.requests.length >= number ? true : undefined)

/** Each step of an import. Where the stand-ins can be made to wait, they do, so that the kill comes at that very step. */
const steps: ReadonlyArray<Step> = [
  { when: "AWS is asked whose key it is", answers: [long], reached: asked(1) },
  { when: "the items of the vault are listed", faults: [held("item list")], reached: started("item list") },
  { when: "op is about to make the item", faults: [held("item create")], reached: started("item create") },
  {
    when: "the item was just made",
    reached: (home) => eventually("the item", () => itemsWithKey(home).length > 0 ? true : undefined)
  },
  { when: "the item is read back", faults: [held("item get")], reached: started("item get") },
  { when: "it is read once more for the proof", faults: [held("item get", 2)], reached: started("item get", 2) },
  { when: "AWS is asked about what 1Password returned", answers: [0, long], reached: asked(2) }
]

/** Nothing is lost, whoever was killed when: the key stands where it stood, or it is in 1Password. */
const assertUnharmed = (home: Home, killed: Run) =>
  Effect.gen(function*() {
    const unfinished = isInPlaintext(home)
    assert.isTrue(unfinished || itemsWithKey(home).length === 1)
    yield* eventually("the end of what it started", () => {
      const left = inSession(killed.pid)
      for (const pid of left) signalNow(pid, "SIGKILL")
      return left.length === 0 ? true : undefined
    })
    home.changeOp(() => ({ faults: [] }))
    home.sts.state.faults.length = 0
    const again = yield* runImport(home, unattended, { place: "elsewhere" })
    assert.strictEqual(again.code, unfinished ? 0 : 2, again.stderr)
    assert.deepStrictEqual([itemsWithKey(home).length, filesWithSecret(home)], [1, []])
  })

describe.each(artifacts)("SIGKILL of an import with $name", (artifact) => {
  for (const { answers = [], faults = [], reached, when } of steps) {
    it.live(`loses nothing and makes no second item when ${when}`, () =>
      Effect.gen(function*() {
        const home = yield* makeImportHome(artifact)
        home.changeOp(() => ({ faults: [...faults] }))
        home.sts.fail(...answers.map((ms) => ({ kind: "delay" as const, ms })))
        const run = yield* home.run(["import", ...unattended], { place: "elsewhere" })
        yield* reached(home)
        signalNow(run.pid, "SIGKILL")
        assert.strictEqual((yield* run.exit).signal, "SIGKILL")
        yield* assertUnharmed(home, run)
      }))
  }

  for (const number of [1, 2, 3, 4, 5]) {
    it.live(`loses nothing after change number ${number} in the folder of AWS's files`, () =>
      Effect.gen(function*() {
        const home = yield* makeImportHome(artifact)
        const folder = join(home.path, ".aws")
        let changes = 0
        let kill = (): void => {}
        const watcher = watch(folder, () => {
          if (++changes === number) kill()
        })
        yield* Effect.addFinalizer(() => Effect.sync(() => watcher.close()))
        const run = yield* home.run(["import", ...unattended], { place: "elsewhere" })
        kill = () => signalNow(run.pid, "SIGKILL")
        yield* run.exit
        yield* assertUnharmed(home, run)
        assert.includeMembers(readdirSync(folder), ["config", "credentials"])
      }))
  }
})
