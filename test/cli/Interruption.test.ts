import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { defaultSerial, stsUser } from "../../simulator/sts/StsState.ts"
import { eventually, isAlive } from "./Eventually.ts"
import { artifacts, type Home, makeHome } from "./Program.ts"

const gone = (pid: number) => eventually(`the end of process ${pid}`, () => isAlive(pid) ? undefined : true)

/** The call of op that hangs, once it and its child are there. */
const hanging = (home: Home) =>
  eventually("a hanging call of op", () => {
    const [call] = home.opCalls()
    return call?.child === undefined ? undefined : { pid: call.pid, child: call.child }
  })

const ends = [
  { what: "Ctrl-C", code: 130, end: (home: Home) => home.terminal.type("\x03") },
  { what: "a terminal that is closed", code: 129, signal: "SIGHUP" },
  { what: "SIGTERM", code: 143, signal: "SIGTERM" }
] as const

describe.each(artifacts)("a call of $name whose op hangs", { timeout: 120_000 }, (artifact) => {
  for (const stubborn of [false, true]) {
    it.live(`ends it and what it started at the deadline${stubborn ? ", also when it will not go" : ""}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({
          artifact,
          op: { faults: [{ fault: "hang", spawn_child: true, ignore_signals: stubborn }] }
        })
        const run = yield* home.run(["--profile", "dev", "--timeout", "4s"])
        const { child, pid } = yield* hanging(home)
        assert.deepStrictEqual([isAlive(pid), isAlive(child)], [true, true])
        const { code, stderr, stdout } = yield* run.exit
        assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" })
        assert.match(stderr, /^error: no credentials after 4s: still waiting for 1Password\nhint: .*approve its prompt.*\n$/)
        assert.deepStrictEqual([isAlive(pid), isAlive(child)], [false, false])
        assert.deepStrictEqual(home.terminal.screen, [])
      }))
  }

  for (const { code, what, ...how } of ends) {
    it.live(`cleans up after ${what}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, op: { faults: [{ fault: "hang", spawn_child: true, ignore_signals: true }] } })
        const run = yield* home.run(["--profile", "dev"])
        const { child, pid } = yield* hanging(home)
        yield* home.terminal.waitFor("waiting for 1Password …")
        yield* "signal" in how ? run.signal(how.signal) : how.end(home)
        assert.deepInclude(yield* run.exit, { code, stdout: "", stderr: "" })
        yield* gone(pid)
        yield* gone(child)
        assert.notInclude(home.terminal.screen.join(), "waiting")
      }))
  }

  it.live("leaves at once at the second Ctrl-C, without an end of the cleaning", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, op: { faults: [{ fault: "hang", ignore_signals: true, spawn_child: true }] } })
      const leave = Effect.gen(function*() {
        const before = home.opCalls().length
        const run = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
        const { child, pid } = yield* eventually("a hanging call of op", () => {
          const call = home.opCalls()[before]
          return call?.child === undefined ? undefined : { pid: call.pid, child: call.child }
        })
        yield* run.signal("SIGINT")
        // The child does not ignore the SIGTERM that cleaning begins with; op itself does, for a quarter of a second.
        yield* gone(child)
        process.kill(run.pid, "SIGINT")
        assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
        const left = isAlive(pid)
        if (left) process.kill(pid, "SIGKILL")
        return left
      })
      let left = false
      // On a machine that is slow at the wrong moment the cleaning may be over before the second signal.
      for (let times = 0; times < 10 && !left; times++) left = yield* leave
      assert.isTrue(left)
    }))
})

describe.each(artifacts)("a call of $name that waits for STS", { timeout: 120_000 }, (artifact) => {
  it.live("ends with Ctrl-C, and the code that it sent is not sent again", () =>
    Effect.gen(function*() {
      const quick = "otpauth://totp/AWS?secret=FAKESEEDFAKESEED&period=5"
      const home = yield* makeHome({
        artifact,
        item: { seed: quick },
        sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ mfa: { [defaultSerial]: quick } }) }, delayMs: 600_000 }
      })
      const run = yield* home.run(["--profile", "dev"])
      yield* eventually("a request", () => home.sts.requests[0])
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
      home.sts.state.delayMs = 0
      const again = yield* Effect.flatMap(home.run(["--profile", "dev"], { place: "elsewhere" }), ({ exit }) => exit)
      assert.deepInclude(again, { code: 0, stderr: "" })
      // A code that is sent twice is refused.
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
    }))
})
