import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, readdirSync, readFileSync, utimesSync, watch, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type LogEvent, readLog } from "../../../simulator/op/Log.ts"
import { account, awsItem, vault } from "../../../simulator/op/State.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { eventually } from "../Eventually.ts"
import { keepSession, keptSession } from "../KeepSession.ts"
import { signalNow } from "../Processes.ts"
import { artifacts, type Home, type HomeOptions, makeHome } from "../Program.ts"

const seed = "FAKESEEDFAKESEED"
/** As good as for ever: what is held so is killed long before. */
const long = 60_000

const logged = (event: LogEvent["event"]) => (home: Home) =>
  eventually(`the line ${event}`, () =>
    readLog(join(home.path, "1password", "state.json")).find((line) => line.event === event))

const requested = (home: Home) => eventually("a request", () => home.sts.requests[0])

interface Step {
  readonly after: string
  readonly home: Omit<HomeOptions, "artifact">
  readonly reached: (home: Home) => Effect.Effect<unknown>
}

/** Each step of a miss. Where the stand-ins can be made to wait, they do, so that the kill comes at that very step. */
const steps: ReadonlyArray<Step> = [
  { after: "op has started", home: { item: { seed }, op: { latency_ms: long } }, reached: logged("start") },
  {
    after: "the approval was asked for",
    home: { item: { seed }, op: { prompt: { answer: "approve", after_ms: long } } },
    reached: logged("dialog")
  },
  { after: "the approval was given", home: { item: { seed } }, reached: logged("answer") },
  { after: "op has opened the account", home: { item: { seed } }, reached: logged("authorized") },
  { after: "op is done", home: { item: { seed } }, reached: logged("done") },
  { after: "the code was asked for", home: {}, reached: (home) => home.terminal.waitFor("MFA code for dev") },
  { after: "the code was sent", home: { item: { seed }, sts: { delayMs: long } }, reached: requested },
  { after: "STS has answered", home: { item: { seed } }, reached: requested }
]

/** A device whose codes last for five seconds, so that waiting for the next one is no long wait. */
const quick = `otpauth://totp/AWS?secret=${seed}&period=5`

const state = (home: Home): string => join(home.cache, "state")

const leftovers = (home: Home): ReadonlyArray<string> =>
  [home.cache, state(home)].flatMap((directory) =>
    readdirSync(directory).filter((file) => file.startsWith(".tmp-")).map((file) => join(directory, file))
  )

const ageLeftovers = (home: Home): void => {
  const twoHoursAgo = Date.now() / 1000 - 2 * 3600
  for (const directory of [home.cache, state(home)]) writeFileSync(join(directory, ".tmp-4711-k1ll3d"), "{")
  for (const path of leftovers(home)) utimesSync(path, twoHoursAgo, twoHoursAgo)
}

/** Time for the device to show another code, as far as 1Password and AWS are concerned. */
const showNextCode = (home: Home): void => {
  home.sts.state.clockOffsetMs += 30_000
  home.changeOp((state) => ({ clock_offset_ms: state.clock_offset_ms + 30_000 }))
}

/** There is a session that is due for renewal. */
const arrange = (home: Home): string => {
  keepSession(home, { minutesOld: 710, minutesLeft: 10 })
  mkdirSync(state(home), { mode: 0o700 })
  return readFileSync(join(home.cache, "dev.json"), "utf8")
}

const call = (home: Home, ...words: ReadonlyArray<string>) =>
  Effect.flatMap(home.run(["--profile", "dev", "--log-level", "debug", ...words]), ({ exit }) => exit)

/** Whatever was killed when: the cache is whole, and the next call gets a session without waiting for anything. */
const assertUnharmed = (home: Home, before: string) =>
  Effect.gen(function*() {
    const kept = readFileSync(join(home.cache, "dev.json"), "utf8")
    if (kept !== before) assert.strictEqual(keptSession(home)?.endpoint, home.sts.url)
    home.changeOp(() => ({
      latency_ms: 0,
      prompt: { answer: "approve" },
      accounts: [account({ vaults: [vault({ items: [awsItem({ seed })] })] })]
    }))
    home.sts.state.delayMs = 0
    showNextCode(home)
    const again = yield* call(home)
    assert.strictEqual(again.code, 0, again.stderr)
    assert.match(again.stdout, /^\{"Version":1,/)
    assert.notMatch(again.stderr, /another process|next MFA code/)
    ageLeftovers(home)
    showNextCode(home)
    const refreshed = yield* call(home, "--refresh")
    assert.strictEqual(refreshed.code, 0, refreshed.stderr)
    assert.notStrictEqual(refreshed.stdout, again.stdout)
    assert.deepStrictEqual(leftovers(home), [])
  })

describe.each(artifacts)("SIGKILL of $name does no harm", (artifact) => {
  for (const { after, home: options, reached } of steps) {
    it.live(`after ${after}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...structuredClone(options) })
        const before = arrange(home)
        const run = yield* home.run(["--profile", "dev"])
        yield* reached(home)
        signalNow(run.pid, "SIGKILL")
        assert.include([null, 0], (yield* run.exit).code)
        yield* assertUnharmed(home, before)
      }))
  }

  it.live("and the code that was under way is not sent again", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact,
        item: { seed: quick },
        sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ mfa: { [defaultSerial]: quick } }) }, delayMs: long }
      })
      const run = yield* home.run(["--profile", "dev"])
      yield* requested(home)
      signalNow(run.pid, "SIGKILL")
      assert.strictEqual((yield* run.exit).signal, "SIGKILL")
      home.sts.state.delayMs = 0
      assert.strictEqual((yield* call(home)).code, 0)
      // A code that is sent twice is refused.
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
    }))

  // One file in the cache's directory is about five changes, and a miss writes five files.
  for (const number of [1, 3, 6, 8, 12, 14, 17, 19, 21, 22, 24]) {
    it.live(`after change number ${number} in the cache's directory`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, item: { seed } })
        const before = arrange(home)
        let changes = 0
        let kill = (): void => {}
        const watchers = [home.cache, state(home)].map((directory) =>
          watch(directory, () => {
            if (++changes === number) kill()
          })
        )
        yield* Effect.addFinalizer(() => Effect.sync(() => watchers.forEach((watcher) => watcher.close())))
        const run = yield* home.run(["--profile", "dev"])
        kill = () => signalNow(run.pid, "SIGKILL")
        assert.include([null, 0], (yield* run.exit).code)
        yield* eventually(`change number ${number}`, () => changes >= number ? true : undefined)
        yield* assertUnharmed(home, before)
      }))
  }
})
